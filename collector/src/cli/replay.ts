/** `replay`: rules over a store's history without side effects, and what would have fired, as a table of episodes. */
import { globSync, readFileSync } from "node:fs";
import { DEFAULT_RULES } from "../alerts/default-rules/default-rules.ts";
import { replayRules, type Replay, type ReplayedEpisode } from "../alerts/replay/replay-rules.ts";
import { formatRuleIssue, parseRules } from "../alerts/rules/parse-rules.ts";
import type { RuleGroup } from "../alerts/rules/rule-file.ts";
import { parseDurationMillis, formatDurationMillis } from "../base/duration.ts";
import { messageOf } from "../base/errors.ts";
import { openFilesReader } from "../store/sqlite/files/open-files-reader.ts";
import { StoreFiles } from "../store/sqlite/files/store-files.ts";
import type { Command, CommandArguments } from "./command.ts";
import { formatTable, type Cell } from "./format-table.ts";
import { parseTime } from "./parse-time.ts";
import { Progress } from "./progress.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage.ts";

const DEFAULT = "default";
const SHORTEST_INTERVAL = 1000;
const MOST_STEPS = 100_000;

export const replay: Command = {
  positionals: ["[DIR]"],
  options: {
    rules: { value: "FILE", summary: "rule file, or a pattern of several; default = the default rules" },
    since: { value: "T", summary: "from then on: 7d (ago, when absent), 2026-01-31, 2026-01-31T12:00:00Z" },
    until: { value: "T", summary: "up to then; now when absent" },
    interval: { value: "D", summary: "evaluation interval of groups that name none (15s)" },
    steps: { value: "N", summary: "evaluations of a group at most (10080); longer times go in larger steps" },
    timeout: { value: "D", summary: "stop after so long and tell what was found until then" },
    json: { summary: "print JSON instead of tables" },
  },
  details: `Evaluates the rules as they would have been at each moment of the past and prints each time an alert
would have fired. Nothing is written, nobody is told; what rules record is seen by the rules behind them.
Works beside a running collector, on what lies in sealed blocks: the last minutes are missing.
Exit codes: 0 = done, 1 = a rule file is wrong, a rule failed, or the time was up.`,
  examples: [
    "goldspan replay --rules rules.yml --since 7d",
    "goldspan replay --rules default --since 24h /var/lib/goldspan",
    "goldspan replay --rules 'rules/*.yml' --since 2026-01-30 --until 2026-01-31 --json",
  ],

  async run(args, { streams, now, directoryOf }) {
    const request = requestOf(args, now());
    const groups = readRules(args.values.rules ?? "", streams);
    if (!groups) return 1;
    const files = new StoreFiles(directoryOf(args.positionals[0]));
    const progress = new Progress(streams.stderr, now, false);
    const log = {
      info: () => undefined,
      warn: (message: string) => void streams.stderr.write(`${message}\n`),
      error: (message: string) => void streams.stderr.write(`${message}\n`),
    };
    const reader = openFilesReader(files, log);
    try {
      const onProgress = (share: number) => progress.show("replaying", share);
      const found = await replayRules({ reader, groups, ...request, onProgress });
      progress.end();
      streams.stdout.write(args.values.json === undefined ? formatReplay(found) : `${JSON.stringify(plain(found))}\n`);
      return found.isComplete && found.rules.every(({ error }) => error === "") ? 0 : 1;
    } finally {
      progress.end();
      await reader.close();
    }
  },
};

function requestOf({ values }: CommandArguments, nowMillis: number) {
  const { rules, since = "7d", until = "now" } = values;
  if (rules === undefined) throw new UsageError("cannot replay without rules: give --rules FILE, or --rules default");
  const millis = (option: string, text: string) => Number(parseTime(option, text, nowMillis) / 1_000_000n);
  const [startMillis, endMillis] = [millis("--since", since), Math.min(nowMillis, millis("--until", until))];
  if (startMillis >= endMillis)
    throw new UsageError(`cannot replay from ${since} to ${until}: the end comes before the start`);
  const intervalMillis = durationOf("--interval", values.interval, 15_000);
  const timeoutMillis = values.timeout === undefined ? Infinity : durationOf("--timeout", values.timeout, Infinity);
  const mostSteps = values.steps === undefined ? 10_080 : Number(values.steps);
  if (!Number.isInteger(mostSteps) || mostSteps < 1 || mostSteps > MOST_STEPS)
    throw new UsageError(`cannot use --steps ${values.steps}: write a whole number from 1 to ${MOST_STEPS}`);
  return { startMillis, endMillis, intervalMillis, timeoutMillis, mostSteps };
}

function durationOf(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const millis = parseDurationMillis(text);
  if (millis !== undefined && millis >= SHORTEST_INTERVAL) return millis;
  throw new UsageError(`cannot use ${option} ${text}: write a duration of a second or more, such as 15s or 5m`);
}

/** Undefined, and all that is wrong told, when there is nothing to run. */
function readRules(pattern: string, { stderr }: Streams): RuleGroup[] | undefined {
  const names = pattern === DEFAULT ? [DEFAULT] : globSync(pattern).sort();
  if (names.length === 0) throw new UsageError(`cannot find the rule file ${pattern}`);
  const groups: RuleGroup[] = [];
  let isRight = true;
  for (const name of names) {
    try {
      const parsed = parseRules(name === DEFAULT ? DEFAULT_RULES : readFileSync(name, "utf8"));
      for (const issue of parsed.issues) stderr.write(`${formatRuleIssue(name, issue)}\n`);
      isRight &&= parsed.issues.length === 0;
      groups.push(...parsed.groups);
    } catch (error) {
      stderr.write(`cannot read ${name}: ${messageOf(error)}\n`);
      isRight = false;
    }
  }
  return isRight ? groups : undefined;
}

function formatReplay({ startMillis, reachedMillis, isComplete, rules }: Replay): string {
  const time = (millis: number) => new Date(millis).toISOString().replace(/\.\d+Z$/, "Z");
  const lines = [`from ${time(startMillis)} to ${time(reachedMillis)}${isComplete ? "" : " (the time was up)"}\n`];
  const table: Cell[][] = [["GROUP", "ALERT", "FIRED", "ERROR"]];
  for (const { group, name, fired, error } of rules) table.push([group, name, fired, error]);
  lines.push(formatTable(table));
  const episodes = rules.flatMap(({ name, episodes: own }) => own.map((one) => ({ name, ...one })));
  if (episodes.length === 0) return `${lines.join("\n")}\n`;
  const rows = episodes
    .sort((a, b) => a.firedAtMillis - b.firedAtMillis)
    .map((one): Cell[] => [time(one.firedAtMillis), lastedOf(one), one.name, one.summary || labelsOf(one)]);
  lines.push(formatTable([["FIRED", "FOR", "ALERT", "WHAT"], ...rows]));
  const left = rules.reduce((sum, { fired, episodes: own }) => sum + fired - own.length, 0);
  if (left > 0) lines.push(`and ${left} more\n`);
  return `${lines.join("\n")}\n`;
}

function lastedOf({ firedAtMillis, resolvedAtMillis }: ReplayedEpisode): string {
  return resolvedAtMillis === null ? "still firing" : formatDurationMillis(resolvedAtMillis - firedAtMillis);
}

function labelsOf({ labels }: ReplayedEpisode): string {
  const texts = Object.entries(labels).filter(([name]) => name !== "alertname");
  return `{${texts.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ")}}`;
}

function plain({ rules, ...rest }: Replay): object {
  return {
    ...rest,
    rules: rules.map(({ group, name, fired, error, episodes }) => ({ group, name, fired, error, episodes })),
  };
}
