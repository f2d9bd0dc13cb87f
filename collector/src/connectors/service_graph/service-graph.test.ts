import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { spanBatch, type RecordsOptions } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { metricPoints, type MetricPoint } from "../../../test/kit/metric-points.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { serviceGraphConnector } from "./factory.ts";

await serviceGraphConnector.load?.();

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));
afterEach(() => clock.restore());

const [SERVER, CLIENT, PRODUCER, CONSUMER] = [2, 3, 4, 5];
const START = 1_700_000_000_000_000_000n;

interface Options {
  kind: number;
  id: number;
  parent?: number;
  millis?: number;
  trace?: number;
  failed?: boolean;
  attributes?: Record<string, any>;
  links?: { trace: number; id: number }[];
}

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");

function span({
  kind,
  id,
  parent,
  millis = 10,
  trace = 1,
  failed,
  attributes,
  links,
}: Options): Record<string, unknown> {
  return {
    kind,
    traceId: hex(trace, 32),
    spanId: hex(id, 16),
    ...(parent !== undefined && { parentSpanId: hex(parent, 16) }),
    startTimeUnixNano: String(START),
    endTimeUnixNano: String(START + BigInt(millis) * 1_000_000n),
    ...(failed && { status: { code: 2 } }),
    attributes,
    links: links?.map((link) => ({ traceId: hex(link.trace, 32), spanId: hex(link.id, 16) })),
  };
}

function of(service: string, ...spans: Options[]): RecordsOptions {
  return { resource: { "service.name": service }, records: spans.map(span) };
}

async function create(yaml = "") {
  const settings = testSettings("connector", "service_graph");
  const sinks = createSinks();
  const connector = serviceGraphConnector.create(settings, readConfig(serviceGraphConnector.config, yaml), sinks);
  await connector.start?.();
  const consume = async (...parts: RecordsOptions[]) => connector.traces?.consume(spanBatch(...parts));
  /** What came since the last time. */
  const points = () => metricPoints(sinks.metrics.batches.splice(0));
  const stop = async () => {
    await connector.shutdown?.(Date.now() + 1000);
    return points();
  };
  return { connector, settings, sinks, consume, points, stop };
}

/** Counters that are not 0, as client -> server [type] and what else there is. */
function edges(points: readonly MetricPoint[], of = "request"): string[] {
  const names: Record<string, string> = {
    traces_service_graph_request_total: "request",
    traces_service_graph_request_failed_total: "failed",
    traces_service_graph_unpaired_spans_total: "unpaired",
    traces_service_graph_dropped_spans_total: "dropped",
  };
  return points
    .filter(({ name, value }) => names[name] === of && value > 0)
    .map(({ attributes: { client, server, connection_type: type, ...more }, value }) => {
      const rest = Object.entries(more).map(([key, text]) => ` ${key}=${text}`);
      return `${client} -> ${server} [${type}]${rest.join("")} ${value}`;
    })
    .toSorted();
}

/** What comes of these requests, one after the other. */
async function check(yaml: string, requests: RecordsOptions[][], expected: string[]): Promise<MetricPoint[]> {
  const { consume, stop } = await create(yaml);
  for (const parts of requests) await consume(...parts);
  const points = await stop();
  expect(edges(points)).toEqual(expected);
  return points;
}

const client = of("web", { kind: CLIENT, id: 1, millis: 30 });
const server = of("shop", { kind: SERVER, id: 2, parent: 1, millis: 20 });

