import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { double, spanBatch, type RecordsOptions } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { metricPoints, type MetricPoint } from "../../../test/kit/metric-points.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { RetryableError } from "../../component/errors.ts";
import { spanMetricsConnector } from "./factory.ts";

await spanMetricsConnector.load?.();

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));
afterEach(() => clock.restore());

const START = 1_700_000_000_000_000_000n;

/** A span of so many milliseconds. */
function span(name: string, millis: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const end = START + BigInt(Math.round(millis * 1e6));
  return { name, kind: 2, startTimeUnixNano: String(START), endTimeUnixNano: String(end), ...more };
}

const ERROR = { status: { code: 2 } };

function of(service: string, ...records: Record<string, unknown>[]): RecordsOptions {
  return { resource: { "service.name": service }, records };
}

function create(yaml = "") {
  const settings = testSettings("connector", "span_metrics");
  const sinks = createSinks();
  const connector = spanMetricsConnector.create(settings, readConfig(spanMetricsConnector.config, yaml), sinks);
  const consume = async (...parts: RecordsOptions[]) => connector.traces?.consume(spanBatch(...parts));
  /** What came since the last time. */
  const points = () => metricPoints(sinks.metrics.batches.splice(0));
  /** Flushes by stopping; the connector counts on. */
  const flush = async () => {
    await connector.shutdown?.(Date.now() + 1000);
    return points();
  };
  return { connector, settings, sinks, consume, points, flush };
}

/** name{labels} value, sorted. */
function lines(points: readonly MetricPoint[]): string[] {
  return points
    .map(({ name, attributes, value }) => {
      const labels = Object.entries(attributes).map(([key, text]) => `${key}=${text}`);
      return `${name}{${labels.join(",")}} ${value}`;
    })
    .toSorted();
}

const calls = (points: readonly MetricPoint[]) => points.filter(({ name }) => name.endsWith("calls"));
const durations = (points: readonly MetricPoint[]) => points.filter(({ name }) => name.endsWith("duration"));

