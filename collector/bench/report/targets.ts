/** The figures to reach, as data: what counts as good and what is aimed at. Where a figure is a pair, it is p50 and p95. */

export interface Target {
  readonly good: readonly number[];
  readonly aim: readonly number[];
  readonly better: "more" | "less";
  readonly unit: string;
}

export type Verdict = "aim" | "good" | "short";

const more = (good: number, aim: number, unit: string): Target => ({ good: [good], aim: [aim], better: "more", unit });
const less = (good: number | readonly number[], aim: number | readonly number[], unit: string): Target => ({
  good: [good].flat(),
  aim: [aim].flat(),
  better: "less",
  unit,
});

export const TARGETS = {
  // Ingest, per CPU-second of the server.
  httpSpans: more(120_000, 250_000, "spans/CPU-s"),
  grpcSpans: more(100_000, 200_000, "spans/CPU-s"),
  jsonSpans: more(40_000, 100_000, "spans/CPU-s"),
  logLines: more(120_000, 300_000, "lines/CPU-s"),
  metricSamples: more(300_000, 1_000_000, "samples/CPU-s"),
  acknowledgement: less([15, 40], [6, 15], "ms"),
  connectorShare: less(15, 10, "% of ingest"),
  // 1,000 rules at 15 s.
  rulesShare: less(10, 5, "% of a core"),
  // Size.
  bytesPerSpan: less(60, 40, "B"),
  bytesPerLine: less(30, 15, "B"),
  bytesPerSample: less(3, 1, "B"),
  // Durability and freshness.
  lostByKill: less(0, 0, "spans"),
  ackToQueryable: less(1000, 50, "ms"),
  // Resident memory of the built program.
  memoryIdle: less(120, 80, "MB"),
  memoryAtRate: less(250, 180, "MB"),
  memoryOverload: less(350, 220, "MB"),
  // Upkeep.
  dropOldestTenth: less(100, 20, "ms"),
  coldStart: less(1000, 300, "ms"),
  // Queries over 10 M spans, warm.
  traceById: less([10, 30], [3, 10], "ms"),
  newestOfOperation: less([15, 40], [5, 15], "ms"),
  rareAttribute: less([100, 200], [40, 80], "ms"),
  slowOrFailed: less(20, 8, "ms"),
  redPage: less(100, 15, "ms"),
  // Over 10 GB of lines, p50.
  logNeedle: less(200, 50, "ms"),
  logAbsent: less(100, 15, "ms"),
  promqlSumRate: less(150, 40, "ms"),
  readsWhileIngesting: less(3, 1.5, "x"),
} as const satisfies Record<string, Target>;

export type TargetId = keyof typeof TARGETS;

/** All values of a pair must reach a column. @param measured as many values as the target has; not a number falls short */
export function verdictOf(id: TargetId, measured: readonly number[]): Verdict {
  const target: Target = TARGETS[id];
  const reaches = (bounds: readonly number[]) =>
    bounds.every((bound, i) => (target.better === "more" ? measured[i] >= bound : measured[i] <= bound));
  return reaches(target.aim) ? "aim" : reaches(target.good) ? "good" : "short";
}