describe("a service graph", () => {
  test("pairs client and server, in any order, in one request or in two", async () => {
    for (const requests of [[[client, server]], [[server, client]], [[client], [server]], [[server], [client]]]) {
      const points = await check("", requests, ["web -> shop [] 1"]);
      const histograms = points.filter(({ kind }) => kind === "histogram");
      expect(histograms.map(({ name, unit, sum, value }) => [name, unit, sum, value])).toEqual([
        ["traces_service_graph_request_server", "s", 0.02, 1],
        ["traces_service_graph_request_client", "s", 0.03, 1],
      ]);
      expect(edges(points, "unpaired")).toEqual([]);
    }
  });

  test("says what failed, on either side", async () => {
    const failing = (side: "client" | "server", trace: number) => [
      of("web", { kind: CLIENT, id: 1, trace, failed: side === "client" }),
      of("shop", { kind: SERVER, id: 2, parent: 1, trace, failed: side === "server" }),
    ];
    const points = await check(
      "",
      [[client, server], failing("client", 2), failing("server", 3)],
      ["web -> shop [] 3"],
    );
    expect(edges(points, "failed")).toEqual(["web -> shop [] 2"]);
  });

  test("counts no failures as 0, so that a first one is an increase", async () => {
    const points = await check("", [[client, server]], ["web -> shop [] 1"]);
    expect(points.find(({ name }) => name.endsWith("failed_total"))?.value).toBe(0);
  });

  test("tells traces apart that use the same span ids", async () => {
    const points = await check("", [[client], [of("shop", { kind: SERVER, id: 2, parent: 1, trace: 2 })]], []);
    expect(edges(points, "unpaired")).toEqual([" -> shop [] 1", "web ->  [] 1"]);
  });

  test("counts one server for a client, and every consumer of a producer", async () => {
    const consumer = (id: number) => of("worker", { kind: CONSUMER, id, parent: 1 });
    const second = of("shop", { kind: SERVER, id: 3, parent: 1 });
    const points = await check("", [[client, server], [second]], ["web -> shop [] 1"]);
    expect(edges(points, "unpaired")).toEqual([" -> shop [] 1"]);
    const producer = of("web", { kind: PRODUCER, id: 1 });
    for (const requests of [
      [[producer], [consumer(2), consumer(3)]],
      [[consumer(2)], [consumer(3), producer]],
    ]) {
      const messages = await check("", requests, ["web -> worker [messaging_system] 2"]);
      expect(edges(messages, "unpaired")).toEqual([]);
    }
  });

  test("follows the links of a consumer without a parent", async () => {
    const producers = [of("web", { kind: PRODUCER, id: 1, trace: 1 }), of("mail", { kind: PRODUCER, id: 1, trace: 2 })];
    const links = [
      { trace: 1, id: 1 },
      { trace: 2, id: 1 },
    ];
    const consumer = of("worker", { kind: CONSUMER, id: 9, trace: 3, links });
    const expected = ["mail -> worker [messaging_system] 1", "web -> worker [messaging_system] 1"];
    await check("", [producers, [consumer]], expected);
    await check("", [[consumer], producers], expected);
  });
});

