/** Installs Debian's packages, where that is possible: on Debian and the like, as root. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const INSTALL_MILLIS = 10 * 60_000;

/** Undefined = they are there now; else why not. */
export function installPackages(names: readonly string[]): string | undefined {
  if (!existsSync("/usr/bin/apt-get")) return "there is no apt-get";
  if (process.getuid?.() !== 0) return "only root may install packages";
  console.error(`Installing ${names.join(", ")} (apt-get) …`);
  for (const args of [
    ["update", "-q"],
    ["install", "-y", "-q", "--no-install-recommends", ...names],
  ]) {
    const { status, error } = spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", 2],
      timeout: INSTALL_MILLIS,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) return `apt-get ${args[0]} ended with ${error ? error.message : String(status)}`;
  }
  return undefined;
}