describe("span metrics", () => {
  test("count spans by service, name, kind and status, across requests", async () => {
    const { consume, flush } = create();
    await consume(of("shop", span("GET /", 5), span("GET /", 7, ERROR)), of("cart", span("add", 1, { kind: 3 })));
    await consume(of("shop", span("GET /", 5), span("GET /", 1, { kind: 1, status: { code: 1 } })));
    expect(lines(calls(await flush()))).toEqual([
      "traces.span.metrics.calls{service.name=cart,span.name=add,span.kind=SPAN_KIND_CLIENT,status.code=STATUS_CODE_UNSET} 1",
      "traces.span.metrics.calls{service.name=shop,span.name=GET /,span.kind=SPAN_KIND_INTERNAL,status.code=STATUS_CODE_OK} 1",
      "traces.span.metrics.calls{service.name=shop,span.name=GET /,span.kind=SPAN_KIND_SERVER,status.code=STATUS_CODE_ERROR} 1",
      "traces.span.metrics.calls{service.name=shop,span.name=GET /,span.kind=SPAN_KIND_SERVER,status.code=STATUS_CODE_UNSET} 2",
    ]);
  });

  test("have durations with the Collector's bounds, in milliseconds or seconds", async () => {
    for (const [unit, factor] of [
      ["ms", 1],
      ["s", 1000],
    ] as const) {
      const { consume, flush } = create(`histogram: {unit: ${unit}}`);
      // On a bound it is in the bucket below it; a span that ends before it starts took no time.
      await consume(of("shop", span("a", 2), span("a", 2.000001), span("a", 16_000), span("a", -5)));
      const [point] = durations(await flush());
      const bounds = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000];
      expect(point).toMatchObject({
        name: "traces.span.metrics.duration",
        unit,
        kind: "histogram",
        bounds: bounds.map((bound) => bound / factor),
        buckets: [2, 1, ...Array(14).fill(0), 1],
        value: 4,
      });
      expect(point.sum).toBeCloseTo(16_004.000001 / factor, 9);
    }
  });

  test("take bounds from the configuration, and none when histograms are off", async () => {
    const explicit = create("histogram: {explicit: {buckets: [100us, 250ms, 1s]}}");
    await explicit.consume(of("shop", span("a", 0.05), span("a", 300)));
    expect(durations(await explicit.flush())[0]).toMatchObject({ bounds: [0.1, 250, 1000], buckets: [1, 0, 1, 0] });
    const none = create("histogram: {disable: true}");
    await none.consume(of("shop", span("a", 1)));
    expect((await none.flush()).map(({ name }) => name)).toEqual(["traces.span.metrics.calls"]);
  });

  test("have exponential histograms that hold every duration", async () => {
    const { consume, flush } = create("histogram: {unit: s, exponential: {max_size: 20}}");
    await consume(of("shop", ...[0, 1, 10, 100, 1000].map((millis) => span("a", millis))));
    const [{ kind, raw }] = durations(await flush());
    expect(kind).toBe("exponentialHistogram");
    const counts: number[] = raw.positive.bucketCounts.map(Number);
    expect(counts.length).toBeLessThanOrEqual(20);
    expect(counts.reduce((a, b) => a + b)).toBe(4);
    expect(raw).toMatchObject({ count: "5", zeroCount: "1", min: 0, max: 1 });
    const base = 2 ** (2 ** -raw.scale);
    for (const seconds of [0.001, 0.01, 0.1, 1]) {
      const index = counts.findIndex((count, i) => {
        const lower = base ** ((raw.positive.offset ?? 0) + i);
        return count > 0 && lower < seconds && seconds <= lower * base * (1 + 1e-12);
      });
      expect(index, String(seconds)).toBeGreaterThanOrEqual(0);
    }
  });

  test("use the namespace, or none", async () => {
    for (const [namespace, name] of [
      ["red", "red.calls"],
      ['""', "calls"],
    ]) {
      const { consume, flush } = create(`namespace: ${namespace}`);
      await consume(of("shop", span("a", 1)));
      expect((await flush())[0].name).toBe(name);
    }
  });

  test("take dimensions from the span, else its resource, else the default, else none", async () => {
    const { consume, flush } = create(`
exclude_dimensions: [span.kind, status.code, service.name]
histogram: {disable: true}
dimensions: [{name: http.response.status_code}, {name: region, default: nowhere}, {name: tenant}]`);
    await consume(
      {
        resource: { "service.name": "shop", region: "eu", tenant: "t0" },
        records: [
          span("a", 1, { attributes: { "http.response.status_code": 200, tenant: "t1" } }),
          // Older name, another type, the same value.
          span("a", 1, { attributes: { tenant: "t1", "http.status_code": "200" } }),
          span("a", 1, { attributes: { "http.response.status_code": double(1.5) } }),
        ],
      },
      of("other", span("a", 1)),
    );
    expect(lines(await flush())).toEqual([
      "traces.span.metrics.calls{span.name=a,http.response.status_code=1.5,region=eu,tenant=t0} 1",
      "traces.span.metrics.calls{span.name=a,http.response.status_code=200,region=eu,tenant=t1} 2",
      "traces.span.metrics.calls{span.name=a,region=nowhere} 1",
    ]);
  });

  test("leave out what is excluded, and add up what is then the same", async () => {
    const { consume, flush } = create(`
exclude_dimensions: [service.name, span.name, span.kind, status.code]
histogram: {disable: true}`);
    await consume(of("shop", span("a", 1), span("b", 1, ERROR)), of("cart", span("c", 1, { kind: 3 })));
    expect(lines(await flush())).toEqual(["traces.span.metrics.calls{} 3"]);
  });

  test("may have other dimensions for calls than for durations", async () => {
    const { consume, flush } = create(`
exclude_dimensions: [span.kind, status.code, service.name]
calls_dimensions: [{name: a}]
histogram: {dimensions: [{name: b}]}`);
    await consume(
      of("shop", span("x", 1, { attributes: { a: "1", b: "1" } }), span("x", 1, { attributes: { a: "1", b: "2" } })),
    );
    expect(lines(await flush())).toEqual([
      "traces.span.metrics.calls{span.name=x,a=1} 2",
      "traces.span.metrics.duration{span.name=x,b=1} 1",
      "traces.span.metrics.duration{span.name=x,b=2} 1",
    ]);
  });

  test("count span events by their own attributes as well", async () => {
    const { consume, flush } = create(`
exclude_dimensions: [span.kind, status.code]
histogram: {disable: true}
dimensions: [{name: region}]
events: {enabled: true, dimensions: [{name: exception.type}]}`);
    const event = (type: string) => ({ name: "exception", attributes: { "exception.type": type } });
    await consume(
      of("shop", span("a", 1, { attributes: { region: "eu" }, events: [event("E1"), event("E2"), event("E1")] })),
      of("shop", span("a", 1)),
    );
    expect(lines((await flush()).filter(({ name }) => name.endsWith("events")))).toEqual([
      "traces.span.metrics.events{service.name=shop,span.name=a,region=eu,exception.type=E1} 2",
      "traces.span.metrics.events{service.name=shop,span.name=a,region=eu,exception.type=E2} 1",
    ]);
  });

  test("name the scope of spans where asked to", async () => {
    const { consume, flush } = create(`
exclude_dimensions: [span.kind, status.code, service.name]
histogram: {disable: true}
include_instrumentation_scope: [http]`);
    const resource = { "service.name": "shop" };
    await consume(
      { resource, scope: { name: "http", version: "1.2" }, records: [span("a", 1)] },
      { resource, scope: { name: "pg", version: "3" }, records: [span("a", 1)] },
    );
    expect(lines(await flush())).toEqual([
      "traces.span.metrics.calls{span.name=a,span.instrumentation.scope.name=http,span.instrumentation.scope.version=1.2} 1",
      "traces.span.metrics.calls{span.name=a} 1",
    ]);
  });

  test("call a service without a name by the specification's", async () => {
    const { consume, flush } = create();
    await consume({ records: [span("a", 1)] });
    expect((await flush())[0].attributes["service.name"]).toBe("unknown_service");
  });
});

