/**
 * `npm test`: the checks (types, lint, format), then every unit, end-to-end and browser test; the browser tests run twice, against a
 * mock of the API (errors, slow answers) and against real collectors. The last line says `N passed, N failed`; a check counts as a
 * test. Arguments go to vitest and leave the second run out: npm test -- collector/src/wire
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { findChromium } from "./chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const ARTIFACTS = join(ROOT, "artifacts");

const CHECKS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ["types", "tsc", ["-p", "tsconfig.json"]],
  ["types of the UI", "tsc", ["-p", "ui/tsconfig.json"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "oxfmt", ["--check", "."]],
];

const failed: string[] = [];
let passed = 0;
const args = process.argv.slice(2);

for (const [name, command, options] of CHECKS) {
  const { status } = run(command, options);
  if (status === 0) passed++;
  else failed.push(name);
  console.log(`${status === 0 ? "passed" : "FAILED"}: ${name}`);
}
if (!args.includes("--checks")) await test();
for (const name of failed) console.log(`FAILED: ${name}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function test(): Promise<void> {
  buildUi();
  const chromium = await findChromium();
  if (chromium === undefined)
    console.error("cannot find or install a Chromium: the browser tests will fail; set CHROMIUM_PATH");
  const browser = { CHROMIUM_PATH: chromium ?? "" };
  vitest("test-results.json", args, browser);
  if (args.length > 0) return;
  vitest("browser-results.json", ["--project", "ui", "test/browser"], { ...browser, BROWSER_TESTS_ON: "collector" });
}

interface Results {
  numPassedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** Runs vitest and adds what it says to the totals. */
function vitest(file: string, options: readonly string[], env: Readonly<Record<string, string>>): void {
  const path = join(ARTIFACTS, file);
  mkdirSync(ARTIFACTS, { recursive: true });
  rmSync(path, { force: true });
  const before = failed.length;
  const { status } = run(
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${path}`, ...options],
    env,
  );
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(path, "utf8")) as Results;
    passed += numPassedTests;
    for (const { name, status: result, assertionResults } of testResults) {
      const bad = assertionResults.filter((each) => each.status === "failed");
      failed.push(...bad.map(({ fullName }) => fullName));
      if (result === "failed" && bad.length === 0) failed.push(name);
    }
  } catch (error) {
    failed.push(`the test run itself: ${String(error)}`);
  }
  if (status !== 0 && failed.length === before) failed.push(`vitest ended with ${String(status)}`);
}

function run(command: string, options: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(command, options, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
}
