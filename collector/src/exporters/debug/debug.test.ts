import { afterEach, beforeEach, expect, test } from "vitest";
import { logBatch, spanBatch } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { encodeMessage } from "../../wire/otlp/json-to-protobuf.ts";
import { scanMetrics } from "../../wire/otlp/scan-metrics.ts";
import { METRICS_REQUEST } from "../../wire/otlp/schema.ts";
import { debugConfig } from "./config.ts";
import { createDebugExporter } from "./debug-exporter.ts";

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => clock.restore());

function create(yaml: string) {
  const settings = testSettings("exporter", "debug");
  const texts: string[] = [];
  const exporter = createDebugExporter(settings, readConfig(debugConfig, yaml), (text) => texts.push(text));
  return { exporter, texts, lines: settings.lines };
}

const SPANS = spanBatch({
  resource: { "resource-attr": "resource-attr-val-1" },
  scope: { name: "lib", version: "1.2" },
  records: [
    {
      traceId: "0102030405060708090a0b0c0d0e0f10",
      spanId: "1112131415161718",
      name: "operationA",
      traceState: "ot=th:0",
      startTimeUnixNano: "1581452772000000321",
      endTimeUnixNano: "1581452773000000789",
      status: { code: 2, message: "status-cancelled" },
      droppedAttributesCount: 1,
      attributes: { n: 1, list: ["a", 2], none: null, yes: true, half: 0.5, raw: Uint8Array.of(1), map: { k: "v" } },
      events: [{ name: "event", timeUnixNano: "1581452773000000123", attributes: { e: "x" } }],
      links: [{ spanId: "00000000000000bb", attributes: { l: 1 } }],
    },
  ],
});

test("basic writes a line per batch, as a log", async () => {
  const { exporter, texts, lines } = create("");
  await exporter.traces?.consume(SPANS);
  await exporter.logs?.consume(logBatch({ records: [{}, {}] }));
  expect(texts).toEqual([]);
  expect(lines).toMatchObject([
    { level: "info", msg: "Traces", "resource spans": 1, spans: 1 },
    { level: "info", msg: "Logs", "resource logs": 1, "log records": 2 },
  ]);
});

test("without the internal logger the line is text as well", async () => {
  const { exporter, texts, lines } = create("use_internal_logger: false");
  await exporter.traces?.consume(SPANS);
  expect([texts, lines]).toEqual([['debug: Traces {"resource spans":1,"spans":1}\n'], []]);
});

test("normal writes about a line per record", async () => {
  const { exporter, texts } = create("verbosity: normal");
  await exporter.traces?.consume(SPANS);
  await exporter.logs?.consume(
    logBatch({ resource: { a: 1 }, records: [{ body: "hello", attributes: { k: "v" } }, { body: { m: 1 } }] }),
  );
  expect(texts[0]).toBe(`ResourceTraces #0 resource-attr=resource-attr-val-1
ScopeTraces #0 lib@1.2
operationA 0102030405060708090a0b0c0d0e0f10 1112131415161718 n=1 list=["a","2"] none= yes=true half=0.5 raw=AQ== map={"k":"v"}
`);
  expect(texts[1]).toBe('ResourceLog #0 a=1\nScopeLog #0\nhello k=v\n{"m":"1"}\n');
});

test("detailed writes everything, laid out as in the Collector", async () => {
  const { exporter, texts } = create("verbosity: detailed");
  await exporter.traces?.consume(SPANS);
  expect(texts[0]).toBe(`ResourceSpans #0
Resource SchemaURL: 
Resource attributes:
     -> resource-attr: Str(resource-attr-val-1)
ScopeSpans #0
ScopeSpans SchemaURL: 
InstrumentationScope lib 1.2
Span #0
    Trace ID       : 0102030405060708090a0b0c0d0e0f10
    Parent ID      : 
    ID             : 1112131415161718
    Name           : operationA
    Kind           : Unspecified
    TraceState     : ot=th:0
    Start time     : 2020-02-11 20:26:12.000000321 +0000 UTC
    End time       : 2020-02-11 20:26:13.000000789 +0000 UTC
    Status code    : Error
    Status message : status-cancelled
    DroppedAttributesCount: 1
    DroppedEventsCount: 0
    DroppedLinksCount: 0
Attributes:
     -> n: Int(1)
     -> list: Slice(["a","2"])
     -> none: Empty()
     -> yes: Bool(true)
     -> half: Double(0.5)
     -> raw: Bytes(AQ==)
     -> map: Map({"k":"v"})
Events:
SpanEvent #0
     -> Name: event
     -> Timestamp: 2020-02-11 20:26:13.000000123 +0000 UTC
     -> DroppedAttributesCount: 0
     -> Attributes::
          -> e: Str(x)
Links:
SpanLink #0
     -> Trace ID: 
     -> ID: 00000000000000bb
     -> TraceState: 
     -> DroppedAttributesCount: 0
     -> Attributes::
          -> l: Int(1)
`);
  const record = {
    timeUnixNano: "1581452773000000789",
    severityNumber: 18,
    severityText: "Error",
    eventName: "name",
    body: "text",
    attributes: { a: 1 },
  };
  await exporter.logs?.consume(logBatch({ records: [record] }));
  expect(texts[1]).toBe(`ResourceLog #0
Resource SchemaURL: 
ScopeLogs #0
ScopeLogs SchemaURL: 
InstrumentationScope  
LogRecord #0
ObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 2020-02-11 20:26:13.000000789 +0000 UTC
SeverityText: Error
SeverityNumber: Error2(18)
EventName: name
Body: Str(text)
Attributes:
     -> a: Int(1)
Trace ID: 
Span ID: 
Flags: 0
`);
});

test("metrics are written with their points", async () => {
  const { exporter, texts, lines } = create("verbosity: normal");
  const attributes = [{ key: "k", value: { stringValue: "v" } }];
  const metrics = [
    { name: "requests", sum: { dataPoints: [{ asInt: "5", attributes }] } },
    { name: "latency", histogram: { dataPoints: [{ count: "2", sum: 1.5 }] } },
  ];
  const bytes = encodeMessage({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }, METRICS_REQUEST);
  await exporter.metrics?.consume(scanMetrics(bytes).batch);
  expect(lines).toMatchObject([{ msg: "Metrics", "data points": 2 }]);
  expect(texts[0]).toBe("ResourceMetrics #0\nScopeMetrics #0\nrequests{k=v} 5\nlatency{} count=2 sum=1.5\n");
});

test("writes the first batches of each second and then every n-th", async () => {
  const { exporter, lines } = create("{sampling_initial: 2, sampling_thereafter: 3}");
  for (let i = 0; i < 9; i++) await exporter.traces?.consume(SPANS);
  expect(lines).toHaveLength(2 + 2);
  await clock.advance(1000);
  await exporter.traces?.consume(SPANS);
  expect(lines).toHaveLength(5);
  const none = create("{sampling_initial: 1, sampling_thereafter: 0}");
  for (let i = 0; i < 5; i++) await none.exporter.traces?.consume(SPANS);
  expect(none.lines).toHaveLength(1);
});

test("nothing may go to stdout", () => {
  expect(tryConfig(debugConfig, "output_paths: [stdout]").issues).toEqual([
    'output_paths[0]: expected stderr: nothing but the ready line goes to stdout, got "stdout"',
  ]);
  expect(tryConfig(debugConfig, "verbosity: loud").issues[0]).toContain(
    "verbosity: expected one of basic, normal, detailed",
  );
});
