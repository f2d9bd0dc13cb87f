import { expect, test } from "vitest";
import {
  attributesOf,
  double,
  logBatch,
  spanBatch,
  type Plain,
  type RecordsOptions,
} from "../../../test/kit/batches.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import { attributesConfig } from "./config.ts";
import { attributesProcessor } from "./factory.ts";

await attributesProcessor.load?.();

/** What comes out of the processor for a batch that goes in. */
async function run<B extends EditableBatch>(yaml: string, batch: B): Promise<B> {
  const sinks = createSinks();
  const processor = attributesProcessor.create(testSettings(), readConfig(attributesConfig, yaml), sinks);
  if (batch.signal === "traces") await processor.traces?.consume(batch);
  else await processor.logs?.consume(batch);
  const [result] = batch.signal === "traces" ? sinks.traces.batches : sinks.logs.batches;
  return result as B;
}

/** The attributes of one span after the actions; `expected` undefined = the batch must come back as it is. */
async function check(
  actions: string,
  attributes: Record<string, Plain>,
  expected: Record<string, Plain> | undefined,
): Promise<void> {
  const batch = spanBatch({ records: [{ attributes }] });
  const result = await run(`actions: [${actions}]`, batch);
  if (expected === undefined) expect(result).toBe(batch);
  else expect(attributesOf(result)).toEqual([expected]);
}

test("insert adds what is missing and leaves what is there", async () => {
  await check("{key: a, value: x, action: insert}", {}, { a: "x" });
  await check("{key: a, value: x, action: insert}", { a: "there" }, undefined);
});

test("update changes what is there and adds nothing", async () => {
  await check("{key: a, value: 5, action: update}", { a: "old", b: 1 }, { a: 5, b: 1 });
  await check("{key: a, value: 5, action: update}", { b: 1 }, undefined);
  await check("{key: a, value: 5, action: update}", { a: 5 }, undefined);
});

test("upsert does both, and values keep the type they are written in", async () => {
  await check("{key: a, value: 1.0, action: upsert}", { a: 1 }, { a: double(1) });
  await check("{key: a, value: true, action: UPSERT}", {}, { a: true });
  await check("{key: a, value: [1, x, {b: 2}], action: upsert}", {}, { a: [1, "x", { b: 2 }] });
  await check('{key: a, value: "1", action: upsert}', {}, { a: "1" });
});

test("values are taken from other attributes, with a default", async () => {
  await check("{key: a, from_attribute: b, action: upsert}", { b: [1, 2] }, { b: [1, 2], a: [1, 2] });
  await check("{key: a, from_attribute: b, action: upsert}", {}, undefined);
  await check("{key: a, from_attribute: b, default_value: d, action: insert}", {}, { a: "d" });
  await check("{key: a, from_attribute: b, default_value: d, action: insert}", { b: 1 }, { b: 1, a: 1 });
});

test("delete by key and by pattern", async () => {
  await check("{key: a, action: delete}", { a: 1, b: 2 }, { b: 2 });
  await check("{pattern: ^http\\., action: delete}", { "http.route": "/", "http.method": "GET", b: 2 }, { b: 2 });
  await check("{key: a, pattern: ^b, action: delete}", { c: 1 }, undefined);
});

test("hash puts SHA-256 in place of the value", async () => {
  const sha256 = "2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90";
  await check("{key: a, action: hash}", { a: "alice" }, { a: sha256 });
  // The eight bytes of the number, little-endian.
  await check(
    "{key: a, action: hash}",
    { a: 1 },
    { a: "7c9fa136d4413fa6173637e883b6998d32e1d675f88cddff9dcbcf331820f4b8" },
  );
  await check("{key: a, action: hash}", { a: "" }, undefined);
  await check("{key: a, action: hash}", {}, undefined);
});

