import { expect, test } from "vitest";
import { logBatch, logsOf, spanBatch, spansOf, type RecordsOptions } from "../../../test/kit/batches.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError } from "../../component/errors.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { filterConfig } from "./config.ts";
import { filterProcessor } from "./factory.ts";

await filterProcessor.load?.();

function create(yaml: string) {
  const sinks = createSinks();
  const settings = testSettings("processor", "filter/test");
  return { sinks, settings, processor: filterProcessor.create(settings, readConfig(filterConfig, yaml), sinks) };
}

const SPANS: RecordsOptions[] = [
  {
    resource: { "service.name": "shop" },
    records: [
      { name: "GET /livez", kind: 2, attributes: { "http.route": "/livez" } },
      { name: "GET /orders", kind: 2, attributes: { code: 200 } },
      { name: "SELECT", kind: 3, attributes: { code: 500 } },
    ],
  },
  { resource: { "service.name": "auth" }, records: [{ name: "login" }] },
];

/** The names of the spans that are left. */
async function check(yaml: string, expected: string[]): Promise<void> {
  const { sinks, processor } = create(yaml);
  await processor.traces?.consume(spanBatch(...SPANS));
  expect(
    sinks.traces.batches.flatMap(spansOf).map((span) => span.name),
    yaml,
  ).toEqual(expected);
}

test("spans that meet a condition are dropped", async () => {
  await check(`traces: {span: ['attributes["http.route"] == "/livez"']}`, ["GET /orders", "SELECT", "login"]);
  await check(`traces: {span: ["kind == SPAN_KIND_CLIENT", 'IsMatch(name, "livez")']}`, ["GET /orders", "login"]);
  await check(`traces: {resource: ['attributes["service.name"] == "shop"']}`, ["login"]);
  await check(`traces: {span: ['resource.attributes["service.name"] != "shop"']}`, [
    "GET /livez",
    "GET /orders",
    "SELECT",
  ]);
  await check(`trace_conditions: ['span.kind == SPAN_KIND_CLIENT', 'resource.attributes["service.name"] == "auth"']`, [
    "GET /livez",
    "GET /orders",
  ]);
  await check(`trace_conditions: [{context: span, conditions: ['name == "login"']}]`, [
    "GET /livez",
    "GET /orders",
    "SELECT",
  ]);
});

test("the older include and exclude, beside conditions", async () => {
  await check("spans: {include: {match_type: strict, services: [shop]}}", ["GET /livez", "GET /orders", "SELECT"]);
  await check("spans: {exclude: {match_type: regexp, span_names: [^GET]}}", ["SELECT", "login"]);
  await check("{spans: {exclude: {match_type: strict, span_names: [login]}}, traces: {span: ['name == \"SELECT\"']}}", [
    "GET /livez",
    "GET /orders",
  ]);
});

const LOGS: RecordsOptions[] = [
  {
    resource: { "service.name": "shop" },
    records: [
      { body: "started", severityNumber: 9, severityText: "Info" },
      { body: "payment failed", severityNumber: 17, severityText: "Error", attributes: { user: "jo" } },
      { body: { n: 1 } },
    ],
  },
];

async function checkLogs(yaml: string, expected: unknown[]): Promise<void> {
  const { sinks, processor } = create(yaml);
  await processor.logs?.consume(logBatch(...LOGS));
  expect(
    sinks.logs.batches.flatMap(logsOf).map((record) => record.body),
    yaml,
  ).toEqual(expected);
}

test("log records are dropped by conditions and by the older rules", async () => {
  await checkLogs("logs: {log_record: ['severity_number < SEVERITY_NUMBER_WARN']}", ["payment failed"]);
  await checkLogs("log_conditions: ['log.severity_number == 0', 'log.body == \"started\"']", ["payment failed"]);
  await checkLogs("logs: {include: {match_type: strict, severity_number: {min: warn}}}", ["payment failed"]);
  await checkLogs("logs: {include: {match_type: strict, severity_number: {min: WARN, match_undefined: true}}}", [
    "payment failed",
    { n: 1 },
  ]);
  await checkLogs("logs: {exclude: {match_type: regexp, bodies: [fail]}}", ["started", { n: 1 }]);
  await checkLogs(
    "logs: {include: {match_type: strict, record_attributes: [{key: user, value: jo}], resource_attributes: [{key: service.name, value: shop}]}}",
    ["payment failed"],
  );
  await checkLogs("logs: {exclude: {match_type: strict, severity_texts: [Info, Error]}}", [{ n: 1 }]);
  await checkLogs("logs: {include: {match_type: strict}}", ["started", "payment failed", { n: 1 }]);
});

