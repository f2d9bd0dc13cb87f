/** Calls a function over ranges for every series and step. */
import { QueryError } from "../../../base/errors.ts";
import type { CallExpr, Expr } from "../parse/ast.ts";
import { ColumnBlock, FLOAT, isEmpty, newColumn, setHistogram, type Column, type Steps } from "../run/column.ts";
import { evaluateSubquery } from "../run/evaluate-subquery.ts";
import { labelValue, metricName } from "../run/labels.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { indexAfter, type FloatSamples, type Samples } from "../run/samples.ts";
import { Window } from "../run/window.ts";
import { labelsForAbsent } from "./absent.ts";
import type { FloatKernel, RangeCall, RangeFunction, WindowBounds } from "./range-function.ts";
import { FLOAT_KERNELS, RANGE_FUNCTIONS } from "./range-functions.ts";

const COUNTER_NAME = /_(?:total|sum|count|bucket)$/;
/** What copes with samples from beyond the range. */
const EXTENSIBLE = {
  anchored: ["changes", "delta", "increase", "rate", "resets"],
  smoothed: ["delta", "increase", "rate"],
};

/** After how many steps of one series it is asked whether to go on: windows may be long. */
const CHECKED_STEPS = 256;

interface Ranges {
  readonly series: readonly Samples[];
  readonly range: number;
  readonly offset: number;
  readonly at: number | undefined;
  readonly extension?: "anchored" | "smoothed";
}

export function isRangeCall(expr: CallExpr): boolean {
  return expr.func.args.includes("matrix");
}

export function evaluateRangeCall(expr: CallExpr, steps: Steps, run: Run): readonly Column[] {
  const { name } = expr.func;
  const position = expr.func.args.indexOf("matrix");
  const arg = expr.args[position];
  const ranges = rangesOf(arg, steps, run);
  const { extension } = ranges;
  if (extension && !EXTENSIBLE[extension].includes(name))
    throw new QueryError(
      `${extension} modifier can only be used with: ${EXTENSIBLE[extension].join(", ")} - not with ${name}`,
      arg.span.start,
    );
  const call: RangeCall = {
    run,
    name,
    range: ranges.range,
    extension,
    scalars: expr.args.filter((_, i) => i !== position).map((scalar) => scalarOf(scalar, steps, run)),
    place: arg.span.start,
    firstPlace: expr.args[0].span.start,
  };
  if (name === "absent_over_time") return absentOverTime(ranges, arg, steps, run);
  const func = RANGE_FUNCTIONS[name];
  const kernel: FloatKernel | undefined = FLOAT_KERNELS[name];
  const { options } = run;
  const bounds = { lows: new Int32Array(steps.count), highs: new Int32Array(steps.count) };
  const keepsName = name === "last_over_time" || name === "first_over_time";
  const isRate = name === "rate" || name === "increase";
  const columns: Column[] = [];
  const block = new ColumnBlock(steps.count);
  for (const samples of ranges.series) {
    run.scope.check();
    const column = block.newColumn(samples.labels, samples.dropsName || !keepsName);
    // What floats alone can be done with at once, is.
    const isPlain =
      !extension && samples.histograms.times.length === 0 && !(options.usesStartTimestamps && samples.floats.starts);
    if (kernel && isPlain) kernel(samples.floats, boundWindows(samples.floats, ranges, steps, bounds), call, column);
    else walk(samples, ranges, steps, run, call, func, column);
    if (isEmpty(column)) {
      block.takeBack();
      continue;
    }
    run.budget.take(steps.count);
    columns.push(column);
    if (isRate) checkCounter(column, call);
  }
  return columns;
}

