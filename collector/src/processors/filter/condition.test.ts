/** Conditions on one span, event or log record: which hold, and which are refused with their position. */
import { expect, test } from "vitest";
import { logBatch, spanBatch } from "../../../test/kit/batches.ts";
import { RecordView } from "../records/record-view.ts";
import { compileCondition, type CompileOptions } from "./compile-condition.ts";
import { ConditionError } from "./condition-error.ts";
import { EventView } from "./event-view.ts";

const SPAN = spanBatch({
  resource: { "service.name": "shop", "host.cpus": 8 },
  scope: { name: "http-lib", version: "1.2", attributes: { short: true } },
  records: [
    {
      name: "GET /orders",
      kind: 2,
      status: { code: 2, message: "deadline exceeded" },
      traceState: "ot=th:8",
      parentSpanId: "00000000000000aa",
      attributes: {
        "http.route": "/orders",
        code: 503,
        ratio: 0.5,
        ok: false,
        list: ["a", 2],
        map: { inner: { deep: "x" } },
        bytes: Uint8Array.of(1, 255),
        empty: "",
      },
    },
  ],
});
const LOG = logBatch({
  resource: { "service.name": "shop" },
  records: [
    {
      body: { level: "warn", n: [1, 2] },
      severityNumber: 13,
      severityText: "WARN",
      eventName: "slow",
      traceId: "00000000000000000000000000000001",
      attributes: { a: 1 },
    },
  ],
});
// An event as it lies in a span: name "exception" and one attribute.
const EVENT = Buffer.concat([
  Uint8Array.of(0x12, 9),
  Buffer.from("exception"),
  Uint8Array.of(0x1a, 9, 0x0a, 1, 0x6b, 0x12, 4, 0x0a, 2, 0x6f, 0x6f),
]);

const view = new RecordView();

function holds(condition: string, options: CompileOptions): boolean {
  const record = view.at(options.context === "log" ? LOG : SPAN, 0);
  return compileCondition(condition, options)({ record, event: new EventView(EVENT, 0, EVENT.length) });
}

function check(condition: string, expected: boolean, context: CompileOptions["context"] = "span"): void {
  expect(holds(condition, { context }), condition).toBe(expected);
}

test("attributes of span, resource and scope", () => {
  check('attributes["http.route"] == "/orders"', true);
  check('attributes["http.route"] != "/orders"', false);
  check('span.attributes["http.route"] == "/orders"', true);
  check('resource.attributes["service.name"] == "shop"', true);
  check('instrumentation_scope.attributes["short"] == true', true);
  check('scope.name == "http-lib" and scope.version == "1.2"', true);
});

test("what is missing is nil", () => {
  check('attributes["none"] == nil', true);
  check('attributes["none"] != nil', false);
  check('attributes["none"] == "x"', false);
  check('attributes["none"] != "x"', true);
  check('attributes["none"] < 5', false);
  check('attributes["empty"] == nil', false);
  check('attributes["empty"] == ""', true);
  check('nil == attributes["none"]', true);
});

test("numbers compare with numbers, whatever their type; nothing else with anything else", () => {
  check('attributes["code"] == 503', true);
  check('attributes["code"] == 503.0', true);
  check('attributes["code"] >= 500 and attributes["code"] < 600', true);
  check('attributes["ratio"] < 1', true);
  check('attributes["ratio"] == .5', true);
  check('attributes["ratio"] > -1', true);
  check('attributes["code"] == "503"', false);
  check('attributes["code"] != "503"', true);
  check('attributes["code"] < "6"', false);
  check('attributes["ok"] == false', true);
  check('attributes["ok"] < true', true);
  check('attributes["http.route"] < "/p"', true);
  check('attributes["bytes"] == 0x01ff', true);
});

test("keys and indices reach into values", () => {
  check('attributes["map"]["inner"]["deep"] == "x"', true);
  check('attributes["list"][1] == 2', true);
  check('attributes["list"][7] == nil', true);
  check('attributes["code"]["x"] == nil', true);
});

test("fields of a span", () => {
  check("kind == SPAN_KIND_SERVER and status.code == STATUS_CODE_ERROR", true);
  check('kind.string == "Server"', true);
  check('name == "GET /orders" and status.message == "deadline exceeded"', true);
  check('trace_state == "ot=th:8"', true);
  check('trace_id.string == "0af7651916cd43dd8448eb211c80319c" and span_id.string == "0000000000000001"', true);
  check('parent_span_id.string == "00000000000000aa" and not IsRootSpan()', true);
  check("end_time_unix_nano > start_time_unix_nano", true);
});

