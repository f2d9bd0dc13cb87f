/** vitest's global setup: builds ui/dist and the gallery when a source is newer than the last build, so that tests see what is written. */
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const UI = fileURLToPath(new URL("../../", import.meta.url));

/** What a build is made of, and the file that shows when it was made. */
const BUILDS = [
  { config: "vite.config.ts", output: "dist/index.html" },
  { config: "gallery/vite.config.ts", output: "gallery/dist/index.html" },
];

/** Tests against a server that is already running need no build. */
export default async function buildUi(): Promise<void> {
  if (process.env.GOLDSPAN_UI_URL) return;
  const sources = globSync(
    ["index.html", "*.config.ts", "{src,gallery,public}/**/*.{ts,css,html,svg}", "test/kit/*.ts"],
    {
      cwd: UI,
      exclude: ["gallery/dist/**"],
    },
  );
  const newest = Math.max(...sources.map((file) => statSync(join(UI, file)).mtimeMs));
  for (const { config, output } of BUILDS) {
    const built = join(UI, output);
    if (existsSync(built) && statSync(built).mtimeMs > newest) continue;
    await build({
      configFile: join(UI, config),
      root: join(UI, config, ".."),
      logLevel: "warn",
      build: { emptyOutDir: true },
    });
  }
}
