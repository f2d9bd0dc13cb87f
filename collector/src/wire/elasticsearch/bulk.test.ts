import { describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { DecodeError, TooLargeError } from "../../base/errors.ts";
import { decodeBulk } from "./bulk.ts";

const NOW = 1_800_000_000_000_000_000n;
const OPTIONS = { index: "", now: NOW, maxDocumentBytes: 10_000 };
const decode = (text: string, options = {}) => decodeBulk(Buffer.from(text), { ...OPTIONS, ...options });
const lines = (...values: unknown[]) =>
  values.map((value) => `${typeof value === "string" ? value : JSON.stringify(value)}\n`).join("");

/** The one record of a document. */
function record(document: object) {
  const { batch, items } = decode(lines({ create: { _index: "logs" } }, document));
  expect(items).toEqual([{ action: "create", index: "logs", id: undefined, error: undefined }]);
  const [log] = describeLogs(batch);
  const { "elasticsearch.index": index, ...attributes } = log.attributes;
  expect(index).toBe("logs");
  return { ...log, attributes };
}

describe("a bulk request", () => {
  it("has an item for each action, in its order, and a record for each that can be taken", () => {
    const { batch, items } = decode(
      lines(
        { index: { _index: "a", _id: "1" } },
        { message: "one" },
        { delete: { _index: "a", _id: "2" } },
        "",
        { create: {} },
        { message: "two" },
        { update: { _id: 3 } },
        { doc: {} },
        { index: null },
        "{broken",
        { create: {} },
        "[1]",
        { create: {} },
        { message: "x".repeat(10_000) },
      ) + '{"create":{}}\n{"message":"last, without an end of line"}',
      { index: "fallback" },
    );
    expect(items.map(({ action, index, id, error }) => [action, index, id, error?.type])).toEqual([
      ["index", "a", "1", undefined],
      ["delete", "a", "2", "illegal_argument_exception"],
      ["create", "fallback", undefined, undefined],
      ["update", "fallback", "3", "illegal_argument_exception"],
      ["index", "fallback", undefined, "document_parsing_exception"],
      ["create", "fallback", undefined, "document_parsing_exception"],
      ["create", "fallback", undefined, "document_parsing_exception"],
      ["create", "fallback", undefined, undefined],
    ]);
    expect(describeLogs(batch).map(({ body }) => body)).toEqual(["one", "two", "last, without an end of line"]);
    expect(items[6].error?.reason).toMatch(/10014 bytes; the limit is 10000/);
  });

  it("is refused as a whole when an action cannot be read", () => {
    const check = (text: string, message: RegExp) => {
      expect(() => decode(text)).toThrow(DecodeError);
      expect(() => decode(text)).toThrow(message);
    };
    check("x\n", /Malformed action\/metadata line \[1\], cannot decode JSON/);
    check(lines({ create: { _index: "a" } }, {}, { message: "x" }), /line \[3\], expected one of index, create/);
    check(lines({ create: { _index: "a" }, index: {} }), /expected one of/);
    check(lines("[]"), /expected one of/);
    check(lines({ create: 1 }), /expected START_OBJECT/);
    check(lines({ create: {} }, {}), /index is missing/);
    check(lines({ create: { _index: "a" } }), /line 1 has an action without its document/);
    check(lines(" ".repeat(70_000) + "{}"), /of 70002 bytes/);
  });

  it("may be empty, and not of more items than anybody sends", () => {
    expect(decode("")).toMatchObject({ batch: { count: 0 }, items: [] });
    expect(decode("\r\n \n")).toMatchObject({ items: [] });
    expect(() => decode(lines({ delete: { _index: "a" } }).repeat(100_001))).toThrow(TooLargeError);
  });
});

describe("a document", () => {
  it("of the Common Schema has OpenTelemetry's names", () => {
    const log = record({
      "@timestamp": "2026-03-01T12:34:56.123456789Z",
      message: "failed",
      log: { level: "ERROR", logger: "shop.Cart" },
      service: { name: "shop", version: "1.2", environment: "prod", node: { name: "shop-1" } },
      host: { name: "h1", ip: ["10.0.0.1"], architecture: "x86_64" },
      kubernetes: { namespace: "web", pod: { name: "shop-1", uid: "u" }, labels: { app: "shop" } },
      trace: { id: "0af7651916cd43dd8448eb211c80319c" },
      span: { id: "b7ad6b7169203331" },
      transaction: { id: "ffffffffffffffff" },
      error: { type: "TypeError", message: "x is not a function", stack_trace: "at a\n at b" },
      http: { response: { status_code: 500, body: { bytes: 1.5 } } },
      tags: ["a", 1, null, true, { b: {} }],
      event: { duration: 1500, original: "raw" },
      labels: {},
      gone: null,
    });
    expect(log).toEqual({
      time: String(BigInt(Date.parse("2026-03-01T12:34:56.123Z")) * 1_000_000n + 456_789n),
      observedTime: "0",
      severityNumber: 17,
      severityText: "ERROR",
      body: "failed",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      resource: {
        "service.name": "shop",
        "service.version": "1.2",
        "deployment.environment.name": "prod",
        "service.instance.id": "shop-1",
        "host.name": "h1",
        "host.ip": ["10.0.0.1"],
        "host.arch": "x86_64",
        "k8s.namespace.name": "web",
        "k8s.pod.name": "shop-1",
        "k8s.pod.uid": "u",
        "kubernetes.labels.app": "shop",
      },
      attributes: {
        "log.logger": "shop.Cart",
        "transaction.id": "ffffffffffffffff",
        "exception.type": "TypeError",
        "exception.message": "x is not a function",
        "exception.stacktrace": "at a\n at b",
        "http.response.status_code": 500n,
        "http.response.body.bytes": 1.5,
        tags: ["a", 1n, null, true, { b: {} }],
        "event.duration": 1500n,
        "event.original": "raw",
        labels: {},
      },
    });
  });

  it("keeps a whole number that no double holds", () => {
    const { batch } = decode('{"create":{"_index":"a"}}\n{"id":9007199254740993}\n');
    expect(describeLogs(batch)[0].attributes).toMatchObject({ id: "9007199254740993" });
  });

  it("of Fluent Bit or Vector is understood as well", () => {
    expect(
      record({
        "@timestamp": "2026-03-01T12:34:56.123Z",
        log: "level=warn msg=x",
        kubernetes: { pod_name: "p", namespace_name: "n", container_name: "c", host: "node-1" },
      }),
    ).toMatchObject({
      body: "level=warn msg=x",
      severityNumber: 13,
      severityText: "",
      resource: {
        "service.name": "c",
        "k8s.pod.name": "p",
        "k8s.namespace.name": "n",
        "k8s.container.name": "c",
        "k8s.node.name": "node-1",
      },
    });
    expect(record({ timestamp: "2026-03-01T12:34:56Z", message: "x", host: "h", level: 30, app: "a" })).toMatchObject({
      severityNumber: 9,
      severityText: "30",
      resource: { "host.name": "h", "service.name": "a" },
      attributes: { level: 30n, app: "a" },
    });
  });

  it("tells its time in many ways, and has the time of its arrival without", () => {
    const check = (value: unknown, time: string, rest: object = {}) =>
      expect(record({ "@timestamp": value, ...rest })).toMatchObject({
        time,
        observedTime: time === "0" ? String(NOW) : "0",
      });
    check(1700000000123, "1700000000123000000");
    check(1700000000.5, "1700000000500000000");
    check(1700000000123456, "1700000000123456000");
    check("1700000000123456789", "1700000000123456789");
    check("1700000000123", "1700000000123000000");
    for (const none of [undefined, "yesterday", -1, 0, {}, "1950-01-01", 1e30]) check(none, "0");
    check("yesterday", "1700000000000000000", { time: 1700000000 });
    expect(record({ "@timestamp": "yesterday" }).attributes).toEqual({ "@timestamp": "yesterday" });
  });

  it("keeps what is no id, and a body that is no text", () => {
    const ids = { "trace.id": "xyz", "span.id": "0".repeat(16) };
    expect(record({ ...ids, message: { a: [1] } })).toMatchObject({ traceId: "", spanId: "", attributes: ids });
    expect(record({ message: ["a", 1] }).body).toEqual(["a", 1n]);
    expect(record({ a: 1 }).body).toBeUndefined();
  });

  it("may be nested as deep as Elasticsearch allows", () => {
    let deep: object = { leaf: 1 };
    for (let i = 0; i < 998; i++) deep = { key: deep };
    const [[key, value]] = Object.entries(record({ deep }).attributes);
    expect(key.length).toBeLessThan(300);
    expect(JSON.stringify(value)).toContain('{\\"key\\":');
    let list: unknown = 1;
    for (let i = 0; i < 999; i++) list = [list];
    expect(JSON.stringify(record({ list }).attributes)).toContain("[1]");
  });

  it("cannot reach what is not its own", () => {
    const { batch } = decode('{"create":{"_index":"a"}}\n{"__proto__":{"x":1},"constructor":2}\n');
    expect(describeLogs(batch)[0].attributes).toMatchObject({ "__proto__.x": 1n, constructor: 2n });
  });
});

describe("a document that is nested too deeply", () => {
  it("is refused like one that is no JSON, and the others are kept", () => {
    const deep = (depth: number) => `{"a":${"[".repeat(depth - 1)}"[{"${"]".repeat(depth - 1)}}`;
    const { batch, items } = decode(
      lines({ create: { _index: "a" } }, deep(1000), { create: {} }, deep(1001), { create: {} }, { message: "two" }),
      { index: "a", maxDocumentBytes: 100_000 },
    );
    expect(batch.count).toBe(2);
    expect(items.map(({ error }) => error?.reason)).toEqual([undefined, expect.stringMatching(/1000 deep/), undefined]);
    expect(decode(lines({ create: { _index: "a" } }, deep(4000))).items[0].error?.type).toBe(
      "document_parsing_exception",
    );
  });
});
