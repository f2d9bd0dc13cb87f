import { defineConfig } from "vitest/config";

/** Unit tests beside the code; end-to-end tests start real processes. Times that end a test that hangs, also on a slow machine. */
export default defineConfig({
  test: {
    name: "collector",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