describe("resources", () => {
  const instance = (id: string, pid: number): RecordsOptions => ({
    resource: { "service.name": "shop", "service.instance.id": id, pid },
    records: [span("a", 1)],
  });
  async function check(yaml: string, expected: [resource: Record<string, string>, value: number][]): Promise<void> {
    const { consume, flush } = create(`histogram: {disable: true}\n${yaml}`);
    await consume(instance("1", 10), instance("2", 20), instance("1", 11));
    expect((await flush()).map(({ resource, value }) => [resource, value])).toEqual(expected);
  }

  test("are not told apart unless asked for", async () => {
    await check("", [[{}, 3]]);
  });

  test("are told apart by all their attributes, or by some", async () => {
    await check("add_resource_attributes: true", [
      [{ "service.name": "shop", "service.instance.id": "1", pid: "10" }, 1],
      [{ "service.name": "shop", "service.instance.id": "2", pid: "20" }, 1],
      [{ "service.name": "shop", "service.instance.id": "1", pid: "11" }, 1],
    ]);
    await check("add_resource_attributes: true\nresource_metrics_key_attributes: [service.instance.id]", [
      [{ "service.name": "shop", "service.instance.id": "1", pid: "10" }, 2],
      [{ "service.name": "shop", "service.instance.id": "2", pid: "20" }, 1],
    ]);
    await check("resource_metrics_key_attributes: [service.instance.id, service.name]", [
      [{ "service.name": "shop", "service.instance.id": "1" }, 2],
      [{ "service.name": "shop", "service.instance.id": "2" }, 1],
    ]);
  });
});

