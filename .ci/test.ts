/**
 * `npm test`: the checks (types, lint, format), then every unit, end-to-end and browser test. The browser tests run twice, at the same
 * time: against a mock of the API (errors, slow answers) and against real collectors. In CI, where root and a container engine are there
 * already, the image is built and run, too. The last line says `N passed, N failed`; a check counts as a test. Arguments go to vitest, once, the mock serving browser tests: npm test -- collector/src/wire
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { findChromium } from "./chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const ARTIFACTS = join(ROOT, "artifacts");
const IS_WINDOWS = process.platform === "win32";

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
if (args.length === 0 && process.env.CI && hasContainers()) testImage();
for (const name of failed) console.log(`FAILED: ${name}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function test(): Promise<void> {
  buildUi();
  const chromium = await findChromium();
  if (chromium === undefined)
    console.error("cannot find or install a Chromium: the browser tests will fail; set CHROMIUM_PATH");
  const browser = { CHROMIUM_PATH: chromium ?? "" };
  if (args.length > 0) return take(await vitest("test-results.json", args, browser));
  take(await vitest("test-results.json", ["--exclude", "test/browser/**"], browser));
  const pages = ["--project", "ui", "test/browser"];
  const mock = (): Promise<Outcome> => vitest("mock-results.json", pages, browser);
  const real = (): Promise<Outcome> =>
    vitest("browser-results.json", pages, { ...browser, BROWSER_TESTS_ON: "collector" }, "later");
  // A browser has one page at work at a time: two of them share two cores well.
  for (const outcome of await (availableParallelism() > 1 ? Promise.all([mock(), real()]) : oneByOne(mock, real)))
    take(outcome);
}

/** `npm run test:image` installs an engine where there is none; here it must be there. */
function hasContainers(): boolean {
  if (IS_WINDOWS || process.getuid?.() !== 0) return false;
  return ["docker", "podman"].some((name) => spawnSync(name, ["--version"]).status === 0);
}

function testImage(): void {
  const { stdout, status } = spawnSync(process.execPath, ["docker/test/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  process.stdout.write(stdout);
  const [, good, bad] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? [];
  passed += Number(good ?? 0);
  if (status !== 0 || bad !== "0") failed.push(`the image: ${bad ?? "its test has not ended"}`);
}

async function oneByOne<T>(...works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  for (const work of works) done.push(await work());
  return done;
}

interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
}

function take(outcome: Outcome): void {
  passed += outcome.passed;
  failed.push(...outcome.failed);
}

interface Results {
  numPassedTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** What vitest prints is seen at once, or later, when all of it is there. */
async function vitest(
  file: string,
  options: readonly string[],
  env: Readonly<Record<string, string>>,
  seen: "at once" | "later" = "at once",
): Promise<Outcome> {
  const path = join(ARTIFACTS, file);
  mkdirSync(ARTIFACTS, { recursive: true });
  rmSync(path, { force: true });
  const output = seen === "later" ? "pipe" : "inherit";
  const child = spawn(
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${path}`, ...options],
    { cwd: ROOT, stdio: ["ignore", output, output], env: { ...process.env, ...env }, shell: IS_WINDOWS },
  );
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  process.stdout.write(Buffer.concat(chunks));
  let passed = 0;
  const failed: string[] = [];
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(path, "utf8")) as Results;
    passed = numPassedTests;
    for (const { name, status: result, assertionResults } of testResults) {
      const bad = assertionResults.filter((each) => each.status === "failed");
      failed.push(...bad.map(({ fullName }) => fullName));
      if (result === "failed" && bad.length === 0) failed.push(name);
    }
  } catch (error) {
    failed.push(`the test run itself: ${String(error)}`);
  }
  if (status !== 0 && failed.length === 0) failed.push(`vitest ended with ${String(status)}`);
  return { passed, failed };
}

function run(command: string, options: readonly string[]) {
  return spawnSync(command, options, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], shell: IS_WINDOWS });
}
