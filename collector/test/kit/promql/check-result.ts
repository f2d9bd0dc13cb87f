/** Holds a query's result against what a script expects. Throws an Error that says the difference. */
import { indexesOf } from "../../../src/model/histogram-buckets.ts";
import { labelsKey, type Labels } from "../../../src/model/labels.ts";
import type { BucketSpan, NativeHistogram } from "../../../src/model/native-histogram.ts";
import { isAlmostEqual } from "../../../src/query/metrics/histogram/classic.ts";
import { formatLabels } from "../../../src/query/metrics/run/labels.ts";
import type { MatrixSeries, QueryResult, QueryValue, VectorSample } from "../../../src/query/metrics/result.ts";
import type { EvalCommand, Expectation } from "./parse-script.ts";
import type { ScriptHistogram, ScriptValue } from "../../../src/query/metrics/parse/series-line.ts";

/** Relative error that is let pass. */
const EPSILON = 1e-6;

export function checkResult({ value, warnings, infos }: QueryResult, command: EvalCommand): void {
  checkAnnotations(warnings, command, "warn");
  checkAnnotations(infos, command, "info");
  checkValue(value, command);
}

export function checkFailure(error: unknown, { expectations }: EvalCommand): void {
  const wanted = expectations.find(({ type }) => type === "fail");
  const message = error instanceof Error ? error.message : String(error);
  if (!wanted) throw error;
  if (!wanted.matches(message)) throw new Error(`fails with ${message}, not ${wanted.text}`);
}

function checkAnnotations(said: readonly string[], { expectations }: EvalCommand, type: "warn" | "info"): void {
  const of = (wanted: Expectation["type"]) => expectations.filter((one) => one.type === wanted);
  const wanted = of(type);
  for (const one of wanted)
    if (!said.some(one.matches)) throw new Error(`no ${type} like "${one.text}" among ${JSON.stringify(said)}`);
  if (wanted.length > 0)
    for (const text of said)
      if (!wanted.some((one) => one.matches(text))) throw new Error(`an unexpected ${type}: ${text}`);
  if (of(`no_${type}`).length > 0 && said.length > 0) throw new Error(`an unexpected ${type}: ${said.join("; ")}`);
}

export function checkValue(value: QueryValue, command: EvalCommand): void {
  const { expectedScalar, expectedString } = command;
  switch (value.type) {
    case "scalar":
      if (expectedScalar === undefined) throw new Error(`a scalar ${value.value} in place of series`);
      if (!isAlmostEqual(value.value, expectedScalar, EPSILON))
        throw new Error(`${value.value}, not ${expectedScalar}`);
      return;
    case "string":
      if (value.value !== expectedString)
        throw new Error(`${JSON.stringify(value.value)}, not ${JSON.stringify(expectedString)}`);
      return;
    case "vector":
      if (expectedScalar !== undefined) throw new Error("a vector in place of a scalar");
      checkVector(value.samples, command);
      return;
    case "matrix":
      if (expectedScalar !== undefined) throw new Error("a matrix in place of a scalar");
      checkMatrix(value.series, command);
  }
}

function checkVector(samples: readonly VectorSample[], command: EvalCommand): void {
  const expected = byLabels(command.expectedSeries);
  const isOrdered = command.expectations.some(({ type }) => type === "ordered");
  samples.forEach((sample, i) => {
    const wanted = expected.get(labelsKey(sample.labels));
    if (!wanted) throw new Error(`an unexpected ${formatLabels(sample.labels)} ${describe(sample)}`);
    if (isOrdered && command.expectedSeries.indexOf(wanted) !== i)
      throw new Error(`${formatLabels(sample.labels)} stands at ${i + 1}`);
    checkSample(sample, wanted.values[0], formatLabels(sample.labels));
  });
  checkNoneMissing(
    command,
    samples.map(({ labels }) => labels),
  );
}

