import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Two files at a time even on a small machine: the end-to-end tests mostly wait for processes of their own. */
export default defineConfig({
  test: {
    projects: ["collector", "ui", "agents/node", "demo-services", "docker"],
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