function walk(
  samples: Samples,
  { offset, at, range, extension }: Ranges,
  steps: Steps,
  run: Run,
  call: RangeCall,
  func: RangeFunction,
  column: Column,
): void {
  const window = new Window(samples);
  const [before, after] = [extension ? run.lookback : 0, extension === "smoothed" ? run.lookback : 0];
  const { values, present } = column;
  for (let i = 0; i < steps.count; i++) {
    if ((i + 1) % CHECKED_STEPS === 0) run.scope.check();
    const time = steps.start + i * steps.step;
    const end = (at ?? time) - offset;
    const start = end - range;
    if (!window.moveTo(start - before, end + after)) continue;
    window.start = start;
    window.end = end;
    window.time = time;
    window.step = i;
    window.histogram = undefined;
    if (!func(window, call)) continue;
    if (window.histogram) setHistogram(column, i, window.histogram);
    else {
      values[i] = window.value;
      present[i] = FLOAT;
    }
  }
}

/** @param bounds is written over */
function boundWindows(
  { times }: FloatSamples,
  { offset, at, range }: Ranges,
  steps: Steps,
  { lows, highs }: { lows: Int32Array; highs: Int32Array },
): WindowBounds {
  const step = at === undefined ? steps.step : 0;
  const end = (at ?? steps.start) - offset;
  const { length } = times;
  let [low, high] = [indexAfter(times, end - range), indexAfter(times, end)];
  // Where windows overlap by whole steps, one begins where another ended.
  const overlap = step > 0 && range % step === 0 ? range / step : steps.count;
  let stride = 0;
  for (let i = 0; i < steps.count; i++) {
    const last = end + i * step;
    // Samples come regularly: as many more as at the step before is a good guess.
    const guess = high + stride;
    if (guess > 0 && guess < length && times[guess - 1] <= last && times[guess] > last) high = guess;
    else {
      const before = high;
      while (high < length && times[high] <= last) high++;
      stride = high - before;
    }
    if (i >= overlap) low = highs[i - overlap];
    else while (low < length && times[low] <= last - range) low++;
    lows[i] = low;
    highs[i] = high;
  }
  return { lows, highs, start: end - range, end, step };
}

function rangesOf(arg: Expr, steps: Steps, run: Run): Ranges {
  if (arg.kind === "matrix") {
    const { selector, range } = arg;
    return {
      series: run.seriesOf(selector).map((stored) => stored.samples),
      range: range as number,
      offset: selector.offset as number,
      at: selector.at as number | undefined,
      extension: selector.extension,
    };
  }
  if (arg.kind !== "subquery") throw new QueryError("a range function needs a range", arg.span.start);
  const { range, offset, at } = arg;
  return {
    series: evaluateSubquery(arg, steps, run),
    range: range as number,
    offset: offset as number,
    at: at as number | undefined,
  };
}

function scalarOf(expr: Expr, steps: Steps, run: Run): Float64Array {
  const value = run.evaluate(expr, steps);
  if (value.type !== "scalar") throw new QueryError("expected a scalar", expr.span.start);
  return value.values;
}

function checkCounter({ labels, present }: Column, { run, place }: RangeCall): void {
  const metric = metricName(labels);
  if (metric === "" || !present.includes(FLOAT)) return;
  if (run.options.usesTypeLabels) {
    const type = labelValue(labels, "__type__");
    if (type !== "counter" && type !== "histogram")
      run.annotations.info(messages.possibleNonCounterType(metric, type), place);
  } else if (!COUNTER_NAME.test(metric)) run.annotations.info(messages.possibleNonCounter(metric), place);
}

/** 1 wherever no series has a sample. */
function absentOverTime({ series, range, offset, at }: Ranges, arg: Expr, steps: Steps, run: Run): Column[] {
  const column = newColumn(labelsForAbsent(arg), true, steps.count);
  column.present.fill(FLOAT);
  column.values.fill(1);
  for (const samples of series) {
    run.scope.check();
    const window = new Window(samples);
    for (let i = 0; i < steps.count; i++) {
      const end = (at ?? steps.start + i * steps.step) - offset;
      if (window.moveTo(end - range, end)) column.present[i] = 0;
    }
  }
  return isEmpty(column) ? [] : [column];
}
