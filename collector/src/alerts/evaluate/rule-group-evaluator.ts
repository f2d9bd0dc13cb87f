/**
 * A group of rules over time. Its rules run one after the other, so that each sees what those before it recorded; series that a rule
 * no longer makes end with a stale sample. Knows no clock and no store: the time, the queries and the writing come from outside. What
 * it knows can be encoded and restored, so that a restart loses no `for`.
 */
import { messageOf } from "../../base/errors.ts";
import { untilAborted } from "../../base/until-aborted.ts";
import { NO_LIMITS, openScope, type WorkLimits } from "../../base/work-scope.ts";
import { labelsKey, labelsOf, type Labels } from "../../model/labels.ts";
import { ruleName, type Rule, type RuleGroup } from "../rules/rule-file.ts";
import type { ActiveAlert, EncodedAlert } from "./active-alert.ts";
import { AlertingRuleEvaluator, type FindSamples } from "./alerting-rule.ts";
import { AskedAhead, independentQueries, type Budget } from "./ask-ahead.ts";
import type { QueryVector } from "./query-vector.ts";
import { recordSamples } from "./record-samples.ts";
import { RuleError, type RuleSample } from "./rule-sample.ts";

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
  /** Breaks off what is under way. */
  readonly stop?: AbortSignal;
  /** Of all that a rule asks in its turn, and of queries that are begun together. Default: none. */
  readonly limits?: WorkLimits;
  /** A whole evaluation may take so long; rules whose turn would come after it fail. Default 0 = for ever. */
  readonly mostMillis?: number;
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

/** Queries that are begun together, where the group's evaluations are short; fewer where they have no room together. */
const MOST_AHEAD = 10;
const SHORT_MILLIS = 1000;

export class RuleGroupEvaluator {
  readonly group: RuleGroup;
  readonly #settings: GroupSettings;
  readonly #runs: readonly RuleRun[];
  #seriesRevision = 0;
  /** Made with the first evaluation. */
  #independent: readonly (string | undefined)[] | undefined;
  #mostAhead = MOST_AHEAD;
  #isShort = false;

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
    const { stop, mostMillis = 0 } = this.#settings;
    const whole = mostMillis > 0 ? openScope(stop, { ...NO_LIMITS, timeoutMillis: mostMillis }) : undefined;
    const signal = whole?.signal ?? stop;
    const ahead = this.#askAhead(timeMillis, signal);
    try {
      for (const run of this.#runs) {
        run.lastEvaluation = timeMillis;
        try {
          await this.#evaluateInTurn(run, timeMillis, signal, ahead);
          run.health = "ok";
          run.lastError = undefined;
        } catch (error) {
          if (error instanceof Error && error.name === "AbortError") throw error;
          run.health = "err";
          run.lastError = messageOf(error);
        }
      }
    } finally {
      whole?.close();
    }
    this.#isShort = performance.now() - began < SHORT_MILLIS;
    if (ahead?.isCrowded) this.#mostAhead = Math.max(1, this.#mostAhead >> 1);
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

  #askAhead(timeMillis: number, signal: AbortSignal | undefined): AskedAhead | undefined {
    if (!this.#isShort || this.#mostAhead === 1) return undefined;
    const { query } = this.#settings;
    return new AskedAhead({
      query,
      queries: (this.#independent ??= independentQueries(this.group.rules)),
      timeMillis: timeMillis - this.#queryOffsetMillis,
      most: this.#mostAhead,
      openBudget: () => this.#openBudget(signal),
    });
  }

  #openBudget(signal: AbortSignal | undefined): Budget {
    const { limits } = this.#settings;
    return limits ? openScope(signal, limits) : { signal };
  }

  /** All that a rule asks, its templates included, has one budget. */
  async #evaluateInTurn(
    run: RuleRun,
    timeMillis: number,
    signal: AbortSignal | undefined,
    ahead: AskedAhead | undefined,
  ): Promise<void> {
    const { query, find, stop, mostMillis = 0 } = this.#settings;
    if (signal?.aborted && !stop?.aborted)
      throw new RuleError(`its turn didn't come: the rules of its group take longer than ${mostMillis / 1000} s`);
    let turn: Budget | undefined;
    const signalOf = () => (turn ??= this.#openBudget(signal)).signal;
    const ask: QueryVector = (text, at) => untilAborted(query(text, at, signalOf()), signalOf());
    try {
      await this.#evaluateRule(run, timeMillis, {
        query: ahead ? (text, at) => ahead.answer(text, at, ask) : ask,
        find: find && ((rule, at) => untilAborted(find(rule, at, signalOf()), signalOf())),
      });
    } finally {
      turn?.close?.();
    }
  }

  async #evaluateRule(
    run: RuleRun,
    timeMillis: number,
    { query, find }: Pick<GroupSettings, "query" | "find">,
  ): Promise<void> {
    const { write, externalUrl = "", externalLabels = {} } = this.#settings;
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
