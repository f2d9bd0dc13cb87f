/**
 * One group of unit tests: feeds its series into a store step by step, evaluates the rules at each evaluation interval, and holds alerts
 * and expressions against what is expected. Gives one text for each difference, in the words of `promtool test rules`.
 */
import { messageOf } from "../../base/errors.ts";
import { labelsOf, type Labels } from "../../model/labels.ts";
import { formatNotation } from "../../query/metrics/histogram/format-notation.ts";
import { formatPromDuration, quote } from "../../query/metrics/parse/format-expr.ts";
import { compareLabels, formatLabels } from "../../query/metrics/run/labels.ts";
import { queryVectorOf, type QueryVector } from "../evaluate/query-vector.ts";
import { RuleGroupEvaluator } from "../evaluate/rule-group-evaluator.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";
import { ruleName, type RuleGroup } from "../rules/rule-file.ts";
import { formatFloat } from "../template/format-float.ts";
import { findInSeries, type KindMetrics } from "./test-kinds.ts";
import type { AlertRuleTest, ExpectedAlert, ExpectedSample, PromqlExprTest, RuleTestGroup } from "./test-file.ts";

/** An empty store of metrics, made anew for each group of tests. */
export interface TestMetrics extends KindMetrics {
  add(labels: Labels, timestampMillis: number, value: RuleSample["value"]): unknown;
}

export interface TestSettings {
  readonly groups: readonly RuleGroup[];
  readonly evaluationIntervalMillis: number;
  readonly fuzzyCompare: boolean;
  readonly metrics: TestMetrics;
}

/** Evaluations of a group of tests at most. A year of minutes. */
const MOST_EVALUATIONS = 530_000;

export async function runTestGroup(test: RuleTestGroup, settings: TestSettings): Promise<string[]> {
  const run = new TestRun(test, settings);
  return run.run();
}

class TestRun {
  readonly #test: RuleTestGroup;
  readonly #settings: TestSettings;
  readonly #query: QueryVector;
  readonly #groups: readonly RuleGroupEvaluator[];
  /** Steps of the input that were fed. */
  #fed = 0;