test("extract makes attributes of named groups", async () => {
  const action = "{key: url, pattern: '^/(?P<kind>\\w+)/(?P<id>\\d+)?', action: extract}";
  await check(action, { url: "/orders/7", id: "old" }, { url: "/orders/7", id: "7", kind: "orders" });
  await check(action, { url: "/orders/" }, { url: "/orders/", kind: "orders", id: "" });
  await check(action, { url: "none" }, undefined);
  await check(action, { url: 5 }, undefined);
});

test("convert changes the type where it can", async () => {
  const convert = (type: string) => `{key: a, converted_type: ${type}, action: convert}`;
  await check(convert("int"), { a: "-200" }, { a: -200 });
  await check(convert("int"), { a: 2.9 }, { a: 2 });
  await check(convert("int"), { a: true }, { a: 1 });
  await check(convert("int"), { a: "2.5" }, undefined);
  await check(convert("int"), { a: "9223372036854775808" }, undefined);
  await check(convert("double"), { a: "1.5e3" }, { a: double(1500) });
  await check(convert("double"), { a: 3 }, { a: double(3) });
  await check(convert("double"), { a: "x" }, undefined);
  await check(convert("string"), { a: [1, "b"] }, { a: '[1,"b"]' });
  await check(convert("string"), { a: "s" }, undefined);
});

test("actions run in order, each on what the one before left", async () => {
  const actions = ["{key: b, from_attribute: a, action: insert}", "{key: a, action: delete}", "{key: b, action: hash}"];
  const result = await run(
    `actions: [${actions.join(", ")}]`,
    spanBatch({ records: [{ attributes: { a: "alice" } }] }),
  );
  expect(Object.keys(attributesOf(result)[0])).toEqual(["b"]);
});

test("only some records change, and untouched ones keep their bytes", async () => {
  const batch = spanBatch({ records: [{ attributes: { a: 1 } }, {}, { attributes: { b: 2 } }] });
  const result = await run("actions: [{key: a, value: 2, action: update}]", batch);
  expect(attributesOf(result)).toEqual([{ a: 2 }, {}, { b: 2 }]);
  expect(result.received).toBeUndefined();
  expect(attributesOf(batch)).toEqual([{ a: 1 }, {}, { b: 2 }]);
});

const SPANS: RecordsOptions[] = [
  {
    resource: { "service.name": "shop", env: "prod" },
    scope: { name: "http-lib", version: "1.2" },
    records: [
      { name: "GET /orders", kind: 2, attributes: { code: 200 } },
      { name: "SELECT", kind: 3, attributes: { code: 500, retried: true } },
    ],
  },
  {
    resource: { "service.name": "auth" },
    scope: { name: "db-lib" },
    records: [{ name: "login", kind: 1, attributes: {} }],
  },
];

const LOGS: RecordsOptions[] = [
  {
    resource: { "service.name": "shop" },
    records: [
      { body: "payment failed", severityNumber: 17, severityText: "ERROR" },
      { body: { a: 1 }, severityNumber: 9, severityText: "INFO" },
      { body: "no severity", attributes: { code: 500 } },
    ],
  },
];

/** Indices of the records that include/exclude lets through. */
async function checkMatch(rules: string, expected: number[], signal: "traces" | "logs" = "traces"): Promise<void> {
  const yaml = `{actions: [{key: hit, value: true, action: insert}], ${rules}}`;
  const batch = signal === "traces" ? spanBatch(...SPANS) : logBatch(...LOGS);
  const found = attributesOf(await run<EditableBatch>(yaml, batch)).map(({ hit }) => hit);
  expect(
    found.flatMap((hit, index) => (hit ? [index] : [])),
    rules,
  ).toEqual(expected);
}

