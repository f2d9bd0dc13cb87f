/**
 * Range aggregations: logs into series. Lines and bytes are counted as they come, in any order of time: an entry counts at each step
 * whose window (t - range, t] holds it, which is a difference at two ends. Numbers of unwrapped labels are collected, and PromQL's
 * functions over ranges do the rest. https://grafana.com/docs/loki/latest/query/metric_queries/#range-vector-aggregation
 */
import { nanosFromBigInt, nanosBetween } from "../../../base/nanos.ts";
import { QueryError } from "../../../base/errors.ts";
import { LimitError } from "../../../base/work-scope.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import { labelsForAbsent } from "../../metrics/functions/absent.ts";
import { evaluateRangeCall } from "../../metrics/functions/evaluate-range-call.ts";
import type { Expr, VectorSelector } from "../../metrics/parse/ast.ts";
import { FUNCTIONS, type FunctionSignature } from "../../metrics/parse/function-signatures.ts";
import { FLOAT, isEmpty, newColumn, type Column, type Steps } from "../../metrics/run/column.ts";
import { formatLabels, keptLabels } from "../../metrics/run/labels.ts";
import type { Run } from "../../metrics/run/run.ts";
import { StoredSeries } from "../../metrics/run/samples.ts";
import { detectedLevel, LEVEL_LABEL, SERVICE_LABEL } from "../label-names.ts";
import type { RangeAggregation } from "../parse/ast.ts";
import type { Grouping } from "../plan/leaf-grouping.ts";
import { ERROR, type Entry } from "./entry.ts";
import { compileLabelFilter, cut, readNumber } from "./label-filter.ts";
import { looksAtStreamOnly, scanEntries, scanPieces, type LogReader, type ScanCounts } from "./scan-entries.ts";
import { compileLineFilter } from "./stages.ts";
import { UNKNOWN_SERVICE } from "../../../model/semconv.ts";

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

/** Series of one range aggregation at a time. */
const MOST_SERIES = 100_000;

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
  const { reader, range, startNanos, steps, signal } = request;
  const { operator, logs, unwrap } = range;
  const isBytes = operator === "bytes_rate" || operator === "bytes_over_time";
  const counter = new WindowCounter(startNanos, steps, range);
  const grouping: Grouping | undefined =
    operator === "absent_over_time" ? { labels: [], without: false } : request.grouping;
  const groups = new Groups(grouping, [], request, () => new Float64Array(steps.count + 1));
  const isNarrow =
    grouping && !grouping.without && grouping.labels.every((name) => [SERVICE_LABEL, LEVEL_LABEL].includes(name));
  if (isNarrow && !unwrap && looksAtStreamOnly(logs)) {
    const countPiece = pieceCounter(request, isBytes, counts);
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
  const perSecond = operator === "rate" || operator === "bytes_rate" ? range.rangeMillis / 1000 : 1;
  const columns = groups.list().map(({ labels, state }) => counter.column(labels, state, perSecond));
  return columns.filter((column) => !isEmpty(column));
}

/** Counts at steps by differences, which whole numbers add up to exactly. */
class WindowCounter {
  readonly #start: { readonly low: number; readonly high: number };
  readonly #offset: number;
  readonly #range: number;
  readonly #step: number;
  readonly #count: number;

