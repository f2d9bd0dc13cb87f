/**
 * Answers the contract's paths from the corpus. In: an address; out: status and JSON. Knows no sockets, so that it can be called
 * from a test as well as from mock-server.ts.
 */
import type {
  WireBoardDocument,
  WireError,
  WireInfo,
  WireSession,
  WirePin,
  WireSearchLine,
  WireSuggestions,
  WireTraceSearch,
} from "goldspan/contract";
import type { Answer } from "./answer.ts";
import { Corpus } from "./corpus.ts";
import { allAttributes, attributeText, MockQueryError, parseMockQuery } from "./mock-query.ts";
import { MockAlerts } from "./mock-alerts.ts";
import { MockBoards } from "./mock-boards.ts";
import { mockException, mockExceptions } from "./mock-exceptions.ts";
import { MockLogs } from "./mock-logs.ts";
import { mockErrors, mockExamples, mockGolden, mockGoldenDetail, mockInstances, mockReleases } from "./mock-golden.ts";
import { largeMap } from "./large-map.ts";
import { mockCardinality, mockMap } from "./mock-map.ts";
import { answerPrometheus } from "./mock-prom.ts";
import { hueOfShopService, summarizeOperations, summarizeServices } from "./mock-red.ts";
import { emptyStorage, mockStorage } from "./mock-storage.ts";
import { searchTraces, toOtlpLogs, toOtlpTraces, type Bounds } from "./mock-traces.ts";
import { SHOP_SERVICES } from "./shop-services.ts";
import type { ShopTrace } from "./trace-generator.ts";

export class MockApi {
  readonly corpus: Corpus;
  /** No data at all, as after the first start. */
  empty = false;
  /** A test was sent to a mock that was empty. */
  testArrived = false;
  /** The map has 50 services. */
  manyServices = false;
  private readonly startedAt: number;
  private readonly alerts: MockAlerts;
  private readonly boards: MockBoards;
  private readonly logs = new MockLogs();
  private readonly pins = new Map<string, WirePin>();

  constructor(startedAt: number) {
    this.startedAt = startedAt;
    this.corpus = new Corpus(startedAt);
    this.alerts = new MockAlerts(startedAt);
    this.boards = new MockBoards(startedAt);
  }

  answer(address: URL, now: number, method = "GET", sent?: unknown): Answer {
    this.corpus.advance(now);
    if (address.pathname.startsWith("/prometheus/")) return this.prometheus(address, now);
    const path = address.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
    const params = address.searchParams;
    const bounds = readBounds(params, now);
    const limit = Number(params.get("limit") ?? 20);
    const buckets = Number(params.get("buckets") ?? 30);
    const traces: readonly ShopTrace[] = this.empty ? [] : this.corpus.traces;
    if (path[0] === "alerting")
      return (
        this.alerts.answer(path.slice(1), this.empty, { method, sent, now }, params) ??
        failure(404, `cannot find ${address.pathname}`)
      );
    if (method === "POST" && path[0] === "test-trace") return this.takeTest();
    if (method !== "GET" && path[0] === "boards") return this.changeBoard(method, path[1], sent, now);
    if (method !== "GET" && path[0] === "log-searches") return this.logs.changeSearch(method, path[1], sent, now);
    if (method !== "GET") return this.change(method, path[1] ?? "", now);
    try {
      if (path[0] === "logs") {
        const logs = this.empty ? [] : this.corpus.logs;
        return this.logs.answer(path[1], params, logs, now) ?? failure(404, `cannot find ${address.pathname}`);
      }
      const body = this.route(path, params, { traces, bounds, limit, buckets });
      if (path[0] === "traces" && !path[1]) return { status: 200, body, lines: searchLines(body as WireTraceSearch) };
      return body === undefined ? failure(404, `cannot find ${address.pathname}`) : { status: 200, body };
    } catch (error) {
      if (error instanceof MockQueryError)
        return failure(400, error.message, { position: error.position, hint: error.hint });
      throw error;
    }
  }

  private route(path: string[], params: URLSearchParams, ask: Ask): unknown {
    const { traces, bounds, limit, buckets } = ask;
    const [head, second, third] = path;
    if (head === "info") return this.info();
    if (head === "session") return { auth: "none" } satisfies WireSession;
    if (head === "services" && !second) return summarizeServices(traces, bounds, buckets);
    if (head === "services" && third === "operations") return summarizeOperations(traces, second, bounds, buckets);
    if (head === "services" && third === "instances") return mockInstances(traces, second, bounds);
    if (head === "services" && third === "errors") return mockErrors(traces, second, bounds, limit);
    if (head === "services" && third === "examples") return mockExamples(traces, second, bounds, limit);
    if (head === "golden" && second) return mockGoldenDetail(traces, second, bounds, buckets);
    if (head === "golden") return mockGolden(traces, bounds, buckets);
    if (head === "releases") return mockReleases(traces, params.get("service") ?? "", bounds);
    if (head === "map" && this.manyServices) return largeMap();
    if (head === "map") return mockMap(traces, params.get("service") ?? "", bounds);
    if (head === "cardinality") return mockCardinality(this.empty);
    if (head === "boards" && third === "file") return this.boards.get(second)?.board;
    if (head === "boards") return second ? this.boards.get(second) : this.empty ? { boards: [] } : this.boards.list();
    if (head === "storage") return this.empty ? emptyStorage(this.startedAt) : mockStorage(this.startedAt);
    if (head === "pins") return { pins: [...this.pins.values()].reverse() };
    if (head === "service-colors")
      return { colors: Object.fromEntries(Object.keys(SHOP_SERVICES).map((n) => [n, hueOfShopService(n)])) };
    if (head === "traces" && !second) return searchTraces(traces, parseMockQuery(params.get("q") ?? ""), bounds, limit);
    if (head === "exceptions" && second) return mockException(traces, second, bounds, buckets);
    if (head === "exceptions") return mockExceptions(traces, params, bounds, limit);
    if (head === "log-searches") return this.logs.listSearches();
    if (head === "attributes") return suggest(traces, third === "values" ? second : undefined, params, limit);
    const trace = head === "traces" && !this.empty ? this.corpus.find(second) : undefined;
    if (!trace) return undefined;
    return third === "logs" ? toOtlpLogs(trace) : toOtlpTraces(trace);
  }

