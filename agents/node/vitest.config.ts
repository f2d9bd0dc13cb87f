import { defineConfig } from "vitest/config";

/** Unit tests beside the code; the tests under test/ start real apps with the agent and get more time. */
export default defineConfig({
  test: {
    name: "agent-node",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    environment: "node",
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
