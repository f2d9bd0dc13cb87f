import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeLogs, encodeTraces } from "../src/wire/otlp/encode-batch.ts";
import {
  ANY_VALUE,
  KEY_VALUE,
  LOG_RECORD,
  LOGS_REQUEST,
  RESOURCE,
  SPAN,
  TRACES_REQUEST,
  type MessageSpec,
} from "../src/wire/otlp/schema.ts";
import { formatJson } from "../src/wire/otlp/protobuf-to-json.ts";
import { encodeMessage } from "../src/wire/otlp/json-to-protobuf.ts";
import { scanLogs } from "../src/wire/otlp/scan-logs.ts";
import { scanTraces } from "../src/wire/otlp/scan-traces.ts";
import root from "otlp-oracle/build/src/generated/root.js";
import { canonicalRecords, oracleDecode, oracleEncode } from "./kit/oracle.ts";
import { at, keyValues, spanIdOf, traceIdOf, tracesRequest } from "./kit/simple-otlp.ts";
import { engines, spansOf, type StoreUnderTest } from "./kit/stores.ts";

/** A value with every field of a message set, by its table: what is not in the table cannot be tested, see the last test. */
function full(spec: MessageSpec, depth = 0): any {
  if (spec === ANY_VALUE)
    return depth > 6 ? { stringValue: "deep" } : { kvlistValue: { values: [full(KEY_VALUE, depth + 1)] } };
  const value: Record<string, unknown> = {};
  for (const { name, type, repeated } of spec.fields) {
    const item = typeof type === "object" ? full(type, depth + 1) : scalar(name, type);
    value[name] = repeated ? [item, item] : item;
  }
  return value;
}

function scalar(name: string, type: string): unknown {
  switch (type) {
    case "id":
      return name === "traceId" ? traceIdOf(7).toString("hex") : spanIdOf(7).toString("hex");
    case "string":
      return `${name} ünïcode ✓`;
    case "bytes":
      return "AQID";
    case "bool":
      return true;
    case "enum":
      return 2;
    case "double":
      return 0.1;
    case "fixed64":
    case "uint64":
      return "1767225600000000001";
    case "int64":
    case "sfixed64":
      return "-9007199254740993";
    default:
      return 5;
  }
}

const stores: StoreUnderTest[] = [];
beforeAll(() => {
  stores.push(...engines().map(({ open }) => open()));
});
afterAll(async () => {
  for (const store of stores) await store.close();
});

it("every field of a span, its events, links, status, scope and resource survives a round trip", async () => {
  const request = { resourceSpans: [full(TRACES_REQUEST).resourceSpans[0]] };
  const bytes = encodeMessage(request, TRACES_REQUEST);
  expect(JSON.parse(formatJson(bytes, TRACES_REQUEST))).toEqual(request);
  for (const store of stores) {
    await store.writer.append(scanTraces(bytes).batch);
    const [read] = JSON.parse(
      formatJson(encodeTraces(await store.reader.readTrace(traceIdOf(7))), TRACES_REQUEST),
    ).resourceSpans;
    const [sent] = request.resourceSpans;
    expect({ ...read, scopeSpans: undefined }, store.name).toEqual({ ...sent, scopeSpans: undefined });
    expect(read.scopeSpans[0].spans[0], store.name).toEqual(sent.scopeSpans[0].spans[0]);
    expect(read.scopeSpans[0].scope, store.name).toEqual(sent.scopeSpans[0].scope);
  }
});

it("every field of a log record survives a round trip", async () => {
  const request = { resourceLogs: [full(LOGS_REQUEST).resourceLogs[0]] };
  const bytes = encodeMessage(request, LOGS_REQUEST);
  for (const store of stores) {
    await store.writer.append(scanLogs(bytes).batch);
    const [read] = JSON.parse(
      formatJson(encodeLogs(await store.reader.readTraceLogs(traceIdOf(7))), LOGS_REQUEST),
    ).resourceLogs;
    const [sent] = request.resourceLogs;
    expect(read.resource, store.name).toEqual(sent.resource);
    expect(read.scopeLogs[0].logRecords[0], store.name).toEqual(sent.scopeLogs[0].logRecords[0]);
  }
});

it("fields that OTLP may get one day survive as unknown fields", async () => {
  const wrap = (tag: number, inner: Uint8Array) => Buffer.concat([Buffer.from([tag, inner.length]), inner]);
  // Field 99, a string, in the span; field 98 beside the resource.
  const inSpan = Buffer.from([0x9a, 0x06, 0x03, 0x6e, 0x65, 0x77]);
  const besideResource = Buffer.from([0x92, 0x06, 0x03, 0x6f, 0x6c, 0x64]);
  const span = Buffer.concat([wrap(0x0a, traceIdOf(8)), wrap(0x12, spanIdOf(1)), inSpan]);
  const request = wrap(0x0a, Buffer.concat([wrap(0x12, wrap(0x12, span)), besideResource]));
  for (const store of stores) {
    await store.writer.append(scanTraces(request).batch);
    const back = Buffer.from(encodeTraces(await store.reader.readTrace(traceIdOf(8))));
    expect([back.includes(inSpan), back.includes(besideResource)], store.name).toEqual([true, true]);
  }
});

it("16 MB in one attribute, 100,000 spans in one trace, and deep values survive", { timeout: 60_000 }, async () => {
  const large = "x".repeat(16 * 1024 * 1024);
  const deep = Array.from({ length: 15 }).reduce<unknown>((inner) => ({ k: [inner] }), "bottom");
  for (const store of stores.filter(({ name }) => name !== "memory")) {
    await store.writer.append(spansOf(tracesRequest({ trace: 9, id: 1, attributes: { large, deep } })));
    const [batch] = await store.reader.readTrace(traceIdOf(9));
    const sent = canonicalRecords(
      oracleDecode("traces", oracleEncode("traces", tracesRequest({ trace: 9, id: 1, attributes: { large, deep } }))),
    );
    expect(canonicalRecords(oracleDecode("traces", encodeTraces([batch])))).toEqual(sent);
  }
  const spans = Array.from({ length: 100_000 }, (_, i) => ({
    traceId: traceIdOf(10),
    spanId: spanIdOf(i + 1),
    parentSpanId: spanIdOf(Math.floor(i / 3) + 1),
    name: `op-${i % 50}`,
    startTimeUnixNano: String(at(i)),
    endTimeUnixNano: String(at(i + 1)),
    attributes: keyValues({ i: i % 1000 }),
  }));
  const request = oracleEncode("traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });
  for (const store of stores.filter(({ name }) => name.startsWith("sqlite"))) {
    await store.writer.append(scanTraces(request).batch);
    const batches = await store.reader.readTrace(traceIdOf(10));
    expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  }
});

it("the tables know every field that an independent codec knows", () => {
  const proto = (root as any).opentelemetry.proto;
  const check = (spec: MessageSpec, type: any) => {
    const known = Object.keys(type.toObject(new type(), { defaults: true, arrays: true, oneofs: false }));
    const mine = spec.fields.map(({ name }) => name);
    const missing = known.filter((name) => !mine.includes(name));
    expect(missing, spec.name).toEqual([]);
  };
  check(SPAN, proto.trace.v1.Span);
  check(LOG_RECORD, proto.logs.v1.LogRecord);
  check(RESOURCE, proto.resource.v1.Resource);
  check(KEY_VALUE, proto.common.v1.KeyValue);
});
