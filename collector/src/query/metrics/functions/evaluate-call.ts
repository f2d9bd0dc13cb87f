/** Calls of functions: evaluates the arguments and hands them to the function's family. */
import { QueryError } from "../../../base/errors.ts";
import type { CallExpr, Expr } from "../parse/ast.ts";
import { ABSENT, FLOAT, newColumn, type Column, type Steps, type Value } from "../run/column.ts";
import { evaluateSelector } from "../run/evaluate-selector.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { absent } from "./absent.ts";
import { DATE_FUNCTIONS, dateOf } from "./date.ts";
import { evaluateRangeCall, isRangeCall } from "./evaluate-range-call.ts";
import * as histograms from "./histogram-functions.ts";
import { addInfo } from "./info.ts";
import { joinLabels, replaceLabel } from "./label-functions.ts";
import { clamp, mapFloats, MATH_FUNCTIONS, round } from "./math.ts";
import { sortByLabel, sortByValue } from "./sort.ts";

/** A call with its arguments, evaluated when asked for. */
class Call {
  readonly expr: CallExpr;
  readonly steps: Steps;
  readonly run: Run;

  constructor(expr: CallExpr, steps: Steps, run: Run) {
    this.expr = expr;
    this.steps = steps;
    this.run = run;
  }

  has(i: number): boolean {
    return i < this.expr.args.length;
  }

  vector(i: number): readonly Column[] {
    const value = this.#value(i);
    if (value.type !== "vector") throw this.#mistyped(i);
    return value.columns;
  }

  scalar(i: number): Float64Array {
    const value = this.#value(i);
    if (value.type !== "scalar") throw this.#mistyped(i);
    return value.values;
  }

  scalars(from: number): Float64Array[] {
    return this.expr.args.slice(from).map((_, i) => this.scalar(from + i));
  }

  strings(from: number, to?: number): string[] {
    return this.expr.args.slice(from, to).map((arg, i) => {
      if (arg.kind !== "string") throw this.#mistyped(from + i);
      return arg.value;
    });
  }

  place(i: number): number {
    return this.expr.args[i].span.start;
  }

  get places(): number[] {
    return this.expr.args.map(({ span }) => span.start);
  }

  #value(i: number): Value {
    return this.run.evaluate(this.expr.args[i], this.steps);
  }

  #mistyped(i: number): QueryError {
    return new QueryError(`argument ${i + 1} of ${this.expr.func.name}() is of another type`, this.place(i));
  }
}

type Implementation = (call: Call) => Value;

const vector = (columns: readonly Column[]): Value => ({ type: "vector", columns });
const scalar = (values: Float64Array): Value => ({ type: "scalar", values });

const IMPLEMENTATIONS: Readonly<Record<string, Implementation>> = {
  absent: (call) => vector(absent(call.vector(0), call.expr.args[0], call.steps.count)),
  clamp: (call) => vector(clamp(call.vector(0), call.scalar(1), call.scalar(2))),
  clamp_max: (call) => vector(clamp(call.vector(0), undefined, call.scalar(1))),
  clamp_min: (call) => vector(clamp(call.vector(0), call.scalar(1), undefined)),
  histogram_fraction: (call) =>
    vector(histograms.histogramFraction(call.vector(2), call.scalar(0), call.scalar(1), call.place(2), call.run)),
  histogram_quantile: (call) => {
    const qs = call.scalar(0);
    histograms.warnOfQuantiles(qs, call.place(0), call.run);
    return vector(histograms.histogramQuantile(call.vector(1), qs, call.place(1), call.steps, call.run));
  },
  histogram_quantiles: (call) => {
    const quantiles = call.scalars(2);
    quantiles.forEach((qs, i) => histograms.warnOfQuantiles(qs, call.place(i + 2), call.run));
    const [label] = call.strings(1, 2);
    return vector(histograms.histogramQuantiles(call.vector(0), label, quantiles, call.place(0), call.steps, call.run));
  },
  info: (call) => {
    const selector = call.expr.args[1];
    if (selector.kind !== "vector") throw new QueryError("expected label selectors only", selector.span.start);
    return vector(addInfo(call.vector(0), selector, call.steps, call.run));
  },
  label_join: (call) => vector(joinLabels(call.vector(0), call.strings(1), call.places)),
  label_replace: (call) => vector(replaceLabel(call.vector(0), call.strings(1), call.places)),
  max_of: (call) => combineScalars(call, Math.max),
  min_of: (call) => combineScalars(call, Math.min),
  pi: ({ steps }) => scalar(new Float64Array(steps.count).fill(Math.PI)),
  round: (call) => vector(round(call.vector(0), call.has(1) ? call.scalar(1) : undefined)),
  scalar: (call) => scalar(onlyFloat(call.vector(0), call.steps.count)),
  sort: (call) => sorted(call, (columns) => sortByValue(columns, false)),
  sort_desc: (call) => sorted(call, (columns) => sortByValue(columns, true)),
  sort_by_label: (call) => sorted(call, (columns) => sortByLabel(columns, call.strings(1), false)),
  sort_by_label_desc: (call) => sorted(call, (columns) => sortByLabel(columns, call.strings(1), true)),
  start_timestamp: (call) => timesOf(call, "start"),
  time: ({ steps }) => scalar(timesInSeconds(steps)),
  timestamp: (call) => timesOf(call, "time"),
  vector: (call) => {
    const column = newColumn([], false, call.steps.count);
    column.values.set(call.scalar(0));
    column.present.fill(FLOAT);
    return vector([column]);
  },
};

