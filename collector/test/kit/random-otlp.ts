/**
 * Random OTLP requests as the oracle's plain objects, with everything the data model allows: nested values, bytes, extremes,
 * empty members, absent resources. For fuzzing and round trips.
 */
import { Random } from "./random.ts";

export interface RandomOptions {
  records?: number;
  /** Share of spans whose ids are invalid. */
  invalid?: number;
  startUnixNano?: bigint;
}

export function randomTraces(random: Random, options: RandomOptions = {}): any {
  return randomRequest(
    random,
    options.records ?? 20,
    (traceIds) => randomSpan(random, traceIds, options),
    "resourceSpans",
    "scopeSpans",
    "spans",
  );
}

export function randomLogs(random: Random, options: RandomOptions = {}): any {
  return randomRequest(
    random,
    options.records ?? 20,
    (traceIds) => randomLog(random, traceIds),
    "resourceLogs",
    "scopeLogs",
    "logRecords",
  );
}

function randomRequest(
  random: Random,
  records: number,
  record: (traceIds: Uint8Array[]) => any,
  outer: string,
  middle: string,
  inner: string,
): any {
  const traceIds = Array.from({ length: 4 }, () => random.bytes(16));
  const resources: any[] = [];
  while (records > 0) {
    const scopes: any[] = [];
    for (let s = 1 + random.below(3); s > 0 && records > 0; s--) {
      const count = Math.min(records, 1 + random.below(6));
      records -= count;
      scopes.push({
        ...maybe(random, 0.9, "scope", () => randomScope(random)),
        ...schemaUrl(random),
        [inner]: Array.from({ length: count }, () => record(traceIds)),
      });
    }
    resources.push({
      ...maybe(random, 0.95, "resource", () => randomResource(random)),
      ...schemaUrl(random),
      [middle]: scopes,
    });
  }
  return { [outer]: resources };
}

function randomSpan(random: Random, traceIds: Uint8Array[], options: RandomOptions): any {
  const invalid = random.chance(options.invalid ?? 0) ? random.below(4) : -1;
  const start =
    options.startUnixNano === undefined
      ? random.uint64()
      : (options.startUnixNano + BigInt(random.below(1e9))).toString();
  return {
    traceId: invalid === 0 ? new Uint8Array(16) : invalid === 1 ? random.bytes(15) : random.pick(traceIds),
    spanId: invalid === 2 ? new Uint8Array(8) : invalid === 3 ? random.bytes(9) : random.bytes(8),
    ...maybe(random, 0.6, "parentSpanId", () => random.bytes(random.pick([8, 8, 8, 0, 4]))),
    ...maybe(random, 0.2, "traceState", () => "vendor=value,other=1"),
    name: random.pick(["GET /", "SELECT orders", "", "ünïcode ✓", "x".repeat(random.below(300))]),
    kind: random.pick([0, 1, 2, 3, 4, 5, 5, 77]),
    startTimeUnixNano: start,
    endTimeUnixNano:
      random.chance(0.8) && options.startUnixNano !== undefined
        ? (BigInt(start) + BigInt(random.below(1e9))).toString()
        : random.uint64(),
    attributes: randomAttributes(random, 12),
    ...maybe(random, 0.1, "droppedAttributesCount", () => random.below(1000)),
    ...maybe(random, 0.3, "events", () =>
      Array.from({ length: random.below(4) }, () => ({
        timeUnixNano: random.uint64(),
        name: "exception",
        attributes: randomAttributes(random, 3),
      })),
    ),
    ...maybe(random, 0.1, "droppedEventsCount", () => 3),
    ...maybe(random, 0.2, "links", () =>
      Array.from({ length: random.below(3) }, () => ({
        traceId: random.bytes(16),
        spanId: random.bytes(8),
        traceState: "a=b",
        attributes: randomAttributes(random, 2),
        flags: random.below(1000),
      })),
    ),
    ...maybe(random, 0.1, "droppedLinksCount", () => 1),
    ...maybe(random, 0.7, "status", () =>
      random.pick([
        {},
        { code: 0 },
        { code: 1 },
        { code: 2 },
        { code: 2, message: "it broke" },
        { message: "odd" },
        { code: 9 },
      ]),
    ),
    ...maybe(random, 0.5, "flags", () => random.pick([1, 257, 769, 0xffffffff])),
  };
}

function randomLog(random: Random, traceIds: Uint8Array[]): any {
  return {
    ...maybe(random, 0.9, "timeUnixNano", () => random.uint64()),
    ...maybe(random, 0.7, "observedTimeUnixNano", () => random.uint64()),
    severityNumber: random.pick([0, 1, 9, 17, 24, 99]),
    ...maybe(random, 0.7, "severityText", () => random.pick(["INFO", "error", ""])),
    ...maybe(random, 0.9, "body", () => randomValue(random, 3)),
    attributes: randomAttributes(random, 6),
    ...maybe(random, 0.1, "droppedAttributesCount", () => 7),
    ...maybe(random, 0.4, "flags", () => 1),
    ...maybe(random, 0.6, "traceId", () => random.pick([...traceIds, new Uint8Array(16), random.bytes(3)])),
    ...maybe(random, 0.6, "spanId", () => random.pick([random.bytes(8), new Uint8Array(8), random.bytes(5)])),
    ...maybe(random, 0.2, "eventName", () => "browser.page_view"),
  };
}

function randomResource(random: Random): any {
  return {
    attributes: [
      { key: "service.name", value: { stringValue: `service-${random.below(5)}` } },
      ...randomAttributes(random, 6),
    ],
    ...maybe(random, 0.1, "droppedAttributesCount", () => 2),
  };
}

function randomScope(random: Random): any {
  return {
    name: random.pick(["library.a", "library.b", ""]),
    version: random.pick(["", "1.2.3"]),
    attributes: randomAttributes(random, 2),
  };
}

function randomAttributes(random: Random, most: number): any[] {
  return Array.from({ length: random.below(most + 1) }, () => ({
    key: random.pick(["http.request.method", "url.path", "k", "", "long.".repeat(30), `unique.${random.below(1e6)}`]),
    ...maybe(random, 0.97, "value", () => randomValue(random, 3)),
  }));
}

function randomValue(random: Random, depth: number): any {
  switch (random.below(depth > 0 ? 10 : 7)) {
    case 0:
      return { boolValue: random.chance(0.5) };
    case 1:
      return { intValue: BigInt.asIntN(64, BigInt(random.uint64())).toString() };
    case 2:
      return { doubleValue: random.pick([0, -0.5, 1e300, 3.14, Infinity, -Infinity, random.next()]) };
    case 3:
      return { bytesValue: random.bytes(random.below(40)) };
    case 4:
      return {};
    case 7:
      return { arrayValue: { values: Array.from({ length: random.below(4) }, () => randomValue(random, depth - 1)) } };
    case 8:
      return { kvlistValue: { values: randomAttributes(random, 3) } };
    default:
      return { stringValue: random.pick(["", "GET", "/api/orders/123", "ünïcode ✓", "x".repeat(random.below(500))]) };
  }
}

function schemaUrl(random: Random): any {
  return maybe(random, 0.3, "schemaUrl", () => "https://opentelemetry.io/schemas/1.30.0");
}

function maybe(random: Random, probability: number, key: string, make: () => any): any {
  return random.chance(probability) ? { [key]: make() } : {};
}