describe("time", () => {
  test("a series begins when it is first seen, and its points follow every interval", async () => {
    const { connector, consume, points } = create("metrics_flush_interval: 5s\nhistogram: {disable: true}");
    await connector.start?.();
    const begin = clock.now;
    await clock.advance(1200);
    await consume(of("shop", span("a", 1)));
    await clock.advance(3800);
    expect(points()).toMatchObject([{ start: begin + 1200, time: begin + 5000, value: 1, temporality: "cumulative" }]);
    await clock.advance(3000);
    await consume(of("shop", span("a", 1), span("b", 1)));
    await clock.advance(2000);
    expect(points()).toMatchObject([
      { start: begin + 1200, time: begin + 10_000, value: 2 },
      { start: begin + 8000, time: begin + 10_000, value: 1 },
    ]);
    await clock.advance(5000);
    expect(points().map(({ value }) => value)).toEqual([2, 1]);
    await connector.shutdown?.(clock.now + 1000);
  });

  test("a start never has the time of a flush, also when both happen at once", async () => {
    const { consume, flush } = create("histogram: {disable: true}");
    await consume(of("shop", span("a", 1)));
    const [first] = await flush();
    expect(first.start).toBe(clock.now);
    expect(first.time).toBe(clock.now + 1);
    await consume(of("shop", span("b", 1)));
    const [again, second] = await flush();
    expect(second.start).toBeGreaterThan(first.time);
    expect(second.time).toBeGreaterThan(second.start);
    expect(again).toMatchObject({ start: first.start, time: second.time });
  });

  test("what was counted and not flushed is flushed when it stops", async () => {
    const { connector, consume, points } = create("metrics_flush_interval: 5s");
    await connector.start?.();
    await consume(of("shop", span("a", 1)));
    await connector.shutdown?.(clock.now + 1000);
    expect(calls(points())[0].value).toBe(1);
    await clock.advance(60_000);
    expect(points()).toEqual([]);
  });

  test("an interval of 0 flushes with every batch", async () => {
    const { consume, points } = create("metrics_flush_interval: 0s\nhistogram: {disable: true}");
    await consume(of("shop", span("a", 1)));
    await consume(of("shop", span("a", 1)));
    expect(points().map(({ value }) => value)).toEqual([1, 2]);
  });

  test("deltas count what came since the last flush, without gaps in time", async () => {
    const { connector, consume, points } = create(`
aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
metrics_flush_interval: 5s`);
    await connector.start?.();
    const begin = clock.now;
    await consume(of("shop", span("a", 1), span("a", 1)));
    await clock.advance(5000);
    const first = points();
    expect(first).toMatchObject([
      { start: begin, time: begin + 5000, value: 2, temporality: "delta" },
      { start: begin, time: begin + 5000, value: 2, sum: 2 },
    ]);
    await clock.advance(2000);
    await consume(of("shop", span("a", 4)));
    await clock.advance(3000);
    expect(points()).toMatchObject([
      { start: begin + 5000, time: begin + 10_000, value: 1 },
      { start: begin + 5000, time: begin + 10_000, value: 1, sum: 4 },
    ]);
    await clock.advance(5000);
    expect(points()).toEqual([]);
    await connector.shutdown?.(clock.now + 1000);
  });

  test("a series that is not used ends, aloud, and begins anew when it comes back", async () => {
    const { connector, consume, points } = create(`
metrics_flush_interval: 5s
metrics_expiration: 12s
histogram: {disable: true}`);
    await connector.start?.();
    const begin = clock.now;
    await consume(of("shop", span("a", 1), span("b", 1)));
    await clock.advance(10_000);
    await consume(of("shop", span("b", 1)));
    points();
    await clock.advance(5000);
    const names = (all: MetricPoint[]) => all.map(({ attributes, isEnd }) => [attributes["span.name"], isEnd]);
    expect(names(points())).toEqual([
      ["b", false],
      ["a", true],
    ]);
    await consume(of("shop", span("a", 1)));
    await clock.advance(5000);
    const back = points();
    expect(names(back)).toEqual([
      ["b", false],
      ["a", false],
    ]);
    expect(back[1]).toMatchObject({ value: 1, start: begin + 15_001 });
    await connector.shutdown?.(clock.now + 1000);
  });
});