export function evaluateCall(expr: CallExpr, steps: Steps, run: Run): Value {
  const { name } = expr.func;
  if (isRangeCall(expr)) return vector(evaluateRangeCall(expr, steps, run));
  const call = new Call(expr, steps, run);
  if (Object.hasOwn(MATH_FUNCTIONS, name)) return vector(mapFloats(call.vector(0), MATH_FUNCTIONS[name]));
  if (Object.hasOwn(histograms.HISTOGRAM_FUNCTIONS, name))
    return vector(histograms.mapHistograms(call.vector(0), histograms.HISTOGRAM_FUNCTIONS[name]));
  if (Object.hasOwn(DATE_FUNCTIONS, name)) return dates(call, DATE_FUNCTIONS[name]);
  return IMPLEMENTATIONS[name](call);
}

function timesInSeconds({ start, step, count }: Steps): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (start + i * step) / 1000);
}

/** Of an argument's values, or of the steps themselves. */
function dates(call: Call, part: (date: Date) => number): Value {
  if (call.has(0)) return vector(mapFloats(call.vector(0), (value) => part(dateOf(value))));
  const column = newColumn([], false, call.steps.count);
  column.values.set(timesInSeconds(call.steps).map((seconds) => part(dateOf(Math.floor(seconds)))));
  column.present.fill(FLOAT);
  return vector([column]);
}

function combineScalars(call: Call, combine: (a: number, b: number) => number): Value {
  const [a, b] = [call.scalar(0), call.scalar(1)];
  return scalar(a.map((value, i) => combine(value, b[i])));
}

/** NaN unless there is exactly one float. */
function onlyFloat(columns: readonly Column[], count: number): Float64Array {
  const values = new Float64Array(count).fill(NaN);
  const seen = new Uint8Array(count);
  for (const { present, values: own } of columns) {
    for (let i = 0; i < count; i++) {
      if (present[i] !== FLOAT) continue;
      values[i] = seen[i] === 0 ? own[i] : NaN;
      seen[i] = 1;
    }
  }
  return values;
}

function sorted(call: Call, sort: (columns: readonly Column[]) => Column[]): Value {
  const columns = call.vector(0);
  if (call.run.isInstant) return vector(sort(columns));
  call.run.annotations.warn(messages.sortInRange, call.expr.span.start);
  return vector(columns);
}

/** Of a selector's samples themselves; of anything else the time it was worked out for. */
function timesOf(call: Call, told: "time" | "start"): Value {
  const arg: Expr = call.expr.args[0];
  const { steps, run } = call;
  const isStart = told === "start";
  if (isStart && (arg.kind !== "vector" || !run.options.usesStartTimestamps)) return vector([]);
  const columns = arg.kind === "vector" ? evaluateSelector(arg, steps, run, told) : call.vector(0);
  return vector(
    columns.map(({ labels, present, values }) => {
      const column = newColumn(labels, true, steps.count);
      for (let i = 0; i < steps.count; i++) {
        if (present[i] === ABSENT) continue;
        column.present[i] = FLOAT;
        column.values[i] = (arg.kind === "vector" ? values[i] : steps.start + i * steps.step) / 1000;
      }
      return column;
    }),
  );
}
