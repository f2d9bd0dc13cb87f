/**
 * Range aggregations: logs into series. Lines and bytes are counted as they come, in any order of time: an entry counts at each step
 * whose window (t - range, t] holds it, which is a difference at two ends. Numbers of unwrapped labels are collected, and PromQL's
 * functions over ranges do the rest. https://grafana.com/docs/loki/latest/query/metric_queries/#range-vector-aggregation
 */
import { nanosFromBigInt, nanosBetween } from "../../../base/nanos.ts";
import { QueryError } from "../../../base/errors.ts";
import type { Labels } from "../../../model/labels.ts";
import { labelsForAbsent } from "../../metrics/functions/absent.ts";
import { evaluateRangeCall } from "../../metrics/functions/evaluate-range-call.ts";
import type { Expr, VectorSelector } from "../../metrics/parse/ast.ts";
import { FUNCTIONS, type FunctionSignature } from "../../metrics/parse/function-signatures.ts";
import { FLOAT, isEmpty, newColumn, type Column, type Steps } from "../../metrics/run/column.ts";
import { formatLabels } from "../../metrics/run/labels.ts";
import type { Run } from "../../metrics/run/run.ts";
import { StoredSeries } from "../../metrics/run/samples.ts";
import { LEVEL_LABEL, SERVICE_LABEL } from "../label-names.ts";
import type { RangeAggregation } from "../parse/ast.ts";
import { neededStages, type Grouping } from "../plan/leaf-grouping.ts";
import { columnCounter } from "./count-columns.ts";
import { ERROR, type Entry } from "./entry.ts";
import { compileLabelFilter, cut, readNumber } from "./label-filter.ts";
import { looksAtStreamOnly, scanEntries, scanPieces, type LogReader, type ScanCounts } from "./scan-entries.ts";
import { SeriesGroups } from "./series-groups.ts";
import { WindowCounter } from "./window-counter.ts";

export interface AggregateRequest {
  readonly reader: LogReader;
  readonly leaf: VectorSelector;
  readonly range: RangeAggregation;
  /** What the aggregation around it keeps. */
  readonly grouping: Grouping | undefined;
  /** Unix nanoseconds. */
  readonly startNanos: bigint;
  /** Relative to the start. */
  readonly steps: Steps;
  readonly run: Run;
  readonly signal?: AbortSignal;
}

const NO_LABELS: Grouping = { labels: [], without: false };

export async function aggregateRange(request: AggregateRequest, counts: ScanCounts): Promise<readonly Column[]> {
  const { range, leaf, steps } = request;
  const columns =
    range.unwrap && range.operator !== "absent_over_time"
      ? await aggregateNumbers(request, counts)
      : await countLines(request, counts);
  for (const { labels } of columns) checkForErrors(labels);
  if (range.operator !== "absent_over_time") return columns;
  const column = newColumn(labelsForAbsent(leaf), false, steps.count);
  for (let i = 0; i < steps.count; i++) {
    if (columns.some(({ present }) => present[i] === FLOAT)) continue;
    column.values[i] = 1;
    column.present[i] = FLOAT;
  }
  return isEmpty(column) ? [] : [column];
}

/** The span of time in which entries lie that count at any step: (first window's begin, last window's end]. */
function scanOf({ range: { rangeMillis, offsetMillis }, startNanos, steps }: AggregateRequest) {
  const shift = (millis: number) => BigInt(Math.round(millis * 1e6));
  const start = startNanos - shift(rangeMillis) - shift(offsetMillis) + 1n;
  const end = startNanos + shift(steps.step * (steps.count - 1)) - shift(offsetMillis);
  return { range: { start: start < 0n ? 0n : start, end }, order: "newest" as const };
}

async function countLines(request: AggregateRequest, counts: ScanCounts): Promise<readonly Column[]> {
  const { reader, range, startNanos, steps, signal, run } = request;
  const { operator, unwrap, rangeMillis, offsetMillis } = range;
  const isBytes = operator === "bytes_rate" || operator === "bytes_over_time";
  const grouping = operator === "absent_over_time" ? NO_LABELS : request.grouping;
  const stages = unwrap ? range.logs.stages : neededStages(range.logs.stages, grouping);
  const logs = { ...range.logs, stages };
  const counter = new WindowCounter(startNanos, steps, rangeMillis, offsetMillis);
  const groups = new SeriesGroups(grouping, [], () => {
    run.budget.take(steps.count);
    return counter.newState();
  });
  const isNarrow =
    grouping && !grouping.without && grouping.labels.every((name) => [SERVICE_LABEL, LEVEL_LABEL].includes(name));
  if (isNarrow && !unwrap && looksAtStreamOnly(logs)) {
    const countPiece = columnCounter(logs, isBytes, counts);
    await scanPieces(reader, logs, scanOf(request), signal, (piece) => {
      if (!piece) return;
      countPiece(piece, (labels, i, weight) => {
        counter.add(groups.of(labels, grouping.labels), piece.timeLow[i], piece.timeHigh[i], weight);
      });
    });
  } else {
    const read = unwrap && numberReader(unwrap);
    await scanEntries(reader, logs, scanOf(request), signal, counts, (entry) => {
      if (read && read(entry) === undefined) return;
      const { low, high } = nanosFromBigInt(entry.timeNanos);
      counter.add(groups.ofEntry(entry), low, high, isBytes ? Buffer.byteLength(entry.line) : 1);
    });
  }
  const divisor = operator === "rate" || operator === "bytes_rate" ? rangeMillis / 1000 : 1;
  const columns = groups.list().map(({ labels, state }) => counter.column(labels, state, divisor));
  return columns.filter((column) => !isEmpty(column));
}

