/**
 * Traces with fixed ids that the tests and the gallery open: a failed order, an N+1, one that arrived broken (missing parents,
 * skewed clocks, a span that ends before it starts), one linked to another, and one of 10,000 spans.
 */
import { toKeyValues } from "./otlp-values.ts";
import { Random } from "./random.ts";
import { checkout, syncStock } from "./shop-steps.ts";
import { shopVersion } from "./shop-services.ts";
import { generateTrace, toNanoText, type ShopSpan, type ShopTrace } from "./trace-generator.ts";

export const TRACE_IDS = {
  failedOrder: "5b8efff798038103d269b633813fc60c",
  nPlusOne: "0af7651916cd43dd8448eb211c80319c",
  broken: "4bf92f3577b34da6a3ce929d0e0e4736",
  linked: "c9b1f3a6d5e84720b1a3c5d7e9f01234",
  large: "000000000000000000000000000027a1",
} as const;

/** All of them, begun in the minutes before `now` (milliseconds since 1970). */
export function specialTraces(now: number): ShopTrace[] {
  return [
    nPlusOneTrace(now - 5 * 60_000),
    brokenTrace(now - 4 * 60_000),
    linkedTrace(now - 3 * 60_000),
    largeTrace(now - 150_000, 10_000),
    failedOrderTrace(now - 95_000),
  ];
}

export function failedOrderTrace(startMillis: number): ShopTrace {
  const seed = { traceId: TRACE_IDS.failedOrder, startMillis, afterRollout: true, fail: true };
  return generateTrace(checkout(1), seed, new Random(7));
}

export function nPlusOneTrace(startMillis: number): ShopTrace {
  const seed = { traceId: TRACE_IDS.nPlusOne, startMillis, afterRollout: true };
  return generateTrace(syncStock(212), seed, new Random(11));
}

export function linkedTrace(startMillis: number): ShopTrace {
  const seed = { traceId: TRACE_IDS.linked, startMillis, afterRollout: true, fail: false };
  const trace = generateTrace(checkout(0), seed, new Random(13));
  const worker = trace.spans.find((entry) => entry.service === "shipping" && entry.span.kind === 5);
  if (worker) {
    const attributes = toKeyValues({ "messaging.batch.index": 4 });
    worker.span.links = [{ traceId: TRACE_IDS.failedOrder, spanId: "00f067aa0ba902b7", attributes }];
  }
  return trace;
}

/** What clocks and networks do to a trace: two subtrees without their parent, a child before its parent, a negative duration. */
export function brokenTrace(startMillis: number): ShopTrace {
  const seed = { traceId: TRACE_IDS.broken, startMillis, afterRollout: true, fail: false };
  const trace = generateTrace(checkout(0), seed, new Random(17));
  const lost = trace.spans.find((entry) => entry.service === "orders" && entry.span.kind === 2);
  const kept = trace.spans.filter((entry) => entry !== lost);
  return { ...trace, spans: kept.map((entry) => skew(entry)) };
}

function skew(entry: ShopSpan): ShopSpan {
  if (entry.service === "auth") return shift(entry, -9);
  if (entry.service === "fraud-check" && entry.span.kind === 3) {
    return { ...entry, millis: 0, span: { ...entry.span, endTimeUnixNano: toNanoText(entry.start - 2) } };
  }
  return entry;
}

function shift(entry: ShopSpan, by: number): ShopSpan {
  const start = entry.start + by;
  const times = { startTimeUnixNano: toNanoText(start), endTimeUnixNano: toNanoText(start + entry.millis) };
  return { ...entry, start, span: { ...entry.span, ...times } };
}

/** A batch job of `count` spans: waves of parallel workers, each with calls, queries and now and then an error. */
export function largeTrace(startMillis: number, count: number): ShopTrace {
  const random = new Random(23);
  const services = ["catalog", "pricing", "inventory", "search", "recommendations", "users", "shipping"];
  const spans: ShopSpan[] = [];
  const logs: ShopTrace["logs"] = [];
  const add = (
    service: string,
    name: string,
    kind: number,
    parent: string,
    start: number,
    millis: number,
    failed = false,
  ): string => {
    const spanId = random.hex(8);
    const span: ShopSpan["span"] = {
      traceId: TRACE_IDS.large,
      spanId,
      ...(parent ? { parentSpanId: parent } : {}),
      name,
      kind,
      startTimeUnixNano: toNanoText(start),
      endTimeUnixNano: toNanoText(start + millis),
      attributes: toKeyValues({
        "batch.item": spans.length,
        "thread.name": `exec-${random.integer(1, 16)}`,
        "shop.region": "eu",
      }),
      ...(failed ? { status: { code: 2, message: "deadline exceeded" } } : {}),
    };
    spans.push({ service, version: shopVersion(service, true), span, start, millis });
    return spanId;
  };
  const total = count * 1.6;
  const root = add("catalog", "rebuild-index", 1, "", startMillis, total);
  while (spans.length < count) {
    const waveStart = startMillis + (spans.length / count) * total * 0.97;
    const wave = add("catalog", `wave ${1 + Math.floor((spans.length / count) * 24)}`, 1, root, waveStart, total / 26);
    for (let worker = 0; worker < 40 && spans.length < count; worker++) {
      const service = random.pick(services);
      const start = waveStart + random.next() * (total / 40);
      const millis = random.around(total / 120, 0.6);
      const failed = random.chance(0.004);
      const id = add(service, `${service}.Index/Update`, 1, wave, start, millis, failed);
      if (failed) logs.push(workerLog(service, id, start + millis * 0.9));
      let at = start + millis * 0.05;
      for (let call = random.integer(1, 9); call > 0 && spans.length < count; call--) {
        const took = (millis * 0.9) / 10;
        const query = add(
          service,
          random.pick(["SELECT products", "GET price", "UPDATE stock"]),
          3,
          id,
          at,
          took * random.next(),
        );
        if (random.chance(0.2) && spans.length < count)
          add(service, "decode rows", 1, query, at + took * 0.2, took * 0.1);
        at += took;
      }
    }
  }
  return { traceId: TRACE_IDS.large, spans, logs };
}

function workerLog(service: string, spanId: string, time: number): ShopTrace["logs"][number] {
  const record = {
    timeUnixNano: toNanoText(time),
    severityNumber: 17,
    severityText: "ERROR",
    body: { stringValue: "index update failed: deadline exceeded, will be retried in the next wave" },
    traceId: TRACE_IDS.large,
    spanId,
  };
  return { service, version: shopVersion(service, true), time, record };
}