  private prometheus(address: URL, now: number): Answer {
    const path = address.pathname.replace("/prometheus/api/v1/", "").split("/").map(decodeURIComponent);
    const seconds = (name: string, otherwise: number): number =>
      1000 * Number(address.searchParams.get(name) ?? otherwise / 1000);
    const bounds = { start: seconds("start", now - 3_600_000), end: seconds("end", now) };
    return answerPrometheus(path, address.searchParams, this.empty ? [] : this.corpus.traces, bounds);
  }

  private changeBoard(method: string, id: string | undefined, sent: unknown, now: number): Answer {
    if (method === "DELETE" && id) {
      return this.boards.remove(id)
        ? { status: 204, body: {} }
        : failure(404, `cannot delete the board ${id}: there is none`);
    }
    if (id === "import") return { status: 201, body: this.boards.import(sent as Record<string, unknown>, now) };
    if (method === "POST") return { status: 201, body: this.boards.add(sent as WireBoardDocument, now) };
    return { status: 200, body: this.boards.put(id ?? "", sent as WireBoardDocument, now) };
  }

  /** PUT and DELETE of a pin. */
  private change(method: string, traceId: string, now: number): Answer {
    if (method === "DELETE") {
      return this.pins.delete(traceId) ? { status: 200, body: {} } : failure(404, "cannot unpin: it is not pinned");
    }
    const trace = this.corpus.find(traceId);
    if (!trace) return failure(404, `cannot pin the trace ${traceId}: it never came, or its time is over`);
    const counts = { spanCount: trace.spans.length, logCount: trace.logs.length, bytes: trace.spans.length * 64 };
    const pin: WirePin = { traceId, reason: "", pinnedAtMillis: now, isComplete: true, ...counts };
    this.pins.set(traceId, pin);
    return { status: 200, body: pin };
  }

  /** What an empty mock has from then on is the shop. */
  private takeTest(): Answer {
    this.testArrived = true;
    const { traceId, spans } = this.corpus.traces[0];
    const sent = { spans: spans.length, logs: 0, points: 0 };
    return { status: 200, body: { traceId, services: Object.keys(SHOP_SERVICES), instance: "1", sent } };
  }

  private info(): WireInfo {
    const ports = { otlp_grpc: 4317, otlp_http: 4318, web: 8317 };
    const receivers = mockReceivers();
    return { version: "0.1.0", startedAtMillis: this.startedAt, ports, receivers, hasData: !this.empty };
  }
}

/** The default configuration's. */
function mockReceivers(): WireInfo["receivers"] {
  const otlp = { id: "otlp", type: "otlp", host: "localhost", transport: "tcp", tls: false, wantsAuth: false } as const;
  return [
    { ...otlp, name: "grpc", port: 4317 },
    { ...otlp, name: "http", port: 4318 },
  ];
}

interface Ask {
  readonly traces: readonly ShopTrace[];
  readonly bounds: Bounds;
  readonly limit: number;
  readonly buckets: number;
}

function readBounds(params: URLSearchParams, now: number): Bounds {
  return { start: Number(params.get("start") ?? now - 3_600_000), end: Number(params.get("end") ?? now) };
}

/** Half of what is found, how far that is, the rest. */
function searchLines({ traces, truncated }: WireTraceSearch): WireSearchLine[] {
  const lines = traces.map((trace) => ({ trace }));
  const half = Math.ceil(lines.length / 2);
  return [...lines.slice(0, half), { progress: 0.5 }, ...lines.slice(half), { progress: 1, truncated }];
}

function failure(code: number, message: string, more: { position?: number; hint?: string } = {}): Answer {
  const body: WireError = { error: { code, message, ...more } };
  return { status: code, body };
}

function suggest(
  traces: readonly ShopTrace[],
  key: string | undefined,
  params: URLSearchParams,
  limit: number,
): WireSuggestions {
  const counts = new Map<string, number>();
  const prefix = (params.get("prefix") ?? "").toLowerCase();
  for (const entry of traces.slice(-150).flatMap((trace) => trace.spans)) {
    for (const pair of allAttributes(entry)) {
      if (key !== undefined && pair.key !== key) continue;
      const text = key === undefined ? pair.key : attributeText(pair.value);
      if (text.toLowerCase().startsWith(prefix)) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit);
  return { suggestions: ranked.map(([text, count]) => ({ text, count })) };
}
