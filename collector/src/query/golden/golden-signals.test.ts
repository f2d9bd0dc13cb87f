import { beforeEach, describe, expect, it } from "vitest";
import { EPOCH, tracesRequest, type SimpleSpan } from "../../../test/kit/simple-otlp.ts";
import { spansOf } from "../../../test/kit/stores.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { goldenSignals, type GoldenSignals } from "./golden-signals.ts";
import { deleteSaturationSource, listSaturationSources, putSaturationSource } from "./stored-sources.ts";
import { SATURATION_SOURCES } from "./saturation-sources.ts";
import { timeBuckets } from "./time-buckets.ts";
import { serviceMap } from "./service-map.ts";
import { releasesOf, seenInstances, seenVersions } from "./releases.ts";
import { reportCardinality } from "./cardinality.ts";

const T0 = Number(EPOCH / 1_000_000n);
const STEP = 15_000;
/** Ten minutes in ten buckets. */
const BUCKETS = timeBuckets(T0, T0 + 600_000, 10);
const SAMPLES = 41;

let store: MemoryStore;
beforeEach(() => void (store = new MemoryStore()));

/** A sample every 15 s over the range: what `value` gives for the sample's number. */
function put(labels: Record<string, string>, value: (i: number) => number | undefined): void {
  for (let i = 0; i < SAMPLES; i++) {
    const sample = value(i);
    if (sample !== undefined) store.metrics.add(labelsOf(labels), T0 + i * STEP, sample);
  }
}

/** Requests a step, half of them within 100 ms, the rest within 1 s. */
function putHistogram(name: string, labels: Record<string, string>, perStep: number, from = 0): void {
  const count = (share: number) => (i: number) =>
    i < from ? undefined : (i - from + (from > 0 ? 1 : 0)) * perStep * share;
  put({ ...labels, __name__: `${name}_bucket`, le: "0.1" }, count(0.5));
  put({ ...labels, __name__: `${name}_bucket`, le: "1" }, count(1));
  put({ ...labels, __name__: `${name}_bucket`, le: "+Inf" }, count(1));
  put({ ...labels, __name__: `${name}_count` }, count(1));
}

const SPAN_METRIC = "traces_span_metrics_duration_seconds";
const spanLabels = (service: string, kind = "SERVER", status = "UNSET") => ({
  service_name: service,
  span_name: "GET /",
  span_kind: `SPAN_KIND_${kind}`,
  status_code: `STATUS_CODE_${status}`,
});

async function signals(service?: string): Promise<GoldenSignals[]> {
  return goldenSignals(store, await listSaturationSources(store.documents), BUCKETS, service);
}

async function only(service: string): Promise<GoldenSignals> {
  const [one] = (await signals()).filter((each) => each.service === service);
  const [alone] = await signals(service);
  expect(alone.ratePerSecond).toBe(one.ratePerSecond);
  expect(alone.saturation?.worst?.value).toBe(one.saturation?.worst?.value);
  return one;
}

async function span(...spans: SimpleSpan[]): Promise<void> {
  for (const one of spans) await store.append(spansOf(tracesRequest(one)));
}