  constructor(startNanos: bigint, steps: Steps, { rangeMillis, offsetMillis }: RangeAggregation) {
    this.#start = nanosFromBigInt(startNanos);
    [this.#offset, this.#range, this.#step] = [offsetMillis * 1e6, rangeMillis * 1e6, steps.step * 1e6];
    this.#count = steps.count;
  }

  add(differences: Float64Array, low: number, high: number, weight: number): void {
    const at = nanosBetween(low, high, this.#start.low, this.#start.high) + this.#offset;
    const first = Math.max(0, Math.ceil(at / this.#step));
    const last = Math.min(this.#count - 1, Math.ceil((at + this.#range) / this.#step) - 1);
    if (first > last) return;
    differences[first] += weight;
    differences[last + 1] -= weight;
  }

  column(labels: Labels, differences: Float64Array, divisor: number): Column {
    const column = newColumn(labels, false, this.#count);
    let sum = 0;
    for (let i = 0; i < this.#count; i++) {
      sum += differences[i];
      if (sum <= 0) continue;
      column.values[i] = sum / divisor;
      column.present[i] = FLOAT;
    }
    return column;
  }
}

/** The quick way: no record is looked at, only columns of service, level and line. */
function pieceCounter({ range: { logs } }: AggregateRequest, isBytes: boolean, counts: ScanCounts) {
  const matchers = logs.matchers.map(compileMatcher);
  const services = matchers.filter(({ name }) => name === SERVICE_LABEL);
  const levels = matchers.filter(({ name }) => name === LEVEL_LABEL);
  const filters = logs.stages.flatMap((stage) => (stage.kind === "line" ? [compileLineFilter(stage)] : []));
  const needsLine = isBytes || filters.length > 0;
  return (piece: LogPiece, add: (labels: readonly [string, string], i: number, weight: number) => void) => {
    const service = piece.column({ kind: "service" });
    const text = piece.severityNumber.includes(0) ? piece.column({ kind: "severity_text" }) : undefined;
    const body = needsLine ? piece.column({ kind: "body" }) : undefined;
    const isServiceMet = service.texts.map((name) => services.every(({ test }) => test(name)));
    const isUnknownMet = services.every(({ test }) => test(UNKNOWN_SERVICE));
    const isLineMet = new Map<number, boolean>();
    const sizes = new Map<number, number>();
    const known = new Map<string, readonly [string, string]>();
    counts.lines += piece.count;
    for (let i = 0; i < piece.count; i++) {
      const code = service.codes[i];
      if (code === ABSENT_TEXT ? !isUnknownMet : !isServiceMet[code]) continue;
      const textCode = text ? text.codes[i] : ABSENT_TEXT;
      const severity = piece.severityNumber[i];
      const key = `${code}/${severity}/${severity === 0 ? textCode : ""}`;
      let labels = known.get(key);
      if (!labels) {
        const word = textCode === ABSENT_TEXT ? "" : (text as { texts: readonly string[] }).texts[textCode];
        labels = [code === ABSENT_TEXT ? UNKNOWN_SERVICE : service.texts[code], detectedLevel(severity, word)];
        known.set(key, labels);
      }
      const [, level] = labels;
      if (!levels.every(({ test }) => test(level))) continue;
      let weight = 1;
      if (body) {
        const lineCode = body.codes[i];
        const line = lineCode === ABSENT_TEXT ? "" : body.texts[lineCode];
        let met = isLineMet.get(lineCode);
        if (met === undefined) isLineMet.set(lineCode, (met = filters.every((test) => test(line))));
        if (!met) continue;
        let size = sizes.get(lineCode);
        if (size === undefined) sizes.set(lineCode, (size = Buffer.byteLength(line)));
        counts.bytes += size;
        if (isBytes) weight = size;
      }
      counts.entries++;
      add(labels, i, weight);
    }
  };
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
  const groups = new Groups<Numbers>(grouping, [unwrap.label], request, () => ({
    count: 0,
    times: new Float64Array(8),
    values: new Float64Array(8),
  }));
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

/** Series of entries by the labels that they keep. */
class Groups<T> {
  readonly #byKey = new Map<string, { readonly labels: Labels; readonly state: T }>();
  /** Of the label lists that came last: entries of a block share theirs. */
  readonly #byLabels = new Map<Labels, T>();
  readonly #keep: (labels: Labels) => Labels;
  /** Sorted; undefined where labels are left out in place of kept. */
  readonly #names: readonly string[] | undefined;
  readonly #open: () => T;
  readonly #run: Run;
  readonly #count: number;

  constructor(grouping: Grouping | undefined, leftOut: readonly string[], request: AggregateRequest, open: () => T) {
    const { labels = [], without = true } = grouping ?? {};
    // Errors are seen whatever a query groups by.
    this.#keep = keptLabels([...labels, ...leftOut], false);
    this.#names = without ? undefined : [...new Set([...labels, ERROR])].sort();
    this.#open = open;
    this.#run = request.run;
    this.#count = request.steps.count;
  }

  ofEntry(entry: Entry): T {
    if (this.#names) {
      const kept: string[] = [];
      for (const name of this.#names) {
        const value = entry.get(name);
        if (value !== undefined && value !== "") kept.push(name, value);
      }
      return this.#find(kept);
    }
    const labels = entry.labels();
    const known = this.#byLabels.get(labels);
    if (known !== undefined) return known;
    const state = this.#find(this.#keep(labels));
    // Only lists that are a block's own come again.
    if (labels === entry.streamLabels && this.#byLabels.size < 1000) this.#byLabels.set(labels, state);
    return state;
  }

  /** @param names of the labels to keep, of service and level */
  of(stream: readonly [string, string], names: readonly string[]): T {
    const known = this.#byLabels.get(stream);
    if (known !== undefined) return known;
    const labels: string[] = [];
    if (names.includes(LEVEL_LABEL)) labels.push(LEVEL_LABEL, stream[1]);
    if (names.includes(SERVICE_LABEL)) labels.push(SERVICE_LABEL, stream[0]);
    const state = this.#find(labels);
    if (this.#byLabels.size >= 1000) this.#byLabels.clear();
    this.#byLabels.set(stream, state);
    return state;
  }

  list(): { readonly labels: Labels; readonly state: T }[] {
    return [...this.#byKey.values()];
  }

  #find(labels: Labels): T {
    const key = labelsKey(labels);
    let found = this.#byKey.get(key);
    if (!found) {
      if (this.#byKey.size >= MOST_SERIES)
        throw new LimitError(
          "rows",
          `a range aggregation comes to more than ${MOST_SERIES} series; sum by fewer labels`,
        );
      this.#run.budget.take(this.#count);
      this.#byKey.set(key, (found = { labels, state: this.#open() }));
    }
    return found.state;
  }
}

function checkForErrors(labels: Labels): void {
  const at = labels.indexOf(ERROR);
  if (at < 0 || at % 2 !== 0) return;
  const kind = labels[at + 1];
  throw new QueryError(
    `pipeline error: '${kind}' for series: '${formatLabels(labels)}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${kind}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
  );
}
