/**
 * Random PromQL over the series that `oracleSeries` makes, and those series: what Prometheus 2 and 3 should answer alike, so no window ends
 * on a sample (timestamps are odd milliseconds, evaluation times whole seconds), no ties for topk, no subquery without an odd offset.
 */
import type { Random } from "./random.ts";
import type { WrittenSeries } from "./literal-remote-write.ts";

const JOBS = ["checkout", "payments", "search"];
const INSTANCES = ["10.0.0.1:9100", "10.0.0.2:9100"];
const BOUNDS = ["0.05", "0.1", "0.25", "0.5", "1", "+Inf"];
const INTERVAL_MILLIS = 15_000;
/** Where a counter begins in a window and near zero, version 2 extrapolates further to the left than version 3. */
const FAR_FROM_ZERO = 1000;

/** Counters with resets, gauges, classic histograms; some series begin late or pause. In order of time. */
export function oracleSeries(random: Random, startMillis: number, endMillis: number): WrittenSeries[] {
  const series: WrittenSeries[] = [];
  const add = (labels: Record<string, string>, next: () => number) => {
    const samples: { value: number; timestampMillis: number }[] = [];
    const from = random.chance(0.2) ? startMillis + random.below((endMillis - startMillis) / 2) : startMillis;
    const pauseAt = random.chance(0.2) ? from + random.below(endMillis - from) : Infinity;
    for (let at = from; at < endMillis; at += INTERVAL_MILLIS) {
      const value = next();
      if (at > pauseAt && at < pauseAt + 12 * 60_000) continue;
      const jittered = at + random.below(4000);
      samples.push({ value, timestampMillis: jittered - (jittered % 1000) + 1 + random.below(998) });
    }
    series.push({ labels, samples });
  };
  const counter = (step: () => number) => {
    let value = FAR_FROM_ZERO + random.below(100);
    return () => (value = random.chance(0.004) ? FAR_FROM_ZERO + random.below(10) : value + step());
  };
  for (const job of JOBS) {
    for (const instance of INSTANCES) {
      for (const code of ["200", "404", "500"])
        add(
          { __name__: "http_requests_total", job, instance, code },
          counter(() => random.below(20)),
        );
      add(
        { __name__: "cpu_seconds_total", job, instance },
        counter(() => random.next() * 15),
      );
      let memory = 100 + random.next() * 400;
      add({ __name__: "memory_megabytes", job, instance }, () => {
        memory = Math.max(1, memory + (random.next() - 0.5) * 20);
        return Math.round(memory * 100) / 100;
      });
      add({ __name__: "queue_length", job, instance }, () => random.below(40));
      addHistogram(job, instance);
    }
    add({ __name__: "limit_megabytes", job }, () => 512);
  }
  return series;

  function addHistogram(job: string, instance: string): void {
    const buckets = BOUNDS.map((_, i) => (i + 1) * FAR_FROM_ZERO);
    let sum = 0;
    const at: number[] = [];
    for (let t = startMillis; t < endMillis; t += INTERVAL_MILLIS) at.push(t + 1 + random.below(998));
    const rows = at.map((timestampMillis) => {
      for (let n = random.below(30); n > 0; n--) {
        const value = Math.exp((random.next() - 0.7) * 4);
        sum += value;
        for (const [i, bound] of BOUNDS.entries()) if (bound === "+Inf" || value <= Number(bound)) buckets[i]++;
      }
      return { timestampMillis, buckets: [...buckets], sum };
    });
    for (const [i, le] of BOUNDS.entries()) {
      const labels = { __name__: "latency_seconds_bucket", job, instance, le };
      series.push({
        labels,
        samples: rows.map((row) => ({ value: row.buckets[i], timestampMillis: row.timestampMillis })),
      });
    }
    const last = BOUNDS.length - 1;
    const sumOf = { __name__: "latency_seconds_sum", job, instance };
    series.push({
      labels: sumOf,
      samples: rows.map((row) => ({ value: row.sum, timestampMillis: row.timestampMillis })),
    });
    series.push({
      labels: { ...sumOf, __name__: "latency_seconds_count" },
      samples: rows.map((row) => ({ value: row.buckets[last], timestampMillis: row.timestampMillis })),
    });
  }
}