describe("traffic, errors and latency", () => {
  it("come from series made of spans, entry spans only", async () => {
    putHistogram(SPAN_METRIC, spanLabels("shop"), 15);
    putHistogram(SPAN_METRIC, spanLabels("shop", "CLIENT"), 150);
    const one = await only("shop");
    expect(one.traffic).toMatchObject({ source: "span_metrics", countedBy: "entry" });
    expect(one.ratePerSecond).toBeCloseTo(1);
    expect(one.errorRatio).toBe(0);
    expect(one.quantileMillis(0.5)).toBeCloseTo(100);
    expect(one.quantileMillis(0.75)).toBeCloseTo(550);
    expect(one.series.ratePerSecond).toHaveLength(10);
    for (const rate of one.series.ratePerSecond) expect(rate).toBeCloseTo(1);
  });

  it("count all spans of a service that has no entry spans, and say so", async () => {
    putHistogram(SPAN_METRIC, spanLabels("job", "INTERNAL"), 15);
    putHistogram(SPAN_METRIC, spanLabels("shop"), 15);
    expect((await only("job")).traffic).toMatchObject({ countedBy: "all" });
  });

  it("see the first error of a series, which no rate can", async () => {
    putHistogram(SPAN_METRIC, spanLabels("shop"), 15);
    const errors = { ...spanLabels("shop", "SERVER", "ERROR"), le: "+Inf", __name__: `${SPAN_METRIC}_bucket` };
    put(errors, (i) => (i < 20 ? undefined : 1));
    const one = await only("shop");
    expect(one.traffic?.errors.reduce((sum, value) => sum + value)).toBe(1);
    expect(one.errorRatio).toBeCloseTo(1 / 601);
  });

  it("come from stored spans before there are series", async () => {
    await span({ trace: 1, id: 1, service: "new", kind: 2, start: 599_000, durationMs: 40, error: true });
    const one = await only("new");
    expect(one.traffic).toMatchObject({ source: "spans", countedBy: "entry" });
    expect([one.requests, one.errorRatio]).toEqual([1, 1]);
    expect(one.quantileMillis(0.5)).toBeCloseTo(40, -1);
    // There were no data before, so nothing is known of the time before.
    expect(one.ratePerSecond).toBeCloseTo(1);
  });

  it("come from what a service says of itself, with whatever label tells the status", async () => {
    const labels = { job: "shop/plain", instance: "a:80", route: "/" };
    putHistogram("http_server_request_duration_seconds", { ...labels, status: "200" }, 12);
    putHistogram("http_server_request_duration_seconds", { ...labels, status: "503" }, 3);
    const one = await only("plain");
    expect(one.traffic).toMatchObject({ source: "server_metrics" });
    expect(one.errorRatio).toBeCloseTo(0.2);
    expect(one.health.level).toBe("bad");
    expect(one.health.reasons).toMatchObject([{ signal: "errors", level: "bad", text: "20 % of requests fail" }]);
  });

  it("come from the counter where the histogram is too much to read, latencies from spans that are all there", async () => {
    const start = T0 - 100 * 86_400_000;
    const long = timeBuckets(start, T0 + 600_000, 10);
    putHistogram(SPAN_METRIC, spanLabels("shop"), 15);
    put({ ...spanLabels("shop"), __name__: "traces_span_metrics_calls_total" }, (i) => (i < 40 ? 0 : 1));
    const read = async () => (await goldenSignals(store, [], long)).find(({ service }) => service === "shop");
    expect([(await read())?.requests, (await read())?.quantileMillis(0.5)]).toEqual([1, null]);
    await span({ trace: 1, id: 1, service: "shop", kind: 2, start: 590_000, durationMs: 40 });
    expect((await read())?.traffic?.source).toBe("span_metrics");
    expect((await read())?.quantileMillis(0.5)).toBeCloseTo(40, -1);
    // A sample of the spans is no measure of all of them.
    put({ ...spanLabels("shop"), span_name: "more", __name__: "traces_span_metrics_calls_total" }, (i) => i);
    expect([(await read())?.requests, (await read())?.quantileMillis(0.5)]).toEqual([41, null]);
  });

  it("have gaps where data has yet to come, and where it had not begun", async () => {
    const sent = async (from: number, to: number) => {
      store = new MemoryStore();
      for (const le of ["1", "+Inf"])
        put({ ...spanLabels("shop"), le, __name__: `${SPAN_METRIC}_bucket` }, (i) =>
          i >= from && i <= to ? i * 15 : undefined,
        );
      const { series, ratePerSecond } = await only("shop");
      expect(ratePerSecond).toBeCloseTo(1);
      return series.ratePerSecond.map((rate) => (rate === null ? "-" : rate.toFixed(1))).join(" ");
    };
    expect(await sent(0, 38)).toBe("1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0");
    expect(await sent(0, 37)).toBe("1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 -");
    expect(await sent(14, 40)).toBe("- - - 1.0 1.0 1.0 1.0 1.0 1.0 1.0");
    expect(await sent(15, 40)).toBe("- - - - 1.0 1.0 1.0 1.0 1.0 1.0");
  });

  it("of targets that are scraped at moments of their own end each at its own", async () => {
    const counted = (job: string, to: number) =>
      ["1", "+Inf"].forEach((le) =>
        put({ job, le, __name__: "http_server_request_duration_seconds_bucket" }, (i) =>
          i <= to ? i * 15 : undefined,
        ),
      );
    counted("early", 37);
    counted("late", 40);
    counted("gone", 12);
    const rates = (await signals()).map(({ service, series }) => [service, series.ratePerSecond.at(-1)]);
    expect(Object.fromEntries(rates)).toEqual({ early: null, late: expect.closeTo(1), gone: 0 });
  });
});