test("span events that meet a condition are dropped, and nothing else of their spans", async () => {
  const events = [{ name: "a" }, { name: "exception", attributes: { k: "v" } }, { name: "b" }];
  const batch = spanBatch({
    records: [{ events, links: [{ spanId: "00000000000000bb" }], traceState: "x=1" }, { events: [{ name: "a" }] }],
  });
  const { sinks, processor } = create(`traces: {spanevent: ['name == "exception" and attributes["k"] == "v"']}`);
  await processor.traces?.consume(batch);
  const [first, second] = spansOf(sinks.traces.batches[0]);
  expect(first.events.map((event: { name: string }) => event.name)).toEqual(["a", "b"]);
  expect(first).toMatchObject({ traceState: "x=1", links: [{ spanId: "00000000000000bb" }] });
  expect(second.events).toHaveLength(1);
});

test("hands on the batch itself when nothing is dropped, and nothing when all is", async () => {
  const { sinks, settings, processor } = create(`traces: {span: ['name == "x"'], spanevent: ['name == "x"']}`);
  const kept = spanBatch({ records: [{ events: [{ name: "y" }] }] });
  await processor.traces?.consume(kept);
  expect(sinks.traces.batches[0]).toBe(kept);
  expect(await processor.traces?.consume(spanBatch({ records: [{ name: "x" }, { name: "x" }] }))).toBeUndefined();
  expect(sinks.traces.batches).toHaveLength(1);
  expect(await settings.samples("_filtered")).toEqual([
    'otelcol_processor_filter_spans_filtered{filter="filter/test"} 2',
  ]);
});

/** A span with an attribute whose text claims to be longer than its value: scanners let no such bytes through. */
function brokenBatch(): SpanBatch {
  const batch = spanBatch({ records: [{ attributes: { bad: "x" } }] });
  const bytes = batch.bytes.slice();
  // Before it: tag, length and text of the key, tag and length of the value, tag of the text.
  bytes[batch.attributeOffset[0] + 8] = 0x7f;
  return { ...batch, bytes };
}

test("an error while testing refuses the batch, or keeps the record, as error_mode says", async () => {
  const condition = `traces: {span: ['attributes["bad"] == "x"']}`;
  const broken = brokenBatch();
  const make = (mode: string) => create(`{error_mode: ${mode}, ${condition}}`);
  const propagated = make("propagate");
  await expect(propagated.processor.traces?.consume(broken)).rejects.toThrow(PermanentError);
  const ignoring = make("ignore");
  await ignoring.processor.traces?.consume(broken);
  expect(ignoring.sinks.traces.batches[0]).toBe(broken);
  expect(ignoring.settings.lines).toHaveLength(1);
  const silent = make("silent");
  await silent.processor.traces?.consume(broken);
  expect([silent.sinks.traces.batches.length, silent.settings.lines.length]).toEqual([1, 0]);
});

test("what cannot be filtered yet is refused", () => {
  const issues = (yaml: string) => tryConfig(filterConfig, yaml).issues;
  expect(issues("metrics: {metric: ['name == \"x\"']}")).toEqual([
    "metrics: is not supported: metrics cannot be filtered yet",
  ]);
  expect(issues("logs: {include: {match_type: expr}}")).toEqual([
    'logs.include.match_type: expected one of strict, regexp, got "expr"',
  ]);
  expect(issues("trace_conditions: ['name == \"x\"']")[0]).toContain("name does not say whose field it is");
  expect(issues("trace_conditions: [{context: metric, conditions: []}]")[0]).toContain(
    "expected one of resource, scope, span, spanevent",
  );
  expect(issues("logs: {include: {match_type: strict, severity_number: {min: LOUD}}}")[0]).toContain(
    "expected a severity",
  );
});