/** An expression; deeper ones combine smaller ones. */
export function randomExpression(random: Random, depth = 2): string {
  const inner = () => randomExpression(random, depth - 1);
  if (depth === 0) return random.chance(0.5) ? gauge(random) : rate(random);
  return random.pick([
    () => gauge(random),
    () => rate(random),
    () => `${random.pick(AGGREGATIONS)}${grouping(random)}(${inner()})`,
    () => `${random.pick(["topk", "bottomk"])}(${1 + random.below(3)}, rate(cpu_seconds_total[${window(random)}]))`,
    () => `quantile${grouping(random)}(0.${1 + random.below(9)}, ${inner()})`,
    () =>
      `histogram_quantile(0.${5 + random.below(5)}, sum by (le${random.pick(["", ", job"])}) (${bucketRate(random)}))`,
    () => `histogram_quantile(0.9, ${bucketRate(random)})`,
    () => `${random.pick(UNARY)}(${inner()})`,
    () => `${inner()} ${random.pick(["+", "-", "*", "/"])} ${1 + random.below(9)}`,
    () => `${inner()} ${random.pick(["<", ">", ">=", "!="])} ${random.pick(["", "bool "])}${random.below(50)}`,
    () => vectorOperation(random),
    () => `${inner()} ${random.pick(["and", "or", "unless"])} on (job, instance) ${inner()}`,
    () => `label_replace(${inner()}, "short", "$1", "job", "(.).*")`,
    () => `label_join(${inner()}, "both", "-", "job", "instance")`,
    () => `clamp(${inner()}, 2, ${10 + random.below(50)})`,
    () => `absent(${random.pick(["nothing_here", "queue_length"])}{job="${random.pick(JOBS)}"})`,
    () => `${random.pick(["max", "avg", "min", "sum", "count"])}_over_time((${rate(random)})[10m:1m] offset 7s777ms)`,
    () => `(${inner()}) or vector(${random.below(5)})`,
    () => `-(${inner()})`,
    () => `count_values("value", queue_length{job="${random.pick(JOBS)}"} > ${random.below(20)})`,
  ])();
}

const AGGREGATIONS = ["sum", "avg", "min", "max", "count", "stddev", "stdvar", "group"];
const UNARY = [
  "abs",
  "ceil",
  "floor",
  "sqrt",
  "ln",
  "exp",
  "sgn",
  "round",
  "log2",
  "sin",
  "atan",
  "timestamp",
  "minute",
];
const OVER_TIME = ["avg", "min", "max", "sum", "count", "last", "stddev", "present"];

function window(random: Random): string {
  return random.pick(["1m", "90s", "5m", "12m"]);
}

function offset(random: Random): string {
  return random.chance(0.2) ? ` offset ${random.pick(["2m", "90s", "11m"])}` : "";
}

function selector(random: Random, name: string): string {
  const matchers: string[] = [];
  if (random.chance(0.4))
    matchers.push(`job${random.pick(['="checkout"', '!="search"', '=~"check.*|pay.+"', '!~"s.*"'])}`);
  if (random.chance(0.3)) matchers.push(`instance=~".*:9100"`, `instance!="${random.pick(INSTANCES)}"`);
  return matchers.length === 0 ? name : `${name}{${matchers.join(",")}}`;
}

function gauge(random: Random): string {
  const name = selector(random, random.pick(["memory_megabytes", "queue_length", "limit_megabytes"]));
  if (random.chance(0.4)) return `${name}${offset(random)}`;
  return random.pick([
    () => `${random.pick(OVER_TIME)}_over_time(${name}[${window(random)}]${offset(random)})`,
    () => `quantile_over_time(0.${1 + random.below(9)}, ${name}[${window(random)}])`,
    () =>
      `${random.pick(["delta", "deriv", "idelta", "changes", "resets"])}(${name}[${window(random)}]${offset(random)})`,
    () => `predict_linear(${name}[${window(random)}], 600)`,
  ])();
}

function rate(random: Random): string {
  const name = selector(random, random.pick(["http_requests_total", "cpu_seconds_total", "latency_seconds_count"]));
  return `${random.pick(["rate", "increase", "irate", "resets", "changes"])}(${name}[${window(random)}]${offset(random)})`;
}

function bucketRate(random: Random): string {
  return `rate(${selector(random, "latency_seconds_bucket")}[${random.pick(["5m", "12m"])}]${offset(random)})`;
}

function grouping(random: Random): string {
  return random.pick([
    "",
    " by (job)",
    " by (job, instance)",
    " without (instance)",
    " without (code, instance)",
    " by (nothing)",
  ]);
}

function vectorOperation(random: Random): string {
  return random.pick([
    () => `memory_megabytes / on (job) group_left limit_megabytes`,
    () => `limit_megabytes - on (job) group_right memory_megabytes`,
    () => `rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])`,
    () =>
      `sum by (job) (rate(http_requests_total{code="500"}[${window(random)}])) / sum by (job) (rate(http_requests_total[${window(random)}]))`,
    () => `http_requests_total{code="500"} / ignoring (code) http_requests_total{code="200"}`,
    () => `memory_megabytes > ignoring (nothing) queue_length`,
    () => `queue_length % 7 == bool 3`,
    () => `queue_length ^ 2 - memory_megabytes`,
  ])();
}