describe("virtual nodes", () => {
  test("a root span of a server was called by the user, at once", async () => {
    const { consume, points, stop } = await create("metrics_flush_interval: 1s");
    await consume(of("web", { kind: SERVER, id: 1, failed: true }), of("job", { kind: CONSUMER, id: 2, trace: 2 }));
    await clock.advance(1000);
    const first = points();
    expect(edges(first)).toEqual(["user -> job [virtual_node] 1", "user -> web [virtual_node] 1"]);
    expect(edges(first, "failed")).toEqual(["user -> web [virtual_node] 1"]);
    // How long the user waited is not known.
    expect(first.filter(({ name }) => name.endsWith("client"))).toEqual([]);
    await stop();
  });

  test("a parent id of zeros is none", async () => {
    await check("", [[of("web", { kind: SERVER, id: 1, parent: 0 })]], ["user -> web [virtual_node] 1"]);
  });

  test("a client's peer stands in for a server that sends nothing, when its time is up", async () => {
    const { consume, points, stop } = await create("metrics_flush_interval: 1s\nstore: {ttl: 5s}");
    await consume(of("web", { kind: CLIENT, id: 1, millis: 7, attributes: { "peer.service": "bank" } }));
    await clock.advance(4000);
    expect(points()).toEqual([]);
    await clock.advance(4000);
    const all = points();
    expect(edges(all).slice(-1)).toEqual(["web -> bank [virtual_node] 1"]);
    expect(all.filter(({ name }) => name.endsWith("server"))).toEqual([]);
    expect(all.find(({ name }) => name.endsWith("client"))?.sum).toBe(0.007);
    // Who comes later than that has missed it.
    await consume(of("bank", { kind: SERVER, id: 2, parent: 1 }));
    expect(edges(await stop(), "unpaired")).toEqual([" -> bank [] 1"]);
  });

  test("the first peer attribute in the configuration's order counts, under its old or its new name", async () => {
    const attributes = { "net.peer.name": "10.0.0.1", "service.peer.name": "bank" };
    const call = of("web", { kind: CLIENT, id: 1, attributes });
    await check("", [[call]], ["web -> bank [virtual_node] 1"]);
    await check(
      "virtual_node_peer_attributes: [server.address, peer.service]",
      [[call]],
      ["web -> 10.0.0.1 [virtual_node] 1"],
    );
  });

  describe("an unanswered call to an address", () => {
    const at = (port: number, more = {}) => ({ "server.address": "127.0.0.1", "server.port": port, ...more });
    const peers = "virtual_node_peer_attributes: [peer.service, server.address]";
    const pair = (port: number, service: string, trace: number) => [
      of("web", { kind: CLIENT, id: 1, trace, attributes: at(port) }),
      of(service, { kind: SERVER, id: 2, parent: 1, trace }),
    ];
    const refused = (port: number, more = {}) =>
      of("web", { kind: CLIENT, id: 9, trace: 9, failed: true, attributes: at(port, more) });

    test("is a failed one to the service that has answered there, whichever span came first", async () => {
      for (const parts of [pair(8080, "shop", 1), pair(8080, "shop", 1).toReversed()]) {
        const points = await check(peers, [parts, [refused(8080)]], ["web -> shop [] 2"]);
        expect(edges(points, "failed")).toEqual(["web -> shop [] 1"]);
      }
    });

    test("is one to the address where nobody or more than one service has answered", async () => {
      await check(peers, [[refused(8080)]], ["web -> 127.0.0.1 [virtual_node] 1"]);
      await check(
        peers,
        [pair(8080, "shop", 1), [refused(8081)]],
        ["web -> 127.0.0.1 [virtual_node] 1", "web -> shop [] 1"],
      );
      await check(
        peers,
        [pair(8080, "shop", 1), pair(8080, "bank", 2), pair(8080, "bank", 3), [refused(8080)]],
        ["web -> 127.0.0.1 [virtual_node] 1", "web -> bank [] 2", "web -> shop [] 1"],
      );
    });

    test("is one to the name it gives", async () => {
      await check(
        peers,
        [pair(8080, "shop", 1), [refused(8080, { "peer.service": "cards" })]],
        ["web -> cards [virtual_node] 1", "web -> shop [] 1"],
      );
    });
  });

  test("a client that names no peer is unpaired", async () => {
    const points = await check("", [[client]], []);
    expect(edges(points, "unpaired")).toEqual(["web ->  [] 1"]);
  });

  test("an empty list of peer attributes means none at all", async () => {
    const points = await check(
      "virtual_node_peer_attributes: []",
      [
        [
          of("web", { kind: SERVER, id: 1 }),
          of("web", { kind: CLIENT, id: 2, attributes: { "peer.service": "bank" } }),
        ],
      ],
      [],
    );
    expect(edges(points, "unpaired")).toEqual(["web ->  [] 1"]);
  });

  test("databases are known by their name and wait for nobody", async () => {
    const { consume, points, stop } = await create("metrics_flush_interval: 1s");
    await consume(
      of("shop", { kind: CLIENT, id: 1, millis: 4, attributes: { "db.name": "orders", "peer.service": "x" } }),
    );
    await clock.advance(1000);
    const first = points();
    expect(edges(first)).toEqual(["shop -> orders [database] 1"]);
    expect(first.filter(({ kind }) => kind === "histogram").map(({ sum }) => sum)).toEqual([0.004, 0.004]);
    await stop();
    const current = of("shop", { kind: CLIENT, id: 1, attributes: { "db.namespace": "orders" } });
    await check("", [[current]], ["shop -> orders [database] 1"]);
    const system = of("shop", { kind: CLIENT, id: 1, attributes: { "db.system.name": "redis" } });
    await check("database_name_attributes: [db.name, db.system]", [[system]], ["shop -> redis [database] 1"]);
    await check("database_name_attribute: db.system", [[system]], ["shop -> redis [database] 1"]);
    await check("", [[system]], ["shop -> redis [virtual_node] 1"]);
  });

  test("queues stand in for consumers and producers that send nothing", async () => {
    const attributes = { "messaging.system": "kafka", "messaging.destination.name": "orders" };
    await check(
      "",
      [
        [of("web", { kind: PRODUCER, id: 1, attributes })],
        [of("worker", { kind: CONSUMER, id: 2, trace: 2, attributes })],
        [of("late", { kind: CONSUMER, id: 2, parent: 7, trace: 3, attributes: { "messaging.system": "kafka" } })],
      ],
      [
        "kafka -> late [messaging_system] 1",
        "orders -> worker [messaging_system] 1",
        "web -> orders [messaging_system] 1",
      ],
    );
  });

  test("an extra label says which side is virtual", async () => {
    await check(
      "virtual_node_extra_label: true",
      [
        [client, server, of("web", { kind: SERVER, id: 3 })],
        [of("web", { kind: CLIENT, id: 4, attributes: { "peer.service": "bank" } })],
      ],
      [
        "user -> web [virtual_node] virtual_node=client 1",
        "web -> bank [virtual_node] virtual_node=server 1",
        "web -> shop [] virtual_node= 1",
      ],
    );
  });
});

