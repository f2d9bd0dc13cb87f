/**
 * `| count by …`, `| avg(…)`, `| top …`: all records that meet the condition, scanned in pieces, summed up by group (and time bucket). In:
 * a plan; out: a table after each step, each more complete, exact at the end. Memory is bounded by groups times buckets.
 */
import { QueryError } from "../../../base/errors.ts";
import { formatDurationMillis } from "../../../base/duration.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import type { StoreReader, TimeRange } from "../../../store/store.ts";
import type { AggregatePlan, TablePlan } from "../plan/log-plan.ts";
import { NO_SLOT, type Accumulator } from "./accumulator.ts";
import { boundedRange } from "./bounded-range.ts";
import { CountUnique } from "./count-unique.ts";
import { Count } from "./count.ts";
import { Extreme } from "./extreme.ts";
import { GroupHits } from "./group-hits.ts";
import { assignBuckets, logBuckets, niceStepMillis, type LogBuckets } from "./log-buckets.ts";
import { StepClock } from "./progress-steps.ts";
import { Quantile } from "./quantile.ts";
import { scanInSteps } from "./scan-in-steps.ts";
import { compareCells, shapeRows, type Cell, type Row } from "./shape-rows.ts";
import { Sum } from "./sum.ts";

const MOST_BUCKETS = 2000;
const MOST_GROUPS = 100_000;
/** Groups times buckets: of plain numbers, and of functions that keep a set or a sketch. */
const MOST_SLOTS = 2_000_000;
const MOST_SKETCHES = 100_000;
/** Rows of an answer, and numbers of their series. */
const MOST_ROWS = 1000;
const MOST_VALUES = 500_000;
/** Of a text in a row. */
const MOST_TEXT = 4096;

export interface TableRequest {
  readonly condition: LogCondition;
  readonly table: TablePlan;
  readonly range: TimeRange;
  /** Time buckets for `every auto`. */
  readonly buckets: number;
}

export interface LogTable {
  /** 1 = complete. */
  readonly progress: number;
  readonly rows: readonly (readonly Cell[])[];
  /** With `every`. By row, number column, bucket. */
  readonly series?: LogBuckets & { readonly values: (number | null)[][][] };
  readonly matched: number;
  readonly otherGroups: number;
}

export async function* tabulate(
  reader: Pick<StoreReader, "scanLogs" | "dataRange">,
  request: TableRequest,
  signal?: AbortSignal,
): AsyncGenerator<LogTable> {
  const { condition, table } = request;
  const needsBounds = table.everyMillis !== undefined || table.aggregates.some(({ func }) => func === "rate");
  const range = needsBounds ? await boundedRange(reader, request.range) : request.range;
  const running = new RunningTable(table, range, bucketsOf(table, range, request.buckets));
  const clock = new StepClock();
  clock.made(performance.now());
  yield* scanInSteps<LogTable>(reader, { range, condition }, running, signal, clock);
}

function bucketsOf({ everyMillis, every }: TablePlan, range: TimeRange, most: number): LogBuckets | undefined {
  if (everyMillis === undefined) return undefined;
  const buckets = logBuckets(range, everyMillis === 0 ? niceStepMillis(range, most) : everyMillis);
  if (buckets.count <= MOST_BUCKETS) return buckets;
  throw new QueryError(
    `cannot count every ${every?.text}: the time range has ${buckets.count} of them, ${MOST_BUCKETS} are the most`,
    every?.start,
    `write every ${formatDurationMillis(niceStepMillis(range, 300))}, every auto, or narrow the time range`,
  );
}

class RunningTable {
  readonly #table: TablePlan;
  readonly #buckets: LogBuckets | undefined;
  readonly #groups: GroupHits;
  readonly #accumulators: readonly Accumulator[];
  #matched = 0;
  #slots = new Uint32Array(0);
  #places = new Uint32Array(0);

