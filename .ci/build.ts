/** `npm run build`: the UI, and the collector as JavaScript with the UI beside it: collector/dist. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "collector/dist");

buildUi();
rmSync(DIST, { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "collector/tsconfig.build.json"], {
  cwd: ROOT,
  stdio: ["ignore", 2, 2],
  shell: process.platform === "win32",
});
if (status !== 0) throw new Error(`cannot build the collector: tsc ended with ${String(status)}`);
cpSync(join(ROOT, "ui/dist"), join(DIST, "ui"), { recursive: true });
console.error(`built: node ${join("collector", "dist", "main.js")} --config otel-config.yaml`);
