import { defineConfig } from "vitest/config";

/** What can be said of the definitions without an engine; `npm run test:image` builds and runs them. */
export default defineConfig({
  test: { name: "docker", include: ["*.test.ts", "test/*.test.ts"], testTimeout: 60_000 },
});