test("include and exclude match services, names, kinds, scopes, resources and attributes", async () => {
  await checkMatch("include: {match_type: strict, services: [shop]}", [0, 1]);
  await checkMatch("include: {match_type: strict, services: [sho]}", []);
  await checkMatch("include: {match_type: regexp, services: [^sho, th$]}", [0, 1, 2]);
  await checkMatch("exclude: {match_type: strict, services: [shop]}", [2]);
  await checkMatch(
    "include: {match_type: strict, services: [shop]}, exclude: {match_type: strict, span_names: [SELECT]}",
    [0],
  );
  await checkMatch('include: {match_type: regexp, span_names: ["(?i)^get "]}', [0]);
  await checkMatch("include: {match_type: strict, span_kinds: [SPAN_KIND_CLIENT]}", [1]);
  await checkMatch("include: {match_type: strict, libraries: [{name: http-lib}]}", [0, 1]);
  await checkMatch('include: {match_type: strict, libraries: [{name: http-lib, version: "1.2"}]}', [0, 1]);
  await checkMatch(
    'include: {match_type: strict, libraries: [{name: http-lib, version: ""}, {name: db-lib, version: ""}]}',
    [2],
  );
  await checkMatch("include: {match_type: strict, resources: [{key: env}]}", [0, 1]);
  await checkMatch("include: {match_type: strict, attributes: [{key: code, value: 200}]}", [0]);
  await checkMatch('include: {match_type: strict, attributes: [{key: code, value: "200"}]}', []);
  await checkMatch("include: {match_type: strict, attributes: [{key: code}, {key: retried, value: true}]}", [1]);
  await checkMatch("include: {match_type: regexp, attributes: [{key: code, value: ^5}]}", [1]);
});

test("and log bodies and severities", async () => {
  await checkMatch("include: {match_type: regexp, log_bodies: [fail]}", [0], "logs");
  await checkMatch("include: {match_type: strict, log_severity_texts: [INFO]}", [1], "logs");
  await checkMatch("include: {match_type: strict, log_severity_number: {min: 13}}", [0], "logs");
  await checkMatch(
    "include: {match_type: strict, log_severity_number: {min: 13, match_undefined: true}}",
    [0, 2],
    "logs",
  );
  await checkMatch("include: {match_type: strict, services: [shop], attributes: [{key: code}]}", [2], "logs");
});

test("a mistake in the configuration is said", () => {
  const issues = (yaml: string) => tryConfig(attributesConfig, yaml).issues;
  expect(issues("")).toEqual(["actions: must hold at least one action; add a list of {key, action}"]);
  expect(issues("actions: [{key: a}]")[0]).toBe("actions[0].action: a value is required; give it a string");
  expect(issues("actions: [{key: a, action: upset}]")[0]).toContain('did you mean "upsert"?');
  expect(issues("actions: [{action: insert, value: 1}]")).toEqual(["actions[0]: the action insert needs a key"]);
  expect(issues("actions: [{key: a, action: insert}]")).toEqual([
    "actions[0]: the action insert needs value or from_attribute",
  ]);
  expect(issues("actions: [{key: a, action: insert, value: 1, from_attribute: b}]")).toEqual([
    "actions[0].from_attribute: stands beside value; keep one of them",
  ]);
  expect(issues("actions: [{key: a, action: delete, value: 1}]")).toEqual([
    "actions[0].value: the action delete takes no value; it takes key, pattern",
  ]);
  expect(issues("actions: [{key: a, action: extract, pattern: (x)}]")).toEqual([
    "actions[0].pattern: must have groups and all of them named; write (?P<name>…)",
  ]);
  expect(issues("actions: [{key: a, action: convert}]")).toEqual([
    "actions[0]: the action convert needs converted_type; use int, double or string",
  ]);
  expect(issues("actions: [{key: a, action: upsert, from_context: metadata.x}]")[0]).toContain(
    "from_context: is not supported",
  );
  expect(issues("actions: [{key: a, action: delete}]\ninclude: {match_type: strict}")).toEqual([
    "include: matches nothing; add services, span_names, log_bodies, attributes, resources or libraries",
  ]);
  expect(issues("actions: [{key: a, action: delete}]\ninclude: {match_type: regexp, services: ['(']}")[0]).toContain(
    'include.services: "(" is no regular expression',
  );
});