  constructor(table: TablePlan, range: TimeRange, buckets: LogBuckets | undefined) {
    this.#table = table;
    this.#buckets = buckets;
    const keepsSketches = table.aggregates.some(({ func }) => func === "quantile" || func === "count_unique");
    const slots = keepsSketches ? MOST_SKETCHES : MOST_SLOTS;
    const most = Math.max(1, Math.min(MOST_GROUPS, Math.floor(slots / this.#perGroup)));
    this.#groups = new GroupHits(table.by, most);
    const seconds = Math.max(1e-3, Number(range.end - range.start) / 1e9);
    const secondsOf = (count: number) =>
      count === this.#perGroup ? seconds : (count * (buckets?.stepMillis ?? 0)) / 1000;
    this.#accumulators = table.aggregates.map((aggregate) => accumulatorOf(aggregate, secondsOf));
  }

  get #perGroup(): number {
    return this.#buckets?.count ?? 1;
  }

  add(piece: Parameters<Accumulator["add"]>[0]): void {
    this.#matched += piece.count;
    if (this.#slots.length < piece.count) {
      this.#slots = new Uint32Array(piece.count);
      this.#places = new Uint32Array(piece.count);
    }
    const slots = this.#slots;
    this.#groups.assign(piece, slots);
    if (this.#buckets) {
      const places = this.#places;
      const { count } = this.#buckets;
      assignBuckets(piece, this.#buckets, places);
      for (let i = 0; i < piece.count; i++) if (slots[i] !== NO_SLOT) slots[i] = slots[i] * count + places[i];
    }
    for (const accumulator of this.#accumulators) {
      accumulator.grow(this.#groups.keys.length * this.#perGroup);
      accumulator.add(piece, slots);
    }
  }

  result(progress: number): LogTable {
    for (const accumulator of this.#accumulators) accumulator.grow(this.#groups.keys.length * this.#perGroup);
    const first = this.#table.by.length;
    const all = this.#groups.keys.map((key, group): Row => ({ cells: [...key, ...this.#values(group)], group }));
    all.sort((a, b) => compareCells(a.cells[first], b.cells[first], true) || compareKeys(a, b, first));
    const numbers = this.#table.aggregates.length;
    const most = this.#buckets
      ? Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / (this.#buckets.count * numbers))))
      : MOST_ROWS;
    const { rows, left } = shapeRows(all, this.#table.rows, most);
    const series = this.#buckets && {
      ...this.#buckets,
      values: rows.map(({ group }) => this.#accumulators.map((accumulator) => this.#seriesOf(accumulator, group))),
    };
    return {
      progress,
      rows: rows.map(({ cells }) => cells.map(cut)),
      ...(series ? { series } : {}),
      matched: this.#matched,
      otherGroups: this.#groups.otherGroups + left,
    };
  }

  #values(group: number): (number | null)[] {
    const from = group * this.#perGroup;
    return this.#accumulators.map((accumulator) => accumulator.valueOf(from, from + this.#perGroup));
  }

  #seriesOf(accumulator: Accumulator, group: number): (number | null)[] {
    const from = group * this.#perGroup;
    return Array.from({ length: this.#perGroup }, (_, i) => accumulator.valueOf(from + i, from + i + 1));
  }
}

function cut(cell: Cell): Cell {
  return typeof cell === "string" && cell.length > MOST_TEXT ? `${cell.slice(0, MOST_TEXT).toWellFormed()}…` : cell;
}

function compareKeys(a: Row, b: Row, columns: number): number {
  for (let i = 0; i < columns; i++) {
    const order = compareCells(a.cells[i], b.cells[i], false);
    if (order !== 0) return order;
  }
  return 0;
}

function accumulatorOf({ func, of, quantile = 0 }: AggregatePlan, secondsOf: (slots: number) => number): Accumulator {
  if (func === "count") return new Count(of);
  if (func === "rate") return new Count(undefined, secondsOf);
  if (!of) throw new Error(`${func} without a field: the plan makes none`);
  switch (func) {
    case "count_unique":
      return new CountUnique(of);
    case "quantile":
      return new Quantile(of, quantile);
    case "min":
    case "max":
      return new Extreme(of, func === "max");
    case "sum":
    case "avg":
      return new Sum(of, func === "avg");
  }
}
