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

export default buildUi;

export async function buildUi(): Promise<void> {
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
    await buildForUse(join(UI, config));
  }
}

/** As `npm run build` does it: vitest's NODE_ENV would leave the slow development builds of libraries in what the collector serves. */
async function buildForUse(configFile: string): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    await build({ configFile, root: join(configFile, ".."), logLevel: "warn", build: { emptyOutDir: true } });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}