  constructor(test: RuleTestGroup, settings: TestSettings) {
    this.#test = test;
    this.#settings = settings;
    const { metrics, evaluationIntervalMillis } = settings;
    this.#query = queryVectorOf({ reader: metrics, subqueryStepMillis: evaluationIntervalMillis });
    const { externalUrl, externalLabels } = test;
    const write = async (samples: readonly RuleSample[]) => {
      for (const { labels, timestampMillis, value } of samples) metrics.add(labels, timestampMillis, value);
    };
    const find = findInSeries(metrics);
    this.#groups = settings.groups.map(
      (group) => new RuleGroupEvaluator(group, { query: this.#query, find, write, externalUrl, externalLabels }),
    );
  }

  async run(): Promise<string[]> {
    const { alertRuleTests, promqlExprTests, startMillis } = this.#test;
    const { evaluationIntervalMillis: step } = this.#settings;
    const last = Math.max(0, ...[...alertRuleTests, ...promqlExprTests].map(({ evalTimeMillis }) => evalTimeMillis));
    if (last / step > MOST_EVALUATIONS)
      return [
        `${this.#head()}    cannot evaluate ${Math.floor(last / step)} times, more than ${MOST_EVALUATIONS}; make evaluation_interval longer`,
      ];
    const differences: string[] = [];
    for (let at = 0; at <= last; at += step) {
      this.#feed(at);
      for (const group of this.#groups) await group.evaluate(startMillis + at);
      const errors = this.#errors(at);
      if (errors.length > 0) return [...differences, ...errors];
      for (const alertTest of alertRuleTests)
        if (alertTest.evalTimeMillis >= at && alertTest.evalTimeMillis < at + step)
          differences.push(...this.#checkAlerts(alertTest));
    }
    for (const exprTest of promqlExprTests) differences.push(...(await this.#checkExpr(exprTest)));
    return differences;
  }

  #head(): string {
    return this.#test.name === "" ? "" : `    name: ${this.#test.name},\n`;
  }

  /** Samples up to a time: rules don't see what comes later. */
  #feed(until: number): void {
    const { inputSeries, intervalMillis, startMillis } = this.#test;
    const longest = Math.max(0, ...inputSeries.map(({ values }) => values.length));
    for (; this.#fed < longest && this.#fed * intervalMillis <= until; this.#fed++) {
      for (const { labels, values } of inputSeries) {
        const value = values[this.#fed];
        if (value === undefined) continue;
        const sample = typeof value === "object" ? value.histogram : value;
        this.#settings.metrics.add(labels, startMillis + this.#fed * intervalMillis, sample);
      }
    }
  }

  #errors(at: number): string[] {
    return this.#groups.flatMap(({ rules }) =>
      rules.flatMap(({ rule, lastError }) =>
        lastError === undefined
          ? []
          : [`${this.#head()}    rule: ${ruleName(rule)}, time: ${formatPromDuration(at)}, err: ${lastError}`],
      ),
    );
  }

  #checkAlerts({ alertname, evalTimeMillis, expAlerts }: AlertRuleTest): string[] {
    const statuses = this.#groups.flatMap(({ rules }) => rules.filter(({ rule }) => ruleName(rule) === alertname));
    const firing = statuses.flatMap(({ alerts }) => alerts.filter(({ state }) => state === "firing"));
    const expected = expAlerts.map(({ labels, annotations }) => ({ labels: { ...labels, alertname }, annotations }));
    const [wanted, got] = [formatAlerts(expected), formatAlerts(firing)];
    if (wanted === got) return [];
    return [
      `${this.#head()}    alertname: ${alertname}, time: ${formatPromDuration(evalTimeMillis)}, \n        exp:${wanted}, \n        got:${got}`,
    ];
  }

  async #checkExpr({ expr, evalTimeMillis, expSamples }: PromqlExprTest): Promise<string[]> {
    const head = `${this.#head()}    expr: ${quote(expr)}, time: ${formatPromDuration(evalTimeMillis)},`;
    let got: ExpectedSample[];
    try {
      got = [...(await this.#query(expr, this.#test.startMillis + evalTimeMillis))].map(
        ({ labels, value, histogram }) => ({
          labels,
          value: histogram ? 0 : value,
          ...(histogram && { histogram }),
        }),
      );
    } catch (error) {
      return [`${head} err: ${messageOf(error)}`];
    }
    const [wanted, found] = [expSamples, got].map((samples) =>
      samples.toSorted((a, b) => compareLabels(a.labels, b.labels)),
    );
    const isSame = wanted.length === found.length && wanted.every((sample, i) => this.#isSame(sample, found[i]));
    return isSame ? [] : [`${head}\n        exp: ${formatSamples(wanted)}\n        got: ${formatSamples(found)}`];
  }

  #isSame(a: ExpectedSample, b: ExpectedSample): boolean {
    if (compareLabels(a.labels, b.labels) !== 0) return false;
    const [left, right] = [a.histogram, b.histogram].map((histogram) => histogram && formatNotation(histogram));
    if (left !== undefined || right !== undefined) return left === right;
    if (a.value === b.value || (Number.isNaN(a.value) && Number.isNaN(b.value))) return true;
    return this.#settings.fuzzyCompare && isNextFloat(a.value, b.value);
  }
}

/** Neighbours among the doubles. */
function isNextFloat(a: number, b: number): boolean {
  const bits = (value: number) => {
    const [whole] = new BigInt64Array(Float64Array.of(value).buffer);
    return whole < 0n ? -(whole & 0x7fffffffffffffffn) : whole;
  };
  const distance = bits(a) - bits(b);
  return distance === 1n || distance === -1n;
}

function formatAlerts(alerts: readonly ExpectedAlert[]): string {
  if (alerts.length === 0) return "[]";
  const texts = alerts
    .map(({ labels, annotations }) => [labelsOf(labels), labelsOf(annotations)] as const)
    .sort(([a, b], [c, d]) => compareLabels(a, c) || compareLabels(b, d))
    .map(
      ([labels, annotations], i) =>
        `            ${i}:\n              Labels:${formatLabels(labels)}\n              Annotations:${formatLabels(annotations)}`,
    );
  return `[\n${texts.join(",\n")}\n            ]`;
}

function formatSamples(samples: readonly ExpectedSample[]): string {
  if (samples.length === 0) return "nil";
  return samples
    .map(({ labels, value, histogram }) => {
      return `${formatLabels(labels)} ${histogram ? formatNotation(histogram) : formatFloat(value, "e", -1).toUpperCase()}`;
    })
    .join(", ");
}
