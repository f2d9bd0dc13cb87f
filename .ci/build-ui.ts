/** Builds the UI when its sources are newer than what was built. Throws when the build fails. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const SOURCES = [
  "ui/src",
  "ui/index.html",
  "ui/public",
  "ui/vite.config.ts",
  "ui/package.json",
  "collector/src/api/contract.ts",
  "package-lock.json",
];

export function buildUi(): void {
  const built = join(ROOT, "ui/dist/index.html");
  const newest = Math.max(...SOURCES.map((source) => newestOf(join(ROOT, source))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  console.error("Building the UI …");
  const { status } = spawnSync("npm", ["run", "--silent", "build", "-w", "ui"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`cannot build the UI: npm run build -w ui ended with ${String(status)}`);
}

/** Epoch milliseconds of the last change; 0 when there is no such file. */
function newestOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  return stats.isDirectory()
    ? Math.max(0, ...readdirSync(path).map((name) => newestOf(join(path, name))))
    : stats.mtimeMs;
}