describe("saturation", () => {
  const target = { job: "shop/api", instance: "a:80" };
  const check = async (service: string, resource: string, metric: string, value: number) => {
    const { saturation, series } = await only(service);
    expect(saturation?.worst).toMatchObject({ source: { resource, metric }, value: expect.closeTo(value, 2) });
    expect(series.saturation.at(-1)).toBeCloseTo(value, 2);
  };

  it("is that of the fullest resource, with the metric it came from", async () => {
    put({ ...target, __name__: "process_open_fds" }, () => 50);
    put({ ...target, __name__: "process_max_fds" }, () => 1000);
    await check("api", "file descriptors", "process_max_fds", 0.05);
    put({ ...target, __name__: "nodejs_version_info", version: "24" }, () => 1);
    put({ ...target, __name__: "process_cpu_seconds_total" }, (i) => i * STEP * 0.0008);
    await check("api", "cpu", "process_cpu_seconds_total", 0.8);
    put({ ...target, __name__: "nodejs_eventloop_lag_p99_seconds" }, () => 1.05);
    put({ ...target, __name__: "nodejs_eventloop_lag_min_seconds" }, () => 0.05);
    await check("api", "event loop", "nodejs_eventloop_lag_p99_seconds", 0.909);
    const { saturation, health } = await only("api");
    expect(saturation?.parts.map(({ source }) => source.resource)).toEqual(["event loop", "cpu", "file descriptors"]);
    expect(health.reasons[0].text).toBe("event loop 91 % full on a:80 (nodejs_eventloop_lag_p99_seconds)");
  });

  it("shows what is full in good health, and doesn't count it", async () => {
    put({ ...target, __name__: "nodejs_heap_size_used_bytes" }, () => 95);
    put({ ...target, __name__: "nodejs_heap_size_total_bytes" }, () => 100);
    const { saturation, health } = await only("api");
    expect(saturation?.parts).toMatchObject([{ value: 0.95, source: { resource: "heap", counts: false } }]);
    expect([saturation?.worst, health.level]).toEqual([undefined, "ok"]);
  });

  it("comes from OpenTelemetry's names, from pools, and by way of the pod", async () => {
    put({ ...target, __name__: "nodejs_eventloop_utilization_ratio" }, () => 0.3);
    await check("api", "event loop", "nodejs_eventloop_utilization_ratio", 0.3);
    const pool = { ...target, db_client_connection_pool_name: "main" };
    put({ ...pool, __name__: "db_client_connection_count", db_client_connection_state: "used" }, () => 8);
    put({ ...pool, __name__: "db_client_connection_count", db_client_connection_state: "idle" }, () => 2);
    put({ ...pool, __name__: "db_client_connection_max" }, () => 10);
    await check("api", "connection pool", "db_client_connection_max", 0.8);
    const pod = { job: "kubelet", instance: "node", namespace: "n", pod: "web-1", container: "web" };
    put({ ...pod, __name__: "container_memory_working_set_bytes" }, () => 60);
    put({ ...pod, __name__: "container_spec_memory_limit_bytes" }, () => 100);
    put({ job: "web", instance: "i", k8s_pod_name: "web-1", __name__: "target_info" }, () => 1);
    await check("web", "memory", "container_spec_memory_limit_bytes", 0.6);
  });

  it("has sources of users, and leaves a broken one out aloud", async () => {
    put({ ...target, __name__: "workers_busy" }, () => 7);
    put({ ...target, __name__: "workers_size" }, () => 8);
    const source = {
      resource: "workers",
      metric: "workers_busy",
      query: "workers_busy{$service} / workers_size{$service}",
    };
    await putSaturationSource(store.documents, "workers", source);
    await check("api", "workers", "workers_busy", 0.875);
    expect((await only("api")).health.level).toBe("warn");
    await deleteSaturationSource(store.documents, "workers");
    expect(await only("api")).toMatchObject({ traffic: undefined, saturation: undefined, health: { level: "ok" } });
    const refuse = (document: unknown, message: RegExp, id = "mine") =>
      expect(putSaturationSource(store.documents, id, document)).rejects.toThrow(message);
    await refuse({ ...source, query: "sum(" }, /cannot read query: 1:\d+: parse error/);
    await refuse({ ...source, warnAt: 2 }, /warnAt=2: expected a number above 0 and up to 1/);
    await refuse({ ...source, warnAt: 0.95 }, /warnAt=0.95: expected at most badAt/);
    await refuse({ ...source, colour: "red" }, /colour="red": expected nothing/);
    await refuse({ ...source, metric: undefined }, /metric=nothing: expected text/);
    await refuse(source, /another name than that of a built-in source/, "process.fds");
    await expect(deleteSaturationSource(store.documents, "none")).rejects.toThrow(/there is none/);
  });

  it("has a table whose queries can be read, for one service and for all, with ids of their own", async () => {
    const ids = SATURATION_SOURCES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const source of SATURATION_SOURCES) {
      put({ job: "x", __name__: source.metric }, () => 0.5);
      expect(source.warnAt).toBeLessThan(source.badAt);
    }
    // Evaluated, all of them: what cannot be would be missing here, aloud.
    await signals();
    await signals("x");
  });
});

