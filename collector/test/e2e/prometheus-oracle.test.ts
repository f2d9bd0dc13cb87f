/**
 * Goldspan beside a real Prometheus: both take the same remote-write stream and answer the same random queries. Where version 3 of
 * Prometheus answers otherwise than the one installed (2.42 in Debian), the queries leave it out: see random-promql.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";
import { hasPrometheus, NO_PROMETHEUS, startPrometheus, type PrometheusProcess } from "../kit/prometheus-process.ts";
import { Random } from "../kit/random.ts";
import { oracleSeries, randomExpression } from "../kit/random-promql.ts";
import { encodeRemoteWrite, REMOTE_WRITE_HEADERS, type WrittenSeries } from "../kit/literal-remote-write.ts";

const QUERIES = 200;
const SEED = 20_261_126;
const HOURS_MILLIS = 3_600_000;
const BATCH_MILLIS = 5 * 60_000;
/** Names go at the end here, as in version 3 with promql-delayed-name-removal: then such series stay apart while they are computed. */
const NAMES_DROPPED_EARLY = "vector cannot contain metrics with the same labelset";
/** Sums are made in another order. */
const RELATIVE_ERROR = 1e-9;

type Value = readonly [time: number, value: string];
interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Value;
  readonly values?: readonly Value[];
}
interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly resultType: string; readonly result: readonly Result[] };
}

describe.skipIf(!hasPrometheus)(`beside a real Prometheus${hasPrometheus ? "" : ` (${NO_PROMETHEUS})`}`, () => {
  const end = Math.floor(Date.now() / 60_000) * 60_000;
  const start = end - 1.5 * HOURS_MILLIS;
  let prometheus: PrometheusProcess;
  let goldspan: Awaited<ReturnType<typeof startCollector>>;

  beforeAll(async () => {
    [prometheus, goldspan] = await Promise.all([startPrometheus(), startCollector()]);
    const series = oracleSeries(new Random(SEED), start, end);
    for (let from = start; from < end; from += BATCH_MILLIS) {
      const body = encodeRemoteWrite(series.flatMap((each) => between(each, from, from + BATCH_MILLIS)));
      for (const url of [`${prometheus.url}/api/v1/write`, `${goldspan.web}/prometheus/api/v1/write`]) {
        const response = await fetch(url, {
          method: "POST",
          headers: REMOTE_WRITE_HEADERS,
          body: body as Uint8Array<ArrayBuffer>,
        });
        expect([url, response.status, await response.text()]).toEqual([url, 204, ""]);
      }
    }
  }, 60_000);

  afterAll(async () => {
    await prometheus?.end();
    await goldspan?.end();
    goldspan?.remove();
  });

  it(`gives equal answers to ${QUERIES} random queries`, async () => {
    const random = new Random(SEED + 1);
    const differences: string[] = [];
    let unanswered = 0;
    for (let n = 0; n < QUERIES; n++) {
      const query = randomExpression(random);
      const parameters = random.chance(0.5) ? rangeOf(random) : instantOf(random);
      const path = `/api/v1/${"step" in parameters ? "query_range" : "query"}?${new URLSearchParams({ query, ...parameters }).toString()}`;
      const [expected, got] = await Promise.all([ask(prometheus.url + path), ask(`${goldspan.web}/prometheus${path}`)]);
      if (!expected.data || expected.data.result.length === 0) unanswered++;
      const difference = compare(expected, got);
      if (difference !== undefined) differences.push(`${query}\n  ${JSON.stringify(parameters)}\n  ${difference}`);
    }
    expect(differences.join("\n")).toBe("");
    expect(unanswered).toBeLessThan(QUERIES / 3);
  }, 120_000);

  function instantOf(random: Random): Record<string, string> {
    return { time: String(Math.floor((start + random.below(end - start)) / 1000)) };
  }

  function rangeOf(random: Random): Record<string, string> {
    const first = Math.floor((start + random.below((end - start) / 2)) / 1000);
    const step = random.pick([15, 60, 77, 300]);
    return { start: String(first), end: String(first + step * (1 + random.below(40))), step: String(step) };
  }
});

function between({ labels, samples }: WrittenSeries, from: number, to: number): WrittenSeries[] {
  const some = samples.filter(({ timestampMillis }) => timestampMillis >= from && timestampMillis < to);
  return some.length === 0 ? [] : [{ labels, samples: some }];
}

async function ask(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

/** What differs first; undefined when nothing does. Order counts for nothing. */
function compare(expected: Answer, got: Answer): string | undefined {
  if (expected.error === NAMES_DROPPED_EARLY) return undefined;
  if (expected.status !== "success" || got.status !== "success")
    return expected.status === got.status ? undefined : `${expected.error ?? "success"} | ${got.error ?? "success"}`;
  const [left, right] = [expected, got].map(({ data }) => ({
    type: data?.resultType,
    series: new Map(data?.result.map((each) => [keyOf(each.metric), each])),
  }));
  if (left.type !== right.type) return `${left.type} | ${right.type}`;
  for (const [metric, series] of left.series) {
    const other = right.series.get(metric);
    if (!other) return `${metric} is missing of ${left.series.size} | ${right.series.size}`;
    const [values, others] = [series, other].map((each) => each.values ?? [each.value as Value]);
    if (values.length !== others.length) return `${metric}: ${values.length} | ${others.length} values`;
    for (const [i, [time, value]] of values.entries()) {
      if (time !== others[i][0] || !isClose(value, others[i][1]))
        return `${metric}: ${JSON.stringify(values[i])} | ${JSON.stringify(others[i])}`;
    }
  }
  const more = [...right.series.keys()].find((metric) => !left.series.has(metric));
  return more === undefined ? undefined : `${more} is too much`;
}

function isClose(expected: string, got: string): boolean {
  if (expected === got) return true;
  const [a, b] = [Number(expected), Number(got)];
  return Math.abs(a - b) <= RELATIVE_ERROR * Math.max(1, Math.abs(a), Math.abs(b));
}

function keyOf(metric: Readonly<Record<string, string>>): string {
  const names = Object.keys(metric).sort();
  return JSON.stringify(names.map((name) => [name, metric[name]]));
}