describe("when the metrics pipeline refuses", () => {
  const refuse = () => new RetryableError("full");

  test("spans are taken all the same, and the sums come with the next flush", async () => {
    const { connector, consume, points, sinks, settings } = create(
      "metrics_flush_interval: 5s\nhistogram: {disable: true}",
    );
    await connector.start?.();
    sinks.metrics.answer = refuse;
    await consume(of("shop", span("a", 1)));
    await clock.advance(5000);
    await clock.advance(5000);
    expect(points()).toHaveLength(2);
    sinks.metrics.answer = () => undefined;
    await consume(of("shop", span("a", 1)));
    await clock.advance(5000);
    expect(points()).toMatchObject([{ value: 2 }]);
    expect(settings.lines.filter(({ msg }) => msg === "cannot flush metrics; they are tried again")).toHaveLength(1);
    expect(await settings.samples("refused")).toEqual([
      'goldspan_connector_refused_flushes_total{connector="span_metrics"} 2',
    ]);
    await connector.shutdown?.(clock.now + 1000);
  });

  test("deltas are kept, in order, and those that are never taken are counted as lost", async () => {
    const { connector, consume, points, sinks, settings } = create(`
aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
metrics_flush_interval: 5s
histogram: {disable: true}`);
    await connector.start?.();
    sinks.metrics.answer = refuse;
    for (let i = 0; i < 3; i++) {
      await consume(of("shop", ...Array.from({ length: i + 1 }, () => span("a", 1))));
      await clock.advance(5000);
    }
    points();
    sinks.metrics.answer = () => undefined;
    await clock.advance(5000);
    expect(points().map(({ value }) => value)).toEqual([1, 2, 3]);
    sinks.metrics.answer = refuse;
    await consume(of("shop", span("a", 1)));
    await connector.shutdown?.(clock.now + 1000);
    expect(await settings.samples("lost")).toEqual([
      'goldspan_connector_lost_points_total{connector="span_metrics"} 1',
    ]);
  });

  test("points that are rejected for good are counted, and complained of once", async () => {
    const { connector, consume, sinks, settings } = create("metrics_flush_interval: 5s\nhistogram: {disable: true}");
    await connector.start?.();
    sinks.metrics.answer = () => ({ rejected: 1, message: "too old" });
    await consume(of("shop", span("a", 1)));
    await clock.advance(10_000);
    expect(await settings.samples("lost")).toEqual([
      'goldspan_connector_lost_points_total{connector="span_metrics"} 2',
    ]);
    expect(settings.lines.filter(({ reason }) => reason === "too old")).toHaveLength(1);
    await connector.shutdown?.(clock.now + 1000);
  });
});

describe("exemplars", () => {
  test("are there when asked for, with the ids of a span of each bucket, and only once", async () => {
    const { consume, flush } = create("exemplars: {enabled: true, max_per_data_point: 2}");
    const ids = (n: number) => ({ traceId: String(n).repeat(32), spanId: String(n).repeat(16) });
    await consume(
      of("shop", span("a", 1, ids(1)), span("a", 1.5, ids(2)), span("a", 30, ids(3)), span("a", 700, ids(4))),
    );
    const now = clock.now;
    const points = await flush();
    for (const point of points)
      expect(point.exemplars.toSorted((a, b) => a.value - b.value)).toEqual([
        { ...ids(3), value: 30, time: now },
        { ...ids(4), value: 700, time: now },
      ]);
    expect((await flush()).flatMap(({ exemplars }) => exemplars)).toEqual([]);
    await consume(of("shop", span("a", 1, ids(5))));
    expect((await flush())[0].exemplars).toMatchObject([ids(5)]);
  });

  test("are not there when not asked for", async () => {
    const { consume, flush } = create();
    await consume(of("shop", span("a", 1)));
    expect((await flush()).flatMap(({ exemplars }) => exemplars)).toEqual([]);
  });
});

