/** What operators get to work with while a query runs. */
import { LimitError, type WorkScope } from "../../../base/work-scope.ts";
import type { Expr, VectorSelector } from "../parse/ast.ts";
import type { Annotations } from "./annotations.ts";
import type { Steps, Value } from "./column.ts";
import type { StoredSeries } from "./samples.ts";

export interface Run {
  readonly lookback: number;
  readonly subqueryStep: number;
  readonly annotations: Annotations;
  readonly scope: WorkScope;
  readonly budget: SampleBudget;
  /** The query has one step only, which keeps the order of results. */
  readonly isInstant: boolean;
  readonly options: RunOptions;
  evaluate(expr: Expr, steps: Steps): Value;
  /** Fetched before the run, sorted by labels; samples may lie outside of what the selector asks for. */
  seriesOf(selector: VectorSelector): readonly StoredSeries[];
}

export interface RunOptions {
  /** Counters that began anew are known from their start timestamps, too (experimental in Prometheus). */
  readonly usesStartTimestamps: boolean;
  /** rate() and increase() ask the label __type__ whether it is a counter (experimental in Prometheus). */
  readonly usesTypeLabels: boolean;
}

/** Samples held at a time. */
export class SampleBudget {
  readonly #limit: number;
  used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Throws LimitError. */
  take(count: number): void {
    this.used += count;
    if (this.used > this.#limit)
      throw new LimitError(
        "rows",
        `query processing would load too many samples into memory (more than ${this.#limit})`,
      );
  }
}