test("fields of a log record", () => {
  check("severity_number >= SEVERITY_NUMBER_WARN", true, "log");
  check('severity_text == "WARN" and event_name == "slow"', true, "log");
  check('body["level"] == "warn" and body["n"][0] == 1', true, "log");
  check('IsMatch(body, "\\"level\\":\\"warn\\"")', true, "log");
  check('body == "warn"', false, "log");
  check('log.attributes["a"] == 1 and resource.attributes["service.name"] == "shop"', true, "log");
  check("time_unix_nano > 0 and observed_time_unix_nano == 0", true, "log");
  check('trace_id.string != "" and span_id.string == ""', true, "log");
});

test("fields of a span event, and of the span around it", () => {
  check('name == "exception"', true, "spanevent");
  check('attributes["k"] == "oo" and attributes["http.route"] == nil', true, "spanevent");
  check('span.attributes["http.route"] == "/orders" and span.name != name', true, "spanevent");
});

test("and, or, not and parentheses", () => {
  check("true", true);
  check("not true", false);
  check("true or false and false", true);
  check("(true or false) and false", false);
  check("not (true and false)", true);
  check("not false and false", false);
});

test("patterns match anywhere, on the text of any value", () => {
  check('IsMatch(name, "^GET ")', true);
  check('IsMatch(attributes["code"], "^5..$")', true);
  check('IsMatch(attributes["none"], ".*")', false);
  check('IsMatch(name, "orders") == true', true);
  check('not IsMatch(name, "(?i)ORDERS$")', false);
});

test("with prefixes every path says whose field it is", () => {
  const options = { context: "spanevent", prefixed: true } as const;
  expect(holds('spanevent.name == "exception" and span.kind == SPAN_KIND_SERVER', options)).toBe(true);
  expect(() => holds('name == "x"', options)).toThrow("name does not say whose field it is");
});

function checkRefused(
  condition: string,
  position: number,
  message: string,
  hint?: string,
  context: CompileOptions["context"] = "span",
): void {
  let error: unknown;
  try {
    compileCondition(condition, { context });
  } catch (thrown) {
    error = thrown;
  }
  expect(error, condition).toBeInstanceOf(ConditionError);
  expect(error, condition).toMatchObject({ position, message, hint });
}

test("what lies outside the subset is refused with its position and a hint", () => {
  checkRefused("name == 'x'", 8, "unexpected '", 'put texts in double quotes: "text"');
  checkRefused('name == "x', 8, 'unexpected "', "the text has no closing quote");
  checkRefused('name = "x"', 5, "unexpected =", "compare with ==");
  checkRefused('name == "x" && true', 12, "unexpected &", "write and");
  checkRefused("kind + 1 == 3", 5, "unexpected +", "arithmetic is not supported here");
  checkRefused('name == "x" name', 12, "unexpected name", "join conditions with and, or");
  checkRefused("name", 4, "a comparison was expected", 'write for example attributes["key"] == "value"');
  checkRefused("name ==", 7, "a value was expected at the end");
  checkRefused("(true", 5, ") was expected, got the end");
  checkRefused('nam == "x"', 0, "the context span has no field nam here", "did you mean name?");
  checkRefused("attributes == nil", 0, "the context span has no field attributes here", 'write attributes["key"]');
  checkRefused('attributes[0] == "x"', 0, "attributes have keys that are texts", 'write attributes["key"]');
  checkRefused('attributes[name] == "x"', 11, "a key was expected", 'write ["key"] or [0]');
  checkRefused('IsMatc(name, "x")', 0, "the function IsMatc is not supported here", "did you mean IsMatch?");
  checkRefused(
    'Concat(name, "x") == "y"',
    0,
    "the function Concat is not supported here",
    "it has: IsMatch, IsRootSpan",
  );
  checkRefused("IsMatch(name)", 0, "IsMatch takes a value and a text", 'write IsMatch(name, "^GET ")');
  checkRefused('IsMatch(name, "(")', 14, "is no regular expression: missing closing )");
  checkRefused(
    'true and status.code == "ERROR"',
    9,
    "a number and a text are never equal",
    expect.stringContaining("STATUS_CODE_ERROR") as string,
  );
  checkRefused("IsRootSpan()", 0, "IsRootSpan is of use for spans only", undefined, "log");
  checkRefused("0x123 == nil", 0, "bytes need an even number of hex digits");
  checkRefused(`${"(".repeat(200)}true${")".repeat(200)}`, 101, "too deeply nested");
});