describe("order", () => {
  it("is the worst first: failing, saturated, slower than it was, then fine ones", async () => {
    for (const name of ["calm", "failing", "slow"]) putHistogram(SPAN_METRIC, spanLabels(name), 15);
    putHistogram(SPAN_METRIC, spanLabels("failing", "SERVER", "ERROR"), 5);
    put({ job: "full", __name__: "nodejs_eventloop_utilization_ratio" }, () => 0.8);
    put(
      { ...spanLabels("slow"), span_name: "late", le: "10", __name__: `${SPAN_METRIC}_bucket` },
      (i) => Math.max(0, i - 32) * 900,
    );
    put(
      { ...spanLabels("slow"), span_name: "late", le: "+Inf", __name__: `${SPAN_METRIC}_bucket` },
      (i) => Math.max(0, i - 32) * 900,
    );
    const found = await signals();
    expect(found.map(({ service, health }) => [service, health.level])).toEqual([
      ["failing", "bad"],
      ["slow", "bad"],
      ["full", "warn"],
      ["calm", "ok"],
    ]);
    expect(found[1].health.reasons[0].text).toBe("p95 is 11 times what it was (9.69 s, before 910 ms)");
  });
});

describe("the service map", () => {
  const edge = (client: string, server: string, connection_type = "") => ({ client, server, connection_type });
  it("comes from series, with users, databases and what is outside", async () => {
    const name = "traces_service_graph_request";
    for (const labels of [
      edge("user", "web", "virtual_node"),
      edge("web", "shop"),
      edge("shop", "db", "database"),
      edge("shop", "bank", "virtual_node"),
      edge("shop", "mail", "messaging_system"),
    ])
      put({ ...labels, __name__: `${name}_total` }, (i) => i * 15);
    put({ ...edge("web", "shop"), __name__: `${name}_failed_total` }, (i) => i * 3);
    for (const le of ["1", "+Inf"])
      put({ ...edge("web", "shop"), le, __name__: `${name}_server_seconds_bucket` }, (i) => i * 15);
    const { source, edges, kinds } = await serviceMap(store, BUCKETS);
    expect(source).toBe("service_graph");
    expect(
      edges.map(({ client, server, kind, ratePerSecond }) => `${client} ${kind} ${server} ${ratePerSecond}`),
    ).toEqual([
      "shop virtual bank 1",
      "shop database db 1",
      "shop queue mail 1",
      "user virtual web 1",
      "web call shop 1",
    ]);
    expect(edges[4]).toMatchObject({
      errorRatio: expect.closeTo(0.2),
      p95Millis: expect.closeTo(950),
      clientP95Millis: null,
    });
    expect(Object.fromEntries(kinds)).toEqual({
      user: "user",
      web: "service",
      shop: "service",
      db: "database",
      bank: "external",
      mail: "service",
    });
    const near = await serviceMap(store, BUCKETS, "web");
    expect(near.edges.map(({ client, server }) => [client, server])).toEqual([
      ["user", "web"],
      ["web", "shop"],
    ]);
  });
  it("comes from stored spans where there are no series", async () => {
    await span(
      { trace: 1, id: 1, service: "web", kind: 2 },
      { trace: 1, id: 2, parent: 1, service: "shop", kind: 2, error: true },
    );
    const { source, edges } = await serviceMap(store, BUCKETS);
    expect(source).toBe("spans");
    expect(edges).toMatchObject([{ client: "web", server: "shop", errorRatio: 1, p95Millis: null }]);
  });
});

