/**
 * What the fault tests do to a store, and what must be there afterwards: numbered requests, spans and logs by turns and metrics with each,
 * half an hour of the store's clock apart, so that every group makes a block, a day a partition with merges in it, and retention has work on the third.
 */
import { expect } from "vitest";
import type { SqliteStoreOptions, SqliteStoreWriter } from "../../src/store/sqlite/writer.ts";
import type { StoreReader } from "../../src/store/store.ts";
import { labelValue } from "../../src/model/labels.ts";
import { metricsRequest } from "./simple-metrics.ts";
import { logsRequest, traceIdOf, tracesRequest } from "./simple-otlp.ts";
import { logsOf, metricsOf, spansOf } from "./stores.ts";

const STEP_MILLIS = 1_800_000;
const START = Date.parse("2026-01-01T00:00:00Z");
const RETENTION_STEPS = 48;
const SPANS = 5;
const LINES = 3;
const SERIES = 2;
const MERGES_A_GROUP = 3;
/** Requests under way at the same time, so that there are groups. */
const GROUP = 3;
const EVER = { start: 0n, end: 2n ** 64n - 1n };

/** The store's options; `step` is where its clock stands. */
export function workloadOptions(step: () => number): Partial<SqliteStoreOptions> {
  return {
    now: () => START + step() * STEP_MILLIS,
    seal: { records: 3 },
    segmentBytes: 2048,
    mergeUpToRecords: 1000,
    retention: { maxAgeMillis: RETENTION_STEPS * STEP_MILLIS, maxBytes: 0 },
  };
}

/** The n-th request: five spans of a trace, or three equal lines of a log. */
export function requestOf(n: number) {
  if (n % 2 === 1) return logsOf(logsRequest(...Array.from({ length: LINES }, () => ({ body: "line", trace: n + 1 }))));
  const spans = Array.from({ length: SPANS }, (_, i) => ({ trace: n + 1, id: i + 1, service: "s", name: `op ${n}` }));
  return spansOf(tracesRequest(...spans));
}

/** The n-th request of metrics: two series, and one sample in each. */
function metricsRequestOf(n: number) {
  const points = Array.from({ length: SERIES }, (_, i) => ({ time: START + n, value: n, attributes: { n, i } }));
  return metricsOf(metricsRequest([{ name: "m", points }], { "service.name": "s" }));
}

/** Sends requests from `from` on, half an hour each; `acknowledge` is called with each that was stored. */
export async function runWorkload(
  writer: SqliteStoreWriter,
  from: number,
  count: number,
  clock: { step: number },
  acknowledge: (n: number) => void,
): Promise<void> {
  for (let n = from; n < from + count; n += GROUP) {
    clock.step = n;
    const group = Array.from({ length: GROUP }, (_, i) => n + i);
    await Promise.all(
      group.map(async (each) => {
        await Promise.all([writer.append(requestOf(each)), writer.appendMetrics(metricsRequestOf(each))]);
        acknowledge(each);
      }),
    );
    writer.tick();
    // One of each kind has its turn.
    for (let step = 0; step < MERGES_A_GROUP; step++) await writer.maintenance.step();
    writer.dropExpired();
  }
}

/** Everything acknowledged and not expired is there, everything is there whole or not at all, and nothing twice. @param now the step at which retention looked last */
export async function checkWorkload(
  reader: StoreReader,
  acknowledged: ReadonlySet<number>,
  upTo: number,
  because: string,
  now: number = Math.max(0, ...acknowledged),
): Promise<void> {
  // Spans are read without doubles, but the index counts what is stored.
  const operations = await reader.summarizeOperations(EVER, { buckets: 1 });
  const counts = new Map(operations.map(({ operation, count }) => [operation, count]));
  const series = await reader.metrics.selectSeries([{ name: "__name__", operator: "=", value: "m" }], {
    start: 0,
    end: 2 * START,
  });
  const samplesOf = Map.groupBy(series, ({ labels }) => Number(labelValue(labels, "n")));
  const wrong: string[] = [];
  for (let n = 0; n < upTo; n++) {
    const isSpans = n % 2 === 0;
    const batches = isSpans ? await reader.readTrace(traceIdOf(n + 1)) : await reader.readTraceLogs(traceIdOf(n + 1));
    const found = batches.reduce((sum, { count }) => sum + count, 0);
    const whole = isSpans ? SPANS : LINES;
    const isDue = acknowledged.has(n) && n > now - RETENTION_STEPS;
    if (found !== whole && (isDue || found !== 0)) wrong.push(`request ${n}: ${found} of ${whole} records`);
    const samples = (samplesOf.get(n) ?? []).flatMap(({ values }) => [...values]);
    if (samples.some((value) => value !== n)) wrong.push(`request ${n}: samples ${String(samples)}`);
    if (samples.length !== SERIES && (isDue || samples.length !== 0))
      wrong.push(`request ${n}: ${samples.length} of ${SERIES} samples`);
    if (isSpans && (counts.get(`op ${n}`) ?? 0) !== found) wrong.push(`request ${n}: stored ${counts.get(`op ${n}`)}`);
  }
  expect(wrong, because).toEqual([]);
}
