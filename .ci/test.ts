/**
 * `npm test`: the checks (types, lint, format), then every unit, end-to-end and browser test. The browser tests run twice, at the same
 * time: against a mock of the API (errors, slow answers) and against real collectors. In CI, where root and a container engine are there
 * already, the image is built and run, too. Files with a test that failed are run once more, alone, when they are few; what passes then is
 * told as well. The last line says `N passed, N failed`; a check counts as a test. Arguments go to vitest, once, the mock serving browser
 * tests: npm test -- collector/src/wire
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { findChromium } from "./chromium.ts";
import { runVitest, type Failure, type Outcome, type VitestRun } from "./run-vitest.ts";

const ROOT = join(import.meta.dirname, "..");
const IS_WINDOWS = process.platform === "win32";
/** More files that fail are no accident. */
const MOST_TRIED_AGAIN = 5;

const CHECKS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ["types", "tsc", ["-p", "tsconfig.json"]],
  ["types of the UI", "tsc", ["-p", "ui/tsconfig.json"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "oxfmt", ["--check", "."]],
];

const failed: Failure[] = [];
/** Failed beside others and passed alone. */
const triedAgain: Failure[] = [];
let passed = 0;
const args = process.argv.slice(2);

for (const [name, command, options] of CHECKS) {
  const { status } = run(command, options);
  if (status === 0) passed++;
  else failed.push({ name, why: "" });
  console.log(`${status === 0 ? "passed" : "FAILED"}: ${name}`);
}
if (!args.includes("--checks")) await test();
if (args.length === 0 && process.env.CI && hasContainers()) testImage();
tell("passed alone, failed beside others", triedAgain);
tell("FAILED", failed);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

function tell(what: string, failures: readonly Failure[]): void {
  for (const { name, why } of failures) console.log(`${what}: ${name}${why && `\n${why}`}`);
}

async function test(): Promise<void> {
  buildUi();
  const chromium = await findChromium();
  if (chromium === undefined)
    console.error("cannot find or install a Chromium: the browser tests will fail; set CHROMIUM_PATH");
  const browser = { CHROMIUM_PATH: chromium ?? "" };
  if (args.length > 0) return count(await runVitest({ results: "test-results.json", args, env: browser }));
  const all: VitestRun = { results: "test-results.json", args: ["--exclude", "test/browser/**"], env: browser };
  const pages = ["--project", "ui", "test/browser"];
  const mock: VitestRun = { results: "mock-results.json", args: pages, env: browser };
  const real: VitestRun = {
    results: "browser-results.json",
    args: pages,
    env: { ...browser, BROWSER_TESTS_ON: "collector" },
    isShownLater: true,
  };
  await take(all, await runVitest(all));
  // A browser has one page at work at a time: two of them share two cores well.
  const [outcomes, others] =
    availableParallelism() > 1
      ? await Promise.all([runVitest(mock), runVitest(real)])
      : [await runVitest(mock), await runVitest(real)];
  await take(mock, outcomes);
  await take(real, others);
}

/** Counts what came of a run, files with failures once more before. */
async function take(first: VitestRun, outcomes: readonly Outcome[]): Promise<void> {
  const bad = outcomes.filter(({ failed: failures }) => failures.length > 0);
  if (bad.length > MOST_TRIED_AGAIN) return count(outcomes);
  count(outcomes.filter((each) => !bad.includes(each)));
  for (const each of bad) {
    if (each.file === undefined) count([each]);
    else {
      const again = await runVitest({ ...first, results: "again-results.json", args: [each.file] });
      count(again);
      const stillBad = new Set(again.flatMap(({ failed: failures }) => failures).map(({ name }) => name));
      triedAgain.push(...each.failed.filter(({ name }) => !stillBad.has(name)));
    }
  }
}

function count(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    passed += outcome.passed;
    failed.push(...outcome.failed);
  }
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
  if (status !== 0 || bad !== "0") failed.push({ name: "the image", why: bad ?? "its test has not ended" });
}

function run(command: string, options: readonly string[]) {
  return spawnSync(command, options, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], shell: IS_WINDOWS });
}
