/** Warnings and infos that come up while a query runs, each once, with the place of the expression they are about. */
import { lineAndColumn } from "../parse/position.ts";

/** Of an info about classic histograms that had to be made monotonic: where and how much, over all steps. */
export interface MonotonicityNote {
  readonly timestampMillis: number;
  readonly minBound: number;
  readonly maxBound: number;
  readonly maxDifference: number;
}

interface Note {
  readonly kind: "warning" | "info";
  at: number;
  count: number;
  /** How often it came up is told, too. */
  isCounted: boolean;
  monotonicity?: MonotonicityNote & { readonly from: number; readonly to: number; readonly count: number };
}

export class Annotations {
  readonly #notes = new Map<string, Note>();

  warn(message: string, at: number): void {
    this.#note("warning", message, at);
  }

  info(message: string, at: number): void {
    this.#note("info", message, at);
  }

  /** The same, and how often it came up. */
  warnCounted(message: string, at: number): void {
    this.#note("warning", message, at).isCounted = true;
  }

  noteMonotonicity(message: string, at: number, fix: MonotonicityNote): void {
    const note = this.#note("info", message, at);
    const known = note.monotonicity;
    note.monotonicity = {
      timestampMillis: fix.timestampMillis,
      minBound: Math.min(known?.minBound ?? Infinity, fix.minBound),
      maxBound: Math.max(known?.maxBound ?? -Infinity, fix.maxBound),
      maxDifference: Math.max(known?.maxDifference ?? 0, fix.maxDifference),
      from: Math.min(known?.from ?? Infinity, fix.timestampMillis),
      to: Math.max(known?.to ?? -Infinity, fix.timestampMillis),
      count: (known?.count ?? 0) + 1,
    };
  }

  /** @param text the query, for the place */
  format(kind: "warning" | "info", text: string): string[] {
    const notes = [...this.#notes].filter(([, note]) => note.kind === kind);
    return notes.map(([message, { at, monotonicity, count, isCounted }]) => {
      const times = isCounted && count > 1 ? ` (${count} occurrences)` : "";
      const detail = monotonicity === undefined ? times : formatMonotonicity(monotonicity);
      return `PromQL ${kind}: ${message}${detail} (${lineAndColumn(text, at)})`;
    });
  }

  #note(kind: "warning" | "info", message: string, at: number): Note {
    let note = this.#notes.get(message);
    if (!note) this.#notes.set(message, (note = { kind, at, count: 0, isCounted: false }));
    note.count++;
    return note;
  }
}

function formatMonotonicity({
  minBound,
  maxBound,
  maxDifference,
  from,
  to,
  count,
}: NonNullable<Note["monotonicity"]>): string {
  const time = (millis: number) => new Date(Math.floor(millis / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const difference = Number(maxDifference.toPrecision(2));
  return `, from buckets ${minBound} to ${maxBound}, with a max diff of ${difference}, over ${count} samples from ${time(from)} to ${time(to)}`;
}
