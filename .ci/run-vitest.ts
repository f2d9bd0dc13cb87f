/**
 * Runs vitest and tells what came of it, file by file. In: its arguments and environment. Out: outcomes; what vitest prints is passed on.
 * Which tests failed, and why, is said again by the caller, where people look first.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROOT = join(import.meta.dirname, "..");
const ARTIFACTS = join(ROOT, "artifacts");
const MOST_LINES = 12;

export interface VitestRun {
  /** Its results are kept as this file of `artifacts/`. */
  readonly results: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What vitest prints is seen when all of it is there: for a run beside another. */
  readonly isShownLater?: boolean;
}

export interface Failure {
  readonly name: string;
  /** Indented lines. */
  readonly why: string;
}

/** Of a file of tests; without a file, of the run itself. */
export interface Outcome {
  readonly file?: string;
  readonly passed: number;
  readonly failed: readonly Failure[];
}

interface Results {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] | null }[];
  }[];
}

export async function runVitest({ results, args, env, isShownLater = false }: VitestRun): Promise<Outcome[]> {
  const path = join(ARTIFACTS, results);
  mkdirSync(ARTIFACTS, { recursive: true });
  rmSync(path, { force: true });
  const output = isShownLater ? "pipe" : "inherit";
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const child = spawn("vitest", ["run", ...reporters, ...args], {
    cwd: ROOT,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  process.stdout.write(Buffer.concat(chunks));
  try {
    const outcomes = (JSON.parse(readFileSync(path, "utf8")) as Results).testResults.map(decode);
    if (status === 0 || outcomes.some(({ failed }) => failed.length > 0)) return outcomes;
    return [...outcomes, { passed: 0, failed: [{ name: `vitest ended with ${String(status)}`, why: "" }] }];
  } catch (error) {
    return [{ passed: 0, failed: [{ name: "the test run itself", why: firstLines(String(error)) }] }];
  }
}

function decode({ name: file, status, message, assertionResults }: Results["testResults"][number]): Outcome {
  const passed = assertionResults.filter((each) => each.status === "passed").length;
  const failed = assertionResults
    .filter((each) => each.status === "failed")
    .map(({ fullName, failureMessages }) => ({ name: fullName, why: firstLines((failureMessages ?? []).join("\n")) }));
  // What is wrong before the first test, or behind the last, is no test's.
  if (status === "failed" && failed.length === 0) failed.push({ name: file, why: firstLines(message) });
  return { file, passed, failed };
}

function firstLines(text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  const told = lines
    .filter((line) => line.trim() !== "" && !/node_modules|at new Promise/.test(line))
    .slice(0, MOST_LINES);
  return told.map((line) => `    ${line}`).join("\n");
}
