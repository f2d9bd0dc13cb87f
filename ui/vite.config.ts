import { defineConfig } from "vite";

const COLLECTOR = process.env.GOLDSPAN_UI_URL ?? "http://127.0.0.1:8317";

/**
 * Builds the UI to dist/ with hashed assets. The collector's content security policy allows files of its own origin only, so
 * nothing may be inlined: no data: fonts, no inline preload script.
 */
export default defineConfig({
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": COLLECTOR, "/prometheus": COLLECTOR, "/sign-in": COLLECTOR } },
});