describe("limits", () => {
  test("beyond a service's limit spans count in one series, and other services are not touched", async () => {
    const { consume, flush, settings } = create(`
aggregation_cardinality_limit: 2
histogram: {disable: true}
exclude_dimensions: [span.kind, status.code]
dimensions: [{name: user}]`);
    const user = (id: string) => ({ attributes: { user: id } });
    await consume(
      of("noisy", ...["1", "2", "3", "4", "1"].map((id) => span("a", 1, user(id)))),
      of("calm", span("a", 1, user("9"))),
    );
    await consume(of("noisy", span("a", 1, user("3")), span("new name", 1)));
    expect(lines(await flush())).toEqual([
      "traces.span.metrics.calls{service.name=calm,span.name=a,user=9} 1",
      "traces.span.metrics.calls{service.name=noisy,otel.metric.overflow=true} 4",
      "traces.span.metrics.calls{service.name=noisy,span.name=a,user=1} 2",
      "traces.span.metrics.calls{service.name=noisy,span.name=a,user=2} 1",
    ]);
    expect(await settings.samples("goldspan_span_metrics")).toEqual([
      "goldspan_span_metrics_series 4",
      "goldspan_span_metrics_overflowing_services 1",
    ]);
  });

  test("beyond the number of services spans count together, until those go that are not used", async () => {
    const { connector, consume, points } = create(`
resource_metrics_cache_size: 2
histogram: {disable: true}
metrics_flush_interval: 5s
exclude_dimensions: [span.kind, status.code]`);
    await connector.start?.();
    await consume(of("s1", span("a", 1)), of("s2", span("a", 1)), of("s3", span("a", 1)), of("s4", span("b", 1)));
    await clock.advance(5000);
    expect(lines(points())).toEqual([
      "traces.span.metrics.calls{otel.metric.overflow=true} 2",
      "traces.span.metrics.calls{service.name=s1,span.name=a} 1",
      "traces.span.metrics.calls{service.name=s2,span.name=a} 1",
    ]);
    await consume(of("s2", span("a", 1)));
    await clock.advance(5000);
    expect(points().filter(({ isEnd }) => isEnd)).toMatchObject([{ attributes: { "service.name": "s1" } }]);
    await consume(of("s3", span("a", 1)));
    await clock.advance(5000);
    expect(lines(points()).filter((line) => line.includes("s3"))).toEqual([
      "traces.span.metrics.calls{service.name=s3,span.name=a} 1",
    ]);
    await connector.shutdown?.(clock.now + 1000);
  });

  test("long names are cut, at a character", async () => {
    const { consume, flush } = create();
    await consume(of("shop", span(`${"x".repeat(511)}ü tail`, 1)));
    expect((await flush())[0].attributes["span.name"]).toBe("x".repeat(511));
  });

  test("more series than one request should hold are sent in several", async () => {
    const { consume, sinks, flush } = create("histogram: {disable: true}");
    await consume(of("shop", ...Array.from({ length: 4500 }, (_, i) => span(`op ${i}`, 1))));
    const batches = sinks.metrics.batches;
    const taken: number[] = [];
    sinks.metrics.answer = ({ count }) => void taken.push(count);
    const points = await flush();
    expect(taken).toEqual([2000, 2000, 500]);
    expect(batches).toEqual([]);
    expect(new Set(points.map(({ attributes }) => attributes["span.name"])).size).toBe(4500);
  });
});
