/**
 * A file of unit tests for rules -> data, and what is wrong with it.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
import { messageOf } from "../../base/errors.ts";
import type { Labels } from "../../model/labels.ts";
import {
  parseHistogram,
  parseMetric,
  parseNumber,
  parseValues,
  type ScriptValue,
} from "../../query/metrics/parse/series-line.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import { YamlFields, type FieldsSettings } from "../yaml/yaml-fields.ts";
import { readYaml, type Place, type YamlIssue, type YamlNode } from "../yaml/yaml-node.ts";

export interface RuleTestFile {
  /** Paths and patterns, relative to the file. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMillis: number;
  readonly groupEvalOrder: readonly string[];
  /** Values a unit of the last place apart are equal. */
  readonly fuzzyCompare: boolean;
  readonly tests: readonly RuleTestGroup[];
}

export interface RuleTestGroup {
  readonly name: string;
  readonly intervalMillis: number;
  /** Unix milliseconds of the first step. */
  readonly startMillis: number;
  readonly inputSeries: readonly { readonly labels: Labels; readonly values: readonly ScriptValue[] }[];
  readonly alertRuleTests: readonly AlertRuleTest[];
  readonly promqlExprTests: readonly PromqlExprTest[];
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
}

export interface AlertRuleTest {
  /** From the start. */
  readonly evalTimeMillis: number;
  readonly alertname: string;
  readonly expAlerts: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PromqlExprTest {
  readonly expr: string;
  readonly evalTimeMillis: number;
  readonly expSamples: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: NativeHistogram;
}

const MINUTE = 60_000;

export function parseTestFile(
  text: string,
  { ignoresUnknown = false } = {},
): { readonly file: RuleTestFile; readonly issues: readonly YamlIssue[] } {
  const { node, issues: yamlIssues } = readYaml(text);
  const issues: YamlIssue[] = [...yamlIssues];
  const file = new Reader({ issues, ignoresUnknown }).file(node);
  return { file, issues };
}

class Reader {
  readonly #settings: FieldsSettings;

  constructor(settings: FieldsSettings) {
    this.#settings = settings;
  }

  file(node: YamlNode): RuleTestFile {
    const fields = this.#open(node, "a file of rule tests");
    // The time-out of a file means nothing here; no test waits for anything.
    const ruleFiles = fields.texts("rule_files");
    const evaluationIntervalMillis = fields.duration("evaluation_interval") || MINUTE;
    const groupEvalOrder = fields.texts("group_eval_order");
    const twice = groupEvalOrder.find((name, i) => groupEvalOrder.indexOf(name) !== i);
    if (twice !== undefined)
      this.#fail(fields.placeOf("group_eval_order"), `group name repeated in evaluation order: ${twice}`);
    const fuzzyCompare = fields.boolean("fuzzy_compare") ?? false;
    const tests = fields.list("tests").map((test) => this.#group(test, evaluationIntervalMillis));
    fields.close();
    return { ruleFiles, evaluationIntervalMillis, groupEvalOrder, fuzzyCompare, tests };
  }

  #open(node: YamlNode, what: string): YamlFields {
    return new YamlFields(node, what, this.#settings);
  }

  #fail(at: Place, message: string): void {
    this.#settings.issues.push({ at, message });
  }

  #group(node: YamlNode, evaluationIntervalMillis: number): RuleTestGroup {
    const fields = this.#open(node, "a test");
    const group: RuleTestGroup = {
      name: fields.text("name"),
      intervalMillis: fields.duration("interval") || evaluationIntervalMillis,
      startMillis: this.#start(fields),
      inputSeries: fields.list("input_series").flatMap((each) => this.#series(each)),
      alertRuleTests: fields.list("alert_rule_test").map((each) => this.#alertTest(each)),
      promqlExprTests: fields.list("promql_expr_test").map((each) => this.#exprTest(each)),
      externalLabels: fields.textMap("external_labels"),
      externalUrl: fields.text("external_url"),
    };
    fields.close();
    return group;
  }

  /** RFC 3339, or seconds since 1970. */
  #start(fields: YamlFields): number {
    const text = fields.text("start_timestamp");
    if (text === "") return 0;
    const millis = /^[-+]?\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
    const isTime = /^[-+]?\d+(?:\.\d+)?$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/i.test(text);
    if (isTime && Number.isFinite(millis)) return millis;
    this.#fail(
      fields.placeOf("start_timestamp"),
      `cannot read start_timestamp ${JSON.stringify(text)}; write 2024-01-01T00:00:00Z or seconds since 1970`,
    );
    return 0;
  }

  #series(node: YamlNode): RuleTestGroup["inputSeries"][number][] {
    const fields = this.#open(node, "an input series");
    const [series, values] = [fields.text("series"), fields.text("values")];
    fields.close();
    const labels = this.#guarded(fields.placeOf("series"), `series ${JSON.stringify(series)}`, () =>
      parseMetric(series),
    );
    const read = this.#guarded(fields.placeOf("values"), `values of ${series}`, () => parseValues(values));
    return labels && read ? [{ labels, values: read }] : [];
  }

  #alertTest(node: YamlNode): AlertRuleTest {
    const fields = this.#open(node, "an alert test");
    const evalTimeMillis = fields.duration("eval_time") ?? 0;
    const alertname = fields.text("alertname");
    if (alertname === "") this.#fail(fields.at, "an item under alert_rule_test misses required attribute alertname");
    const expAlerts = fields.list("exp_alerts").map((each) => {
      const alert = this.#open(each, "an expected alert");
      const expected = { labels: alert.textMap("exp_labels"), annotations: alert.textMap("exp_annotations") };
      alert.close();
      return expected;
    });
    fields.close();
    return { evalTimeMillis, alertname, expAlerts };
  }

  #exprTest(node: YamlNode): PromqlExprTest {
    const fields = this.#open(node, "a PromQL test");
    const expr = fields.text("expr");
    if (expr === "") this.#fail(fields.at, "an item under promql_expr_test misses required attribute expr");
    const evalTimeMillis = fields.duration("eval_time") ?? 0;
    const expSamples = fields.list("exp_samples").flatMap((each) => this.#sample(each));
    fields.close();
    return { expr, evalTimeMillis, expSamples };
  }

  #sample(node: YamlNode): ExpectedSample[] {
    const fields = this.#open(node, "an expected sample");
    const [text, value, notation] = [fields.text("labels"), fields.text("value"), fields.text("histogram")];
    fields.close();
    const labels = this.#guarded(fields.placeOf("labels"), `labels ${JSON.stringify(text)}`, () => parseMetric(text));
    if (!labels) return [];
    const number = value === "" ? 0 : parseNumber(value.replace(/^([+-]?)\./, "$1"));
    if (Number.isNaN(number) && !/^[+-]?\.?nan$/i.test(value))
      this.#fail(fields.placeOf("value"), `cannot read ${JSON.stringify(value)} as a number`);
    if (notation === "") return [{ labels, value: number }];
    const inner = /^\s*\{\{(.*)\}\}\s*$/s.exec(notation)?.[1];
    if (inner === undefined) {
      this.#fail(
        fields.placeOf("histogram"),
        `cannot read the histogram ${JSON.stringify(notation)}; write it as {{schema:0 count:3 sum:2 buckets:[1 2]}}`,
      );
      return [];
    }
    return [{ labels, value: 0, histogram: parseHistogram(inner).histogram }];
  }

  #guarded<T>(at: Place, what: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#fail(at, `${what}: ${messageOf(error)}`);
      return undefined;
    }
  }
}
