/** A whole file of unit tests: loads the rule files it names, then runs its groups of tests one after the other. */
import { parseRules, formatRuleIssue } from "../rules/parse-rules.ts";
import type { RuleGroup } from "../rules/rule-file.ts";
import { runTestGroup, type TestMetrics } from "./run-test-group.ts";
import { parseTestFile } from "./test-file.ts";

export interface RunTestSettings {
  /** The file's name, for messages. */
  readonly file: string;
  readonly text: string;
  /** Files that a path or a pattern of `rule_files` stands for, with their texts. May throw. */
  readonly readRuleFiles: (pattern: string) => readonly { readonly file: string; readonly text: string }[];
  readonly createMetrics: () => TestMetrics;
  readonly ignoresUnknown?: boolean;
  /** Runs the groups of tests whose names it takes; absent = all. */
  readonly matchesName?: (name: string) => boolean;
}

export interface TestFileResult {
  /** Empty = the file passed. */
  readonly differences: readonly string[];
  readonly warnings: readonly string[];
  /** Groups of tests that were run. */
  readonly tests: number;
}

export async function runTestFile(settings: RunTestSettings): Promise<TestFileResult> {
  const { file: name, text, ignoresUnknown = false, createMetrics, matchesName = () => true } = settings;
  const { file, issues } = parseTestFile(text, { ignoresUnknown });
  if (issues.length > 0)
    return { differences: issues.map((issue) => formatRuleIssue(name, issue)), warnings: [], tests: 0 };
  const warnings: string[] = [];
  const differences: string[] = [];
  const groups: RuleGroup[] = [];
  for (const pattern of file.ruleFiles) {
    const found = settings.readRuleFiles(pattern);
    if (found.length === 0) warnings.push(`no file match pattern ${pattern}`);
    for (const rules of found) {
      const parsed = parseRules(rules.text, { ignoresUnknown });
      differences.push(...parsed.issues.map((issue) => formatRuleIssue(rules.file, issue)));
      groups.push(...parsed.groups);
    }
  }
  if (differences.length > 0) return { differences, warnings, tests: 0 };
  const order = new Map(file.groupEvalOrder.map((group, i) => [group, i]));
  const rank = ({ name: group }: RuleGroup) => order.get(group) ?? order.size;
  const ordered = groups.toSorted((a, b) => rank(a) - rank(b));
  const { evaluationIntervalMillis, fuzzyCompare } = file;
  const tests = file.tests.filter((test) => matchesName(test.name));
  for (const test of tests)
    differences.push(
      ...(await runTestGroup(test, {
        groups: ordered,
        evaluationIntervalMillis,
        fuzzyCompare,
        metrics: createMetrics(),
      })),
    );
  return { differences, warnings, tests: tests.length };
}
