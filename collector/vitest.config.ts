import { defineConfig } from "vitest/config";

/** Unit tests beside the code; end-to-end tests start real processes and get more time. */
export default defineConfig({
  test: {
    name: "collector",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    pool: "forks",
    testTimeout: 20_000,
  },
});
