/**
 * Finds a Chromium for the browser tests, or gets one: CHROMIUM_PATH, one of the system's, Debian's package (as root), or the one
 * that Playwright downloads. Resolves with its path, or undefined when none can be had.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const INSTALL_MILLIS = 10 * 60_000;

export async function findChromium(): Promise<string | undefined> {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== "") return given;
  return SYSTEM.find((path) => existsSync(path)) ?? fromApt() ?? (await fromPlaywright());
}

function fromApt(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.error("Installing Chromium (apt-get) …");
  run("apt-get", ["update", "-q"]);
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"]);
  return existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined;
}

async function fromPlaywright(): Promise<string | undefined> {
  console.error("Installing Chromium (Playwright's download) …");
  run("npx", ["playwright-core", "install", "chromium"]);
  const { chromium } = await import("playwright-core");
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

function run(command: string, args: readonly string[]): void {
  const { error, status } = spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    timeout: INSTALL_MILLIS,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (error || status !== 0) console.error(`${command} ended with ${error ? error.message : String(status)}`);
}
