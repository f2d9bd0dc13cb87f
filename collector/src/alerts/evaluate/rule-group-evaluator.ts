/**
 * A group of rules over time. Its rules run one after the other, so that each sees what those before it recorded; series that a rule
 * no longer makes end with a stale sample. Knows no clock and no store: the time, the queries and the writing come from outside. What
 * it knows can be encoded and restored, so that a restart loses no `for`.
 */
import { messageOf } from "../../base/errors.ts";
import { labelsKey, labelsOf, type Labels } from "../../model/labels.ts";
import { ruleName, type Rule, type RuleGroup } from "../rules/rule-file.ts";
import type { ActiveAlert, EncodedAlert } from "./active-alert.ts";
import { AlertingRuleEvaluator, type FindSamples } from "./alerting-rule.ts";
import { askAhead, independentQueries } from "./ask-ahead.ts";
import type { QueryVector } from "./query-vector.ts";
import { recordSamples } from "./record-samples.ts";
import type { RuleSample } from "./rule-sample.ts";

export interface GroupSettings {
  readonly query: QueryVector;
  /** Of Goldspan's kinds; absent: their rules fail. */
  readonly find?: FindSamples;
  /** Samples of one rule, before the next rule runs. */
  readonly write: (samples: readonly RuleSample[]) => Promise<void>;
  readonly externalUrl?: string;
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Where the group names none. Default 0. */
  readonly queryOffsetMillis?: number;
}

export interface RuleStatus {
  readonly rule: Rule;
  readonly health: "unknown" | "ok" | "err";
  readonly lastError: string | undefined;
  /** Unix milliseconds; undefined = never. */
  readonly lastEvaluation: number | undefined;
  /** Of alerting rules. */
  readonly alerts: readonly ActiveAlert[];
}

/** Of an encoded group, by rule. */
export interface EncodedRule {
  /** What makes a rule the same one: its kind, name, expression and labels. */
  readonly id: string;
  readonly alerts: readonly EncodedAlert[];
  /** Series of the last evaluation that went well. */
  readonly series: readonly Labels[];
}

interface RuleRun {
  readonly rule: Rule;
  readonly alerting: AlertingRuleEvaluator | undefined;
  series: Map<string, Labels>;
  health: RuleStatus["health"];
  lastError: string | undefined;
  lastEvaluation: number | undefined;
}

/** Queries that are begun together, where the group's evaluations are short: a limit of time counts for each of them. */
const MOST_AHEAD = 10;
const SHORT_MILLIS = 1000;

export class RuleGroupEvaluator {
  readonly group: RuleGroup;
  readonly #settings: GroupSettings;
  readonly #runs: readonly RuleRun[];
  #seriesRevision = 0;
  /** Made with the first evaluation. */
  #independent: readonly (string | undefined)[] | undefined;
  #ahead = 1;

  constructor(group: RuleGroup, settings: GroupSettings) {
    this.group = group;
    this.#settings = settings;
    this.#runs = group.rules.map((rule) => ({
      rule,
      alerting: rule.kind === "alerting" ? new AlertingRuleEvaluator(rule, group.labels) : undefined,
      series: new Map(),
      health: "unknown",
      lastError: undefined,
      lastEvaluation: undefined,
    }));
  }

  get rules(): readonly RuleStatus[] {
    return this.#runs.map(({ rule, alerting, health, lastError, lastEvaluation }) => ({
      rule,
      health,
      lastError,
      lastEvaluation,
      alerts: alerting?.alerts ?? [],
    }));
  }

  /** Grows when a rule's series are others than before. */
  get seriesRevision(): number {
    return this.#seriesRevision;
  }

  /** A rule that fails says so in its status; the others run. Rejects only when cancelled. */
  async evaluate(timeMillis: number): Promise<void> {
    const began = performance.now();
    const query = this.#query(timeMillis);
    for (const run of this.#runs) {
      run.lastEvaluation = timeMillis;
      try {
        await this.#evaluateRule(run, timeMillis, query);
        run.health = "ok";
        run.lastError = undefined;
      } catch (error) {
        if (error instanceof Error && error.name === "AbortError") throw error;
        run.health = "err";
        run.lastError = messageOf(error);
      }
    }
    this.#ahead = performance.now() - began < SHORT_MILLIS ? MOST_AHEAD : 1;
  }

  encode(): EncodedRule[] {
    return this.#runs.map(({ rule, alerting, series }) => ({
      id: idOf(rule),
      alerts: alerting?.encode() ?? [],
      series: [...series.values()],
    }));
  }

  /**
   * Rules that are still there go on where they stood; of equal ones the first takes the first. Returns those that are gone.
   * @param keptUntil as AlertingRuleEvaluator.restore has it
   */
  restore(encoded: readonly EncodedRule[], keptUntil = 0): EncodedRule[] {
    const left = [...encoded];
    for (const run of this.#runs) {
      const at = left.findIndex(({ id }) => id === idOf(run.rule));
      if (at < 0) continue;
      const [{ alerts, series }] = left.splice(at, 1);
      run.alerting?.restore(alerts, keptUntil);
      run.series = new Map(series.map((labels) => [labelsKey(labels), labels]));
    }
    return left;
  }

  get #queryOffsetMillis(): number {
    return this.group.queryOffsetMillis ?? this.#settings.queryOffsetMillis ?? 0;
  }

  #query(timeMillis: number): QueryVector {
    const { query } = this.#settings;
    if (this.#ahead === 1) return query;
    this.#independent ??= independentQueries(this.group.rules);
    return askAhead(query, this.#independent, timeMillis - this.#queryOffsetMillis, this.#ahead);
  }

  async #evaluateRule(run: RuleRun, timeMillis: number, query: QueryVector): Promise<void> {
    const { find, write, externalUrl = "", externalLabels = {} } = this.#settings;
    const queryOffsetMillis = this.#queryOffsetMillis;
    const { limit, labels } = this.group;
    const settings = { query, find, timeMillis, queryOffsetMillis, limit, externalUrl, externalLabels };
    const samples =
      run.rule.kind === "recording"
        ? await recordSamples(run.rule, labels, settings)
        : ((await run.alerting?.evaluate(settings)) ?? []);
    const series = new Map(samples.map((sample) => [labelsKey(sample.labels), sample.labels]));
    const ended = [...run.series].filter(([key]) => !series.has(key));
    const timestampMillis = timeMillis - queryOffsetMillis;
    const stale = ended.map(([, gone]): RuleSample => ({ labels: gone, timestampMillis, value: "stale" }));
    await write([...samples, ...stale]);
    if (ended.length > 0 || series.size !== run.series.size) this.#seriesRevision++;
    run.series = series;
  }
}

function idOf(rule: Rule): string {
  return JSON.stringify([rule.kind, ruleName(rule), rule.expr, labelsOf(rule.labels)]);
}
