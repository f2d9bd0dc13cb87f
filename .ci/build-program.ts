/** The program as it is shipped: the collector as JavaScript, the UI beside it, the built-in configuration and the fonts of pictures. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { bundleCollector } from "./bundle-collector.ts";

const ROOT = join(import.meta.dirname, "..");

/** @param to emptied first. Throws when the build fails. */
export async function buildProgram(to: string): Promise<void> {
  buildUi();
  rmSync(to, { recursive: true, force: true });
  await bundleCollector(join(ROOT, "collector/src"), to);
  cpSync(join(ROOT, "ui/dist"), join(to, "ui"), { recursive: true });
  cpSync(join(ROOT, "otel-config.yaml"), join(to, "otel-config.yaml"));
  cpSync(join(ROOT, "collector/src/alerts/picture/fonts"), join(to, "fonts"), { recursive: true });
  const commit = findCommit();
  if (commit !== undefined) writeFileSync(join(to, "build.json"), `${JSON.stringify({ commit })}\n`);
}

/** Of the sources: GOLDSPAN_COMMIT where they come without their history, as into an image; else git's. */
function findCommit(): string | undefined {
  const { GOLDSPAN_COMMIT: told = "" } = process.env;
  if (/^[0-9a-f]{7,64}$/.test(told)) return told;
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
