/**
 * A line of a test script, of PromQL or of rules, that describes a series: labels and its values step by step, `metric{a="b"} 1 2+3x4 _ stale
 * {{schema:1 count:3 buckets:[1 2]}}x2`. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
import { labelsOf, type Labels } from "../../../model/labels.ts";
import { spansOf } from "../../../model/histogram-buckets.ts";
import type { CounterResetHint, NativeHistogram } from "../../../model/native-histogram.ts";
import { addHistograms, subtractHistograms } from "../histogram/arithmetic.ts";
import { fromNative, toNative } from "../histogram/histogram.ts";
import { parseExpr } from "./parse-expr.ts";

/** Undefined = no sample at that step. */
export type ScriptValue = undefined | number | "stale" | ScriptHistogram;

export interface ScriptHistogram {
  readonly histogram: NativeHistogram;
  /** The hint was written, and is compared. */
  readonly isHinted: boolean;
}

export interface SeriesLine {
  readonly labels: Labels;
  readonly values: ScriptValue[];
}

export function parseSeriesLine(line: string): SeriesLine {
  const metric =
    /^(?:[A-Za-z_:][A-Za-z0-9_:]*)?\s*(?:\{(?!\{)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^}"'`])*\})?/.exec(
      line,
    )?.[0] ?? "";
  return { labels: parseMetric(metric.trim()), values: parseValues(line.slice(metric.length)) };
}

/** `name{label="value"}`; "" and "{}" are no labels. Throws an Error, or a QueryError with the place. */
export function parseMetric(text: string): Labels {
  if (text === "" || /^\{\s*\}$/.test(text)) return [];
  // A selector that asks for something even where all labels are given as empty.
  const withName = text.startsWith("{")
    ? text.replace("{", '{zzz="z",')
    : text.includes("{")
      ? text.replace("{", '{zzz="z",')
      : `${text}{zzz="z"}`;
  const expr = parseExpr(withName.replace(/,\s*\}$/, "}"));
  if (expr.kind !== "vector") throw new Error(`no metric: ${text}`);
  const record: Record<string, string> = {};
  for (const { name, operator, value } of expr.matchers) {
    if (operator !== "=") throw new Error(`no label: ${name}${operator}${value}`);
    if (name !== "zzz") record[name] = value;
  }
  return labelsOf(record);
}

/** Steps of a series at most: two years of minutes. */
const MOST_VALUES = 1_000_000;

/** Throws an Error that says what is wrong. */
export function parseValues(text: string): ScriptValue[] {
  const values: ScriptValue[] = [];
  const counted = (count: string | undefined) => {
    if (values.length + Number(count ?? 0) > MOST_VALUES)
      throw new Error(`cannot take a series of more than ${MOST_VALUES} values`);
    return Number(count ?? 0);
  };
  let rest = text.trim();
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  while (rest !== "") {
    let found: RegExpExecArray | null;
    if ((found = take(/^_(?:x(\d+))?(?=\s|$)/))) {
      for (let i = found[1] === undefined ? 1 : counted(found[1]); i > 0; i--) values.push(undefined);
    } else if ((found = take(/^stale(?:x(\d+))?(?=\s|$)/)))
      for (let i = counted(found[1]); i >= 0; i--) values.push("stale");
    else if ((found = take(/^\{\{([^}]*)\}\}/))) {
      const first = parseHistogram(found[1]);
      const step = take(/^([+-])\{\{([^}]*)\}\}x(\d+)/);
      const repeat = step ? undefined : take(/^x(\d+)/);
      if (step) values.push(...histogramSteps(first, step[1], parseHistogram(step[2]), counted(step[3])));
      else for (let i = counted(repeat?.[1]); i >= 0; i--) values.push(first);
    } else if (
      (found = take(
        /^([+-]?(?:inf|nan|[\d._]+(?:e[+-]?\d+)?))(?:([+-](?:inf|nan|[\d._]+(?:e[+-]?\d+)?))?x(\d+))?(?=\s|$)/i,
      ))
    ) {
      let value = parseNumber(found[1]);
      const step = found[2] === undefined ? 0 : parseNumber(found[2]);
      for (let i = counted(found[3]); i >= 0; i--) {
        values.push(value);
        if (found[2] !== undefined) value += step;
      }
    } else throw new Error(`cannot read the values ${JSON.stringify(rest)}`);
    rest = rest.trim();
  }
  return values;
}

export function parseNumber(text: string): number {
  const found = /^([+-]?)(inf|nan)$/i.exec(text);
  if (found) return found[2].toLowerCase() === "nan" ? NaN : found[1] === "-" ? -Infinity : Infinity;
  return Number(text.replaceAll("_", ""));
}

/** What stands between `{{` and `}}`. */
export function parseHistogram(text: string): ScriptHistogram {
  const fields = new Map([...text.matchAll(/(\w+):(\[[^\]]*\]|\S+)/g)].map(([, key, value]) => [key, value]));
  const number = (key: string) => parseNumber(fields.get(key) ?? "0");
  const list = (key: string) =>
    (fields.get(key) ?? "").replace(/[[\]]/g, "").trim().split(/\s+/).filter(Boolean).map(parseNumber);
  const side = (key: string, offsetKey: string) => {
    const counts = list(key);
    return { counts, spans: spansOf(counts.map((_, i) => i + number(offsetKey))) };
  };
  const [positive, negative] = [side("buckets", "offset"), side("n_buckets", "n_offset")];
  return {
    isHinted: fields.has("counter_reset_hint"),
    histogram: {
      schema: number("schema"),
      zeroThreshold: number("z_bucket_w"),
      zeroCount: number("z_bucket"),
      count: number("count"),
      sum: number("sum"),
      positiveSpans: positive.spans,
      positiveBuckets: positive.counts,
      negativeSpans: negative.spans,
      negativeBuckets: negative.counts,
      ...(number("schema") === -53 && { customValues: list("custom_values") }),
      counterResetHint: (fields.get("counter_reset_hint") as CounterResetHint | undefined) ?? "unknown",
    },
  };
}

function histogramSteps(first: ScriptHistogram, sign: string, step: ScriptHistogram, count: number): ScriptHistogram[] {
  const steps = [{ ...first, isHinted: step.isHinted }];
  let current = fromNative(first.histogram);
  const combine = sign === "+" ? addHistograms : subtractHistograms;
  for (let i = 0; i < count; i++) {
    current = combine(current, fromNative(step.histogram)).histogram;
    steps.push({ histogram: toNative(current), isHinted: step.isHinted });
  }
  return steps;
}