describe("instances, versions and releases", () => {
  it("are told by target_info", async () => {
    const info = (version: string, instance: string) => ({
      __name__: "target_info",
      job: "ns/shop",
      instance,
      service_version: version,
    });
    put(info("1.0", "a"), (i) => (i < 20 ? 1 : undefined));
    put(info("1.1", "b"), (i) => (i >= 19 ? 1 : undefined));
    put({ __name__: "up", job: "shop", instance: "b" }, () => 1);
    put({ ...info("5", "z"), job: "other" }, () => 1);
    expect(await releasesOf(store, BUCKETS)).toEqual([
      { service: "shop", version: "1.1", previousVersion: "1.0", atMillis: T0 + 19 * STEP },
    ]);
    expect(await seenInstances(store, BUCKETS, "shop")).toEqual([
      { service: "shop", instance: "b", version: "1.1", firstSeenMillis: T0, lastSeenMillis: T0 + 40 * STEP },
      { service: "shop", instance: "a", version: "1.0", firstSeenMillis: T0, lastSeenMillis: T0 + 19 * STEP },
    ]);
    expect((await seenVersions(store, BUCKETS, "shop")).map(({ version }) => version)).toEqual(["1.1", "1.0"]);
    // What ran a day before the range is no release in it.
    const later = { start: T0 + 20 * STEP, end: T0 + 600_000 };
    expect(await releasesOf(store, later)).toEqual([]);
  });

  it("are looked for in spans where there are no series", async () => {
    const resource = (version: string, instance: string) => ({
      "service.version": version,
      "service.instance.id": instance,
    });
    for (let i = 0; i < 20; i++)
      await span({
        trace: i + 1,
        id: 1,
        service: "shop",
        start: i * 30_000,
        resource: i < 10 ? resource("1.0", "a") : resource("1.1", "b"),
      });
    const [release, ...others] = await releasesOf(store, BUCKETS);
    expect(others).toEqual([]);
    expect(release).toMatchObject({ service: "shop", version: "1.1", previousVersion: "1.0" });
    expect(Math.abs(release.atMillis - (T0 + 300_000))).toBeLessThan(1000);
    const instances = await seenInstances(store, BUCKETS, "shop");
    expect(instances).toMatchObject([
      { instance: "b", version: "1.1", lastSeenMillis: T0 + 19 * 30_000 },
      { instance: "a", version: "1.0", firstSeenMillis: T0, lastSeenMillis: T0 + 9 * 30_000 },
    ]);
    const versions = await seenVersions(store, BUCKETS, "shop");
    expect(versions.map(({ version, lastSeenMillis }) => [version, lastSeenMillis])).toEqual([
      ["1.1", T0 + 19 * 30_000],
      ["1.0", T0 + 9 * 30_000],
    ]);
  });
});

describe("cardinality", () => {
  it("names the label that makes too many series", async () => {
    for (let i = 0; i < 1200; i++)
      store.metrics.add(labelsOf({ __name__: "http_requests_total", job: "shop", user_id: `u${i}` }), T0, 1);
    for (let i = 0; i < 40; i++) store.metrics.add(labelsOf({ __name__: "up", instance: `i${i}` }), T0, 1);
    const { findings, series } = await reportCardinality(store.metrics, 10, T0 + 1000);
    expect(series).toBe(1240);
    expect(findings).toEqual([
      {
        metric: "http_requests_total",
        label: "user_id",
        values: 1200,
        series: 1200,
        text: "http_requests_total has 1200 series, because its label user_id has 1200 values",
      },
    ]);
  });
});
