import { defineConfig } from "vitest/config";

/**
 * Pure parts beside the code, and pages in a real Chromium (test/browser). The browser tests drive one build of the UI, made by
 * the global setup when it is older than the sources; one file at a time, as a browser needs a core for itself.
 */
export default defineConfig({
  test: {
    name: "ui",
    environment: "node",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/kit/global-setup.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Chromium breaks off all requests, also to this machine, when a container or a VPN changes the machine's interfaces.
    retry: { count: 10, delay: 2000, condition: /ERR_NETWORK_CHANGED/ },
    expect: { poll: { timeout: 30_000 } },
  },
});
