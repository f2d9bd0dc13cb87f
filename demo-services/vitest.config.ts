import { defineConfig } from "vitest/config";

/** Unit tests beside the code; under test/ services in one process, and the whole shop in processes of its own. */
export default defineConfig({
  test: {
    name: "demo-services",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    pool: "forks",
    env: { SHOP_LOG_LEVEL: "silent" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
