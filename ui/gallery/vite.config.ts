import { defineConfig } from "vite";

/** The gallery is built apart from the UI: nobody downloads it. */
export default defineConfig({
  base: "/gallery/",
  publicDir: false,
  build: {
    outDir: "dist",
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
