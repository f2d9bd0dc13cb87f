/** The text of a rule file -> what its alerts, or one of them, would have done over a range, as far as a person waits for a preview. */
import { QueryError } from "../../base/errors.ts";
import { RuleFileError } from "../../alerts/engine/alerting-service.ts";
import { replayRules } from "../../alerts/replay/replay-rules.ts";
import type { ReplayChart } from "../../alerts/replay/replay-chart.ts";
import { parseRules } from "../../alerts/rules/parse-rules.ts";
import type { AlertingRule, RuleGroup } from "../../alerts/rules/rule-file.ts";
import type { RuleSource } from "../../alerts/rules/rule-source.ts";
import type { StoreReader } from "../../store/store.ts";
import type { WireReplayChart, WireRuleReplay } from "../contract.ts";

const TIMEOUT_MILLIS = 8000;
/** A week in steps of five minutes. */
const MOST_STEPS = 2016;
const MOST_EPISODES = 50;
/** So much before the data begins: what was absent then is seen. */
const BEFORE_DATA_MILLIS = 10 * 60_000;

export interface ReplayRequest {
  readonly text: string;
  readonly startMillis: number;
  readonly endMillis: number;
  /** 1-based, somewhere in an alerting rule: that one alone is replayed, and drawn. */
  readonly line?: number;
}

/**
 * @param intervalMillis of groups that name none
 * @throws RuleFileError when it cannot run, QueryError when there is no alerting rule at the line
 */
export async function replayText(
  reader: StoreReader,
  { text, startMillis, endMillis, line }: ReplayRequest,
  intervalMillis: number,
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<WireRuleReplay> {
  const { groups, issues } = parseRules(text);
  if (issues.length > 0) throw new RuleFileError("cannot replay the rules", issues);
  const charted = line === undefined ? undefined : ruleAt(groups, line);
  const dataStart = charted && (await dataStartOf(reader, charted.source));
  // Nothing is evaluated before there was any data: the steps are needed where there is some.
  const from = dataStart === undefined ? startMillis : Math.max(startMillis, dataStart - BEFORE_DATA_MILLIS);
  const found = await replayRules({
    reader,
    groups: charted ? withoutOthers(groups, charted) : groups,
    startMillis: Math.min(from, endMillis),
    endMillis,
    intervalMillis,
    timeoutMillis: TIMEOUT_MILLIS,
    mostSteps: MOST_STEPS,
    mostEpisodes: MOST_EPISODES,
    ...(charted && { charted }),
    signal,
    onProgress,
  });
  return {
    startMillis,
    endMillis,
    reachedMillis: found.isComplete ? endMillis : found.reachedMillis,
    stepMillis: found.stepMillis,
    dataStartMillis: dataStart ?? firstValueOf(found.chart) ?? null,
    rules: found.rules.map(({ group, name, rule, fired, error, episodes }) => ({
      group,
      name,
      fired,
      error,
      chart: rule === charted && found.chart ? wireChart(found.chart) : null,
      episodes: episodes.map(({ labels, activeAtMillis, firedAtMillis, resolvedAtMillis }) => ({
        labels: { ...labels },
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
      })),
    })),
  };
}

/** The alerting rule that begins at the line, or last before it. */
function ruleAt(groups: readonly RuleGroup[], line: number): AlertingRule {
  const before = groups.flatMap(({ rules }) => rules).filter(({ at }) => at.line <= line);
  const rule = before.reduce<(typeof before)[number] | undefined>(
    (last, each) => (last && last.at.line > each.at.line ? last : each),
    undefined,
  );
  if (rule?.kind === "alerting") return rule;
  throw new QueryError(`cannot replay line ${line}: there is no alerting rule`, undefined, "name a line of an alert");
}

/** What recording rules make stays: the rule may look at it. */
function withoutOthers(groups: readonly RuleGroup[], only: AlertingRule): RuleGroup[] {
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => rule === only || rule.kind === "recording") }))
    .filter(({ rules }) => rules.length > 0);
}

/** When what a rule looks at begins in the store; undefined = not known, as with a store that has only just begun. */
async function dataStartOf(reader: StoreReader, { kind }: RuleSource): Promise<number | undefined> {
  const signal = kind === "logs" ? "logs" : kind === "traces" || kind === "new_error" ? "traces" : "metrics";
  const { signals } = await reader.reportStorage({ limit: 1 });
  const start = signals.find((usage) => usage.signal === signal)?.data?.start;
  return start === undefined ? undefined : Number(start / 1_000_000n);
}

/** A store without any block tells no begin: what is drawn begins where its data does. */
function firstValueOf(chart: ReplayChart | undefined): number | undefined {
  return chart?.timesMillis.find((_, at) => chart.series.some(({ values }) => values[at] !== null));
}

function wireChart({ timesMillis, series, band, ...rest }: ReplayChart): WireReplayChart {
  return {
    ...rest,
    timesMillis: [...timesMillis],
    series: series.map(({ labels, values }) => ({ labels: { ...labels }, values: [...values] })),
    band: band && { lower: [...band.lower], upper: [...band.upper] },
  };
}
