/**
 * `npm test`: the checks (types, lint, format), then every unit, end-to-end and browser test. The last line says `N passed, N failed`;
 * a check counts as a test. Arguments go to vitest: npm test -- collector/src/wire
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { findChromium } from "./chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const RESULTS = join(ROOT, "artifacts/test-results.json");

const CHECKS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ["types", "tsc", ["-p", "tsconfig.json"]],
  ["types of the UI", "tsc", ["-p", "ui/tsconfig.json"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "oxfmt", ["--check", "."]],
];

const failed: string[] = [];
let passed = 0;
const checksOnly = process.argv.includes("--checks");
for (const [name, command, args] of CHECKS) {
  const { status } = run(command, args);
  if (status === 0) passed++;
  else failed.push(name);
  console.log(`${status === 0 ? "passed" : "FAILED"}: ${name}`);
}

if (!checksOnly) {
  buildUi();
  const chromium = await findChromium();
  if (chromium === undefined)
    console.error("cannot find or install a Chromium: the browser tests will fail; set CHROMIUM_PATH");
  mkdirSync(join(ROOT, "artifacts"), { recursive: true });
  rmSync(RESULTS, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
  const { status } = run("vitest", ["run", ...reporters, ...process.argv.slice(2)], { CHROMIUM_PATH: chromium ?? "" });
  count(status);
}
for (const name of failed) console.log(`FAILED: ${name}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

function count(status: number | null): void {
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(RESULTS, "utf8")) as Results;
    passed += numPassedTests;
    for (const { name, status: file, assertionResults } of testResults) {
      const bad = assertionResults.filter((each) => each.status === "failed");
      failed.push(...bad.map(({ fullName }) => fullName));
      if (file === "failed" && bad.length === 0) failed.push(name);
    }
  } catch (error) {
    failed.push(`the test run itself: ${String(error)}`);
  }
  if (status !== 0 && failed.length === 0) failed.push(`vitest ended with ${String(status)}`);
}

interface Results {
  numPassedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(command, args, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
}
