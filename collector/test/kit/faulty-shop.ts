/**
 * A shop of four services whose requests may be made to go wrong: traces and logs of it for tests that look for the fault. Deterministic:
 * the same seed gives the same requests. Times are milliseconds after EPOCH of simple-otlp.ts.
 *
 *   gateway GET /checkout ─> payments POST /charge ─> db (a call without a server's half)
 *                         └> inventory GET /stock ─> db
 */
import { Random } from "./random.ts";
import type { SimpleLog, SimpleSpan } from "./simple-otlp.ts";

export interface ShopRequest {
  readonly n: number;
  readonly at: number;
  /** Of payments' instance, 0 to 3. */
  readonly host: number;
  version: string;
  /** Payments answers with an error. */
  fails: boolean;
  /** Milliseconds that inventory's query takes. */
  queryMs: number;
  /** Calls to payments until the gateway is content. */
  attempts: number;
}

export type Fault = (request: ShopRequest, random: Random) => void;

export interface ShopPeriod {
  readonly from: number;
  readonly until: number;
  readonly requests: number;
  readonly fault?: Fault;
}

export interface ShopTelemetry {
  readonly spans: SimpleSpan[];
  readonly logs: SimpleLog[];
}

const KIND = { internal: 1, server: 2, client: 3 };

export function shopTelemetry(periods: readonly ShopPeriod[], seed = 1): ShopTelemetry {
  const random = new Random(seed);
  const out: ShopTelemetry = { spans: [], logs: [] };
  let n = 1;
  for (const { from, until, requests, fault } of periods) {
    for (let i = 0; i < requests; i++, n++) {
      const request: ShopRequest = {
        n,
        at: from + ((until - from) * i) / requests,
        host: random.below(4),
        version: "1.0.0",
        fails: random.next() < 0.002,
        queryMs: 2 + random.below(4),
        attempts: 1,
      };
      fault?.(request, random);
      addRequest(request, random, out);
    }
  }
  return out;
}

function addRequest(request: ShopRequest, random: Random, { spans, logs }: ShopTelemetry): void {
  const { n: trace, at: start, host, version, fails, queryMs, attempts } = request;
  const calls = Array.from({ length: attempts }, (_, i) => ({ start: start + 1 + i * 12, durationMs: 10 }));
  const stock = { start: start + 2 + attempts * 12, durationMs: queryMs + 4 };
  const end = stock.start + stock.durationMs + 1;
  const region = ["eu-west", "us-east"][random.below(2)];
  const user = { "user.id": `u-${random.below(1_000_000)}`, "cloud.region": region };
  const route = { "http.request.method": "GET", "http.route": "/checkout" };
  let id = 1;
  const span = (service: string, name: string, parent: number | undefined, more: Partial<SimpleSpan>) => {
    spans.push({ trace, id: ++id, parent, service, name, ...more });
    return id;
  };
  const failure = fails
    ? [
        {
          name: "exception",
          attributes: { "exception.type": "CardError", "exception.message": `card ${trace} declined` },
        },
      ]
    : undefined;
  const root = span("gateway", "GET /checkout", undefined, {
    kind: KIND.server,
    start,
    durationMs: end - start,
    error: fails,
    attributes: { ...route, ...user },
    resource: { "service.version": "3.1.0", "host.name": "edge-1" },
  });
  for (const call of calls) {
    const client = span("gateway", "POST", root, { kind: KIND.client, ...call, error: fails });
    const server = span("payments", "POST /charge", client, {
      kind: KIND.server,
      start: call.start + 1,
      durationMs: call.durationMs - 2,
      error: fails,
      events: failure,
      resource: { "service.version": version, "host.name": `pay-${host}`, "service.instance.id": `payments-${host}` },
    });
    span("payments", "INSERT charge", server, {
      kind: KIND.client,
      start: call.start + 2,
      durationMs: 3,
      attributes: { "db.system.name": "postgresql", "db.namespace": "payments", "server.address": "db" },
    });
    if (fails)
      logs.push({
        body: `cannot charge card of order ${trace}`,
        time: call.start + 6,
        service: "payments",
        severity: 17,
        trace,
        span: server,
      });
  }
  const inventory = span("inventory", "GET /stock", root, { kind: KIND.server, ...stock });
  span("inventory", "SELECT stock", inventory, {
    kind: KIND.client,
    start: stock.start + 2,
    durationMs: queryMs,
    attributes: { "db.system.name": "postgresql", "db.namespace": "stock", "server.address": "db" },
  });
  logs.push({ body: `order ${trace} looked at`, time: start + 3, service: "gateway", severity: 9, trace, span: root });
}