function checkMatrix(series: readonly MatrixSeries[], command: EvalCommand): void {
  const expected = byLabels(command.expectedSeries);
  const { start, end, step } = command.expectedRange ?? command;
  for (const { labels, timestamps, values, histograms } of series) {
    const name = formatLabels(labels);
    const wanted = expected.get(labelsKey(labels));
    if (!wanted) throw new Error(`an unexpected ${name} [${values.join(" ")}]`);
    const times = wanted.values.map((_, i) => start + i * step);
    if (times.some((time) => time > end)) throw new Error(`${name}: more values expected than there are steps`);
    const present = wanted.values
      .map((value, i) => ({ value, time: times[i] }))
      .filter(({ value }) => value !== undefined);
    const got = Array.from(
      timestamps,
      (time, i) => `${describe({ value: values[i], histogram: histograms?.[i] })}@${time}`,
    ).join(" ");
    if (present.length !== timestamps.length)
      throw new Error(`${name}: ${timestamps.length} samples, not ${present.length}: ${got}`);
    present.forEach(({ value, time }, i) => {
      if (timestamps[i] !== time) throw new Error(`${name}: sample ${i} is of ${timestamps[i]}, not ${time}: ${got}`);
      checkSample({ value: values[i], histogram: histograms?.[i] }, value, `${name} at ${time} of ${got}`);
    });
  }
  checkNoneMissing(
    command,
    series.map(({ labels }) => labels),
  );
}

function checkNoneMissing({ expectedSeries }: EvalCommand, found: readonly Labels[]): void {
  const keys = new Set(found.map(labelsKey));
  for (const { labels } of expectedSeries)
    if (!keys.has(labelsKey(labels))) throw new Error(`${formatLabels(labels)} is missing`);
}

function checkSample(
  got: { readonly value: number; readonly histogram?: NativeHistogram },
  wanted: ScriptValue,
  name: string,
): void {
  if (typeof wanted === "object") {
    if (!got.histogram) throw new Error(`${name}: ${got.value} in place of a histogram`);
    const difference = differ(wanted, got.histogram);
    if (difference !== "") throw new Error(`${name}: ${difference}: ${describe(got)}`);
  } else if (got.histogram) throw new Error(`${name}: a histogram in place of ${wanted}: ${describe(got)}`);
  else if (!isAlmostEqual(got.value, wanted as number, EPSILON))
    throw new Error(`${name}: ${got.value}, not ${wanted}`);
}

function differ({ histogram: wanted, isHinted }: ScriptHistogram, got: NativeHistogram): string {
  for (const key of ["count", "sum", "zeroCount"] as const)
    if (!isAlmostEqual(wanted[key], got[key], EPSILON)) return `${key} ${got[key]}, not ${wanted[key]}`;
  for (const key of ["schema", "zeroThreshold"] as const)
    if (wanted[key] !== got[key]) return `${key} ${got[key]}, not ${wanted[key]}`;
  const [bounds, gotBounds] = [wanted.customValues ?? [], got.customValues ?? []];
  if (bounds.join() !== gotBounds.join()) return `bounds [${gotBounds.join(" ")}], not [${bounds.join(" ")}]`;
  if (isHinted && wanted.counterResetHint !== got.counterResetHint)
    return `hint ${got.counterResetHint}, not ${wanted.counterResetHint}`;
  for (const side of ["positive", "negative"] as const) {
    const filled = (spans: readonly BucketSpan[], counts: readonly number[]) =>
      indexesOf(spans).flatMap((index, i) => (counts[i] === 0 ? [] : [{ index, count: counts[i] }]));
    const [own, theirs] = [wanted, got].map((one) => filled(one[`${side}Spans`], one[`${side}Buckets`]));
    const isSame =
      own.length === theirs.length &&
      own.every(({ index, count }, i) => index === theirs[i].index && isAlmostEqual(count, theirs[i].count, EPSILON));
    if (!isSame) return `${side} buckets ${JSON.stringify(theirs)}, not ${JSON.stringify(own)}`;
  }
  return "";
}

function byLabels(series: EvalCommand["expectedSeries"]) {
  return new Map(series.map((one) => [labelsKey(one.labels), one]));
}

function describe({ value, histogram }: { readonly value: number; readonly histogram?: NativeHistogram }): string {
  return histogram ? JSON.stringify(histogram) : String(value);
}