describe("options", () => {
  test("dimensions of both sides become labels, from the span or its resource", async () => {
    const requests = [
      [{ ...client, resource: { "service.name": "web", region: "eu" } }],
      [of("shop", { kind: SERVER, id: 2, parent: 1, attributes: { "http.method": "GET" } })],
    ];
    for (const order of [requests, requests.toReversed()])
      await check("dimensions: [http.method, region]", order, [
        "web -> shop [] client_region=eu server_http.method=GET 1",
      ]);
  });

  test("bounds of the histograms", async () => {
    const points = await check("latency_histogram_buckets: [15ms, 25ms]", [[client, server]], ["web -> shop [] 1"]);
    const histograms = points.filter(({ kind }) => kind === "histogram");
    expect(histograms.map(({ bounds, buckets }) => [bounds, buckets])).toEqual([
      [
        [0.015, 0.025],
        [0, 1, 0],
      ],
      [
        [0.015, 0.025],
        [0, 0, 1],
      ],
    ]);
  });

  test("exponential histograms", async () => {
    const points = await check("exponential_histogram_max_size: 50", [[client, server]], ["web -> shop [] 1"]);
    expect(points.filter(({ kind }) => kind === "exponentialHistogram").map(({ raw }) => raw.sum)).toEqual([
      0.02, 0.03,
    ]);
  });

  test("times of points are put back", async () => {
    const { consume, stop } = await create("metrics_timestamp_offset: 30s");
    await consume(client, server);
    const begin = clock.now;
    await clock.advance(10);
    const [point] = await stop();
    expect([point.start, point.time]).toEqual([begin - 30_000, begin + 10 - 30_000]);
  });

  test("no more spans wait than there may, and what is dropped is counted", async () => {
    const { consume, stop, settings } = await create("store: {max_items: 2, ttl: 5s}");
    const call = (trace: number) => of("web", { kind: CLIENT, id: 1, trace });
    await consume(call(1), call(2), call(3));
    expect(await settings.samples("servicegraph")).toEqual([
      "otelcol_connector_servicegraph_dropped_spans 1",
      "otelcol_connector_servicegraph_total_edges 2",
      "otelcol_connector_servicegraph_expired_edges 0",
    ]);
    // Whoever has waited too long makes room, also before the timer comes.
    await clock.advance(5001);
    await consume(call(4), call(5));
    const points = await stop();
    expect(edges(points, "dropped")).toEqual(["web ->  [] 1"]);
    expect(edges(points, "unpaired")).toEqual(["web ->  [] 4"]);
  });

  test("waiting spans are looked after every store_expiration_loop", async () => {
    const { consume, settings, stop } = await create("store: {ttl: 1s}\nstore_expiration_loop: 10s");
    await consume(client);
    await clock.advance(9000);
    expect(await settings.samples("waiting")).toEqual(["goldspan_service_graph_waiting_spans 1"]);
    await clock.advance(2000);
    expect(await settings.samples("waiting")).toEqual(["goldspan_service_graph_waiting_spans 0"]);
    await stop();
  });

  test("edges that nobody uses end after 15 minutes, and waiting spans keep what they know", async () => {
    const { consume, points, stop } = await create(
      "metrics_flush_interval: 1m\ncache_loop: 1m\nstore: {ttl: 1h}\ndimensions: [d]",
    );
    await consume(client, server);
    await clock.advance(15 * 60_000);
    expect(points().some(({ isEnd }) => isEnd)).toBe(false);
    const peer = { "peer.service": "bank", d: "x" };
    await consume(of("new", { kind: CLIENT, id: 5, attributes: peer }), of("web", { kind: SERVER, id: 8, trace: 8 }));
    await clock.advance(2 * 60_000);
    const ended = points().filter(({ isEnd }) => isEnd);
    expect(new Set(ended.map(({ attributes }) => attributes.client))).toEqual(new Set(["web"]));
    expect(edges(await stop())).toEqual(["new -> bank [virtual_node] client_d=x 1", "user -> web [virtual_node] 1"]);
  });

  test("histograms carry the ids of a request as exemplars", async () => {
    const points = await check("", [[server], [client]], ["web -> shop [] 1"]);
    const ids = { traceId: hex(1, 32), spanId: hex(1, 16) };
    expect(points.flatMap(({ exemplars }) => exemplars)).toMatchObject([
      { ...ids, value: 0.02 },
      { ...ids, value: 0.03 },
    ]);
  });

  test("flushes every interval, and with every batch when that is 0", async () => {
    const { consume, points, stop } = await create("metrics_flush_interval: 0s");
    await consume(client);
    await consume(server);
    expect(edges(points())).toEqual(["web -> shop [] 1"]);
    await stop();
  });
});