interface Numbers {
  count: number;
  /** Milliseconds from the start. */
  times: Float64Array;
  values: Float64Array;
}

async function aggregateNumbers(request: AggregateRequest, counts: ScanCounts): Promise<readonly Column[]> {
  const { reader, range, startNanos, steps, signal, run, leaf } = request;
  const { operator, logs, rangeMillis, offsetMillis, quantile } = range;
  const unwrap = range.unwrap!;
  const read = numberReader(unwrap);
  const start = nanosFromBigInt(startNanos);
  const grouping = range.grouping ?? request.grouping;
  const groups = new SeriesGroups<Numbers>(grouping, [unwrap.label], () => {
    run.budget.take(steps.count);
    return { count: 0, times: new Float64Array(8), values: new Float64Array(8) };
  });
  await scanEntries(reader, logs, scanOf(request), signal, counts, (entry) => {
    const value = read(entry);
    if (value === undefined) return;
    run.budget.take(1);
    const numbers = groups.ofEntry(entry);
    if (numbers.count === numbers.times.length) grow(numbers);
    const { low, high } = nanosFromBigInt(entry.timeNanos);
    numbers.times[numbers.count] = nanosBetween(low, high, start.low, start.high) / 1e6 + offsetMillis;
    numbers.values[numbers.count++] = value;
  });
  const series = groups.list().map(({ labels, state }) => new StoredSeries({ labels, ...inOrder(state) }));
  const { span } = leaf;
  const selector: VectorSelector = { ...leaf, offset: 0 };
  const name = operator === "rate" ? "sum_over_time" : operator === "rate_counter" ? "rate" : operator;
  const args: Expr[] = [{ kind: "matrix", span, selector, range: rangeMillis }];
  if (quantile !== undefined) args.unshift({ kind: "number", span, value: quantile, isDuration: false });
  const func = FUNCTIONS.get(name) as FunctionSignature;
  const own: Run = { ...run, seriesOf: () => series };
  const columns = evaluateRangeCall({ kind: "call", span, func, args }, steps, own);
  if (operator === "rate")
    for (const { values } of columns) for (let i = 0; i < values.length; i++) values[i] /= rangeMillis / 1000;
  return columns.map((column) => ({ ...column, dropsName: false }));
}

/** Undefined = the entry has no such label, or what stands behind unwrap takes it out. A text that is no number marks the entry. */
function numberReader({ label, conversion, filters }: NonNullable<RangeAggregation["unwrap"]>) {
  const tests = filters.map(compileLabelFilter);
  return (entry: Entry): number | undefined => {
    const text = entry.get(label);
    if (text === undefined || text === "") return undefined;
    // As Loki has it, a number alone is a duration in seconds.
    const value = readNumber(text, conversion) ?? (conversion === "duration" ? readNumber(text, "number") : undefined);
    if (value === undefined) entry.fail("SampleExtractionErr", `cannot read ${label} as a ${conversion}: ${cut(text)}`);
    return tests.every((test) => test(entry)) ? (value ?? 0) : undefined;
  };
}

function grow(numbers: Numbers): void {
  const [times, values] = [new Float64Array(numbers.count * 2), new Float64Array(numbers.count * 2)];
  times.set(numbers.times);
  values.set(numbers.values);
  Object.assign(numbers, { times, values });
}

function inOrder({ count, times, values }: Numbers): { timestamps: Float64Array; values: Float64Array } {
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
  return {
    timestamps: Float64Array.from(order, (i) => times[i]),
    values: Float64Array.from(order, (i) => values[i]),
  };
}

function checkForErrors(labels: Labels): void {
  const at = labels.indexOf(ERROR);
  if (at < 0 || at % 2 !== 0) return;
  const kind = labels[at + 1];
  throw new QueryError(
    `pipeline error: '${kind}' for series: '${formatLabels(labels)}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${kind}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
  );
}
