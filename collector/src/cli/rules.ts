/**
 * `rules check` and `rules test`: what promtool does with Prometheus' rule files and their unit tests, with its words and exit codes.
 * `rules default` prints the rules that hold without any configuration.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, isAbsolute } from "node:path";
import { DEFAULT_RULES } from "../alerts/default-rules/default-rules.ts";
import { findDuplicates, formatRuleIssue, parseRules, type DuplicateRule } from "../alerts/rules/parse-rules.ts";
import { runTestFile } from "../alerts/unit-tests/run-test-file.ts";
import { messageOf } from "../base/errors.ts";
import { nearest } from "../base/suggest.ts";
import { compilePattern } from "../base/text-pattern.ts";
import { MemoryMetrics } from "../store/memory/memory-metrics.ts";
import type { Command, CommandArguments } from "./command.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage.ts";

/** A rule file has a mistake that was asked to be fatal; as promtool has it. */
const LINT_EXIT_CODE = 3;
const ACTIONS = ["check", "test", "default"];
const LINTS = ["duplicate-rules", "all", "none"];

export const rules: Command = {
  positionals: ["check|test|default", "[FILE…]"],
  needsNoConfig: true,
  options: {
    "ignore-unknown-fields": { summary: "let pass keys that Prometheus doesn't know" },
    lint: { value: "WHICH", summary: "check: duplicate-rules (when absent), all or none" },
    "lint-fatal": { summary: "check: exit with 3 when there is something to lint" },
    run: { value: "PATTERN", summary: "test: only the tests whose name matches this RE2 expression" },
  },
  details: `check reads rule files and says all that is wrong with them, with line and column. test runs files of unit tests
in Prometheus' format: input series, the rules of rule_files (relative to the test's file, patterns allowed),
and the alerts and values that are expected. default prints the rules that hold without any configuration.
Exit codes: 0 = all is well, 1 = a file is wrong or a test failed, 3 = only something to lint (--lint-fatal).`,
  examples: [
    "goldspan rules check rules/*.yml",
    "goldspan rules check --lint-fatal rules.yml",
    "goldspan rules test rules_test.yml",
    "goldspan rules test --run 'checkout.*' tests/*.yml",
    "goldspan rules default > rules/default.yml",
  ],

  async run({ positionals: [action, ...files], values }, { streams }) {
    if (action === "default") return printDefault(files, values, streams);
    if (ACTIONS.includes(action) && files.length === 0)
      throw new UsageError(
        `cannot run rules ${action} without FILE…: name rule files${action === "test" ? "' tests" : ""}`,
      );
    if (action === "check") return checkFiles(files, values, streams);
    if (action === "test") return testFiles(files, values, streams);
    const near = nearest(action, ACTIONS);
    throw new UsageError(
      `cannot ${action} rules; ${near ? `did you mean ${near}?` : "write rules check, rules test or rules default"}`,
    );
  },
};

type Values = CommandArguments["values"];

function printDefault(files: readonly string[], values: Values, { stdout }: Streams): number {
  const [option] = Object.keys(values);
  if (files.length > 0) throw new UsageError(`cannot use ${files[0]} with rules default; it takes no files`);
  if (option !== undefined) throw new UsageError(`cannot use --${option} with rules default`);
  stdout.write(DEFAULT_RULES);
  return 0;
}

function checkFiles(files: readonly string[], values: Values, { stdout, stderr }: Streams): number {
  const { lint = "duplicate-rules" } = values;
  if (values.run !== undefined) throw new UsageError("cannot use --run with rules check; it picks tests of rules test");
  if (!LINTS.includes(lint)) throw new UsageError(`cannot lint ${lint}; write --lint with ${LINTS.join(", ")}`);
  const ignoresUnknown = values["ignore-unknown-fields"] !== undefined;
  let [hasErrors, hasLint] = [false, false];
  for (const file of files) {
    stdout.write(`Checking ${file}\n`);
    const { issues, count, duplicates } = checkFile(file, ignoresUnknown);
    const isLinted = lint !== "none" && duplicates.length > 0 && issues.length === 0;
    if (issues.length > 0) stderr.write(`  FAILED:\n${issues.map((issue) => `${issue}\n`).join("")}`);
    else if (isLinted) stderr.write(`  FAILED:\n${formatDuplicates(duplicates)}`);
    else stdout.write(`  SUCCESS: ${count} rules found\n`);
    stdout.write("\n");
    hasErrors ||= issues.length > 0;
    hasLint ||= isLinted;
  }
  if (hasErrors) return 1;
  return hasLint && values["lint-fatal"] !== undefined ? LINT_EXIT_CODE : 0;
}

function checkFile(
  file: string,
  ignoresUnknown: boolean,
): { issues: string[]; count: number; duplicates: readonly DuplicateRule[] } {
  const text = readText(file);
  if (text instanceof Error) return { issues: [messageOf(text)], count: 0, duplicates: [] };
  const { groups, issues } = parseRules(text, { ignoresUnknown });
  return {
    issues: issues.map((issue) => formatRuleIssue(file, issue)),
    count: groups.reduce((sum, group) => sum + group.rules.length, 0),
    duplicates: findDuplicates(groups),
  };
}

function formatDuplicates(duplicates: readonly DuplicateRule[]): string {
  const texts = duplicates.map(({ name, labels }) => {
    const lines = Object.entries(labels).map(([label, value]) => `\t${label}: ${value}\n`);
    return `Metric: ${name}\nLabel(s):\n${lines.join("")}`;
  });
  return `lint error ${duplicates.length} duplicate rule(s) found.\n${texts.join("")}Might cause inconsistency while recording expressions\n`;
}

async function testFiles(files: readonly string[], values: Values, { stdout, stderr }: Streams): Promise<number> {
  for (const option of ["lint", "lint-fatal"])
    if (values[option] !== undefined)
      throw new UsageError(`cannot use --${option} with rules test; it belongs to rules check`);
  const matchesName = values.run === undefined ? undefined : nameTest(values.run);
  let hasFailed = false;
  for (const file of files) {
    stdout.write(`Unit Testing:  ${file}\n`);
    const text = readText(file);
    const { differences, warnings } =
      text instanceof Error
        ? { differences: [messageOf(text)], warnings: [] }
        : await runTestFile({
            file,
            text,
            readRuleFiles: (pattern) => readRuleFiles(pattern, dirname(file)),
            createMetrics: () => new MemoryMetrics(),
            ignoresUnknown: values["ignore-unknown-fields"] !== undefined,
            matchesName,
          });
    for (const warning of warnings) stderr.write(`  WARNING: ${warning}\n`);
    if (differences.length === 0) stdout.write("  SUCCESS\n");
    else stderr.write(`  FAILED:\n${differences.map((difference) => `${difference}\n\n`).join("")}`);
    stdout.write("\n");
    hasFailed ||= differences.length > 0;
  }
  return hasFailed ? 1 : 0;
}

function nameTest(pattern: string): (name: string) => boolean {
  try {
    const compiled = compilePattern(pattern);
    return (name) => compiled.test(name);
  } catch (error) {
    throw new UsageError(`cannot use --run ${pattern}: ${messageOf(error)}`);
  }
}

function readText(file: string): string | Error {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return new Error(`cannot read ${file}: ${messageOf(error)}`);
  }
}

function readRuleFiles(pattern: string, folder: string): { file: string; text: string }[] {
  const path = isAbsolute(pattern) ? pattern : join(folder, pattern);
  return globSync(path)
    .sort()
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}
