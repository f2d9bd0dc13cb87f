import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../test/kit/oracle.ts";
import { Random } from "../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../test/kit/random-otlp.ts";
import {
  at,
  logsRequest,
  traceIdOf,
  tracesRequest,
  type SimpleLog,
  type SimpleSpan,
} from "../../test/kit/simple-otlp.ts";
import { engines, logsOf, spansOf, type StoreUnderTest } from "../../test/kit/stores.ts";
import { EVERY_LOG } from "../model/log-condition.ts";
import { tokensOf } from "../model/tokens.ts";
import { anyValueText } from "../wire/otlp/attribute-text.ts";
import { encodeLogs, encodeTraces } from "../wire/otlp/encode-batch.ts";
import { logSearch, type SimpleLogFilter } from "../../test/kit/log-searches.ts";
import type { SpanFilter } from "./store.ts";

const ALWAYS = { start: 0n, end: 2n ** 64n - 1n };

describe.each(engines())("the store ($name)", ({ open }) => {
  let store: StoreUnderTest;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => store.close());

  const put = async (...spans: SimpleSpan[]) => {
    for (const span of spans) await store.writer.append(spansOf(tracesRequest(span)));
  };
  const putLogs = async (...logs: SimpleLog[]) => {
    for (const log of logs) await store.writer.append(logsOf(logsRequest(log)));
  };
  const find = async (filter: Partial<SpanFilter>, limit = 100) => {
    const matches = await store.reader.findTraces({ range: ALWAYS, ...filter }, limit);
    return matches.map(({ traceId }) => Number(BigInt(`0x${Buffer.from(traceId).toString("hex")}`)));
  };
  const findLogs = async (filter: SimpleLogFilter, limit = 100) => {
    const batches = await store.reader.findLogs(logSearch(limit, filter));
    return batches.flatMap((batch) =>
      Array.from({ length: batch.count }, (_, i) =>
        anyValueText(batch.bytes, batch.bodyOffset[i], batch.bodyOffset[i] + batch.bodyLength[i]),
      ),
    );
  };

  it("gives back random traces and logs, all fields of them", async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = new Random(seed);
      const traces = randomTraces(random, { records: 25 });
      const logs = randomLogs(random, { records: 25 });
      await store.writer.append(spansOf(traces));
      await store.writer.append(logsOf(logs));
      const sent = canonicalRecords(oracleDecode("traces", oracleEncode("traces", traces)));
      const sentLogs = canonicalRecords(oracleDecode("logs", oracleEncode("logs", logs)));
      const ids = new Set(sent.map((text) => JSON.parse(text).record.traceId as string));
      for (const id of ids) {
        const traceId = Uint8Array.from(Buffer.from(id, "hex"));
        const spans = canonicalRecords(oracleDecode("traces", encodeTraces(await store.reader.readTrace(traceId))));
        expect(spans).toEqual(sent.filter((text) => JSON.parse(text).record.traceId === id));
        const linked = canonicalRecords(oracleDecode("logs", encodeLogs(await store.reader.readTraceLogs(traceId))));
        expect(linked).toEqual(sentLogs.filter((text) => JSON.parse(text).record.traceId === id));
      }
    }
  });

  it("knows no trace it was not given", async () => {
    await put({ trace: 1, id: 1 });
    expect(await store.reader.readTrace(traceIdOf(2))).toEqual([]);
    expect(await store.reader.readTraceLogs(traceIdOf(1))).toEqual([]);
  });

  it("shows a span to the very next read, however late or old it is", async () => {
    await put({ trace: 1, id: 1, start: 0 });
    const starts = [5, -86_400_000 * 365 * 8, 86_400_000];
    for (const [n, start] of starts.entries()) {
      await put({ trace: 1, id: 2 + n, start });
      const spans = (await store.reader.readTrace(traceIdOf(1))).reduce((sum, batch) => sum + batch.count, 0);
      expect(spans).toBe(2 + n);
    }
  });

  it("takes an identical request once, and a different one with the same span for reading once", async () => {
    const request = tracesRequest({ trace: 1, id: 1 }, { trace: 1, id: 2 });
    expect(await store.writer.append(spansOf(request))).toBe("stored");
    expect(await store.writer.append(spansOf(request))).toBe("duplicate");
    expect(await store.writer.append(spansOf(tracesRequest({ trace: 1, id: 2 }, { trace: 1, id: 3 })))).toBe("stored");
    const ids = (await store.reader.readTrace(traceIdOf(1))).flatMap((batch) =>
      Array.from({ length: batch.count }, (_, i) => batch.bytes[batch.spanId[i] + 7]),
    );
    expect(ids.sort((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  it("keeps equal log lines of one request, and takes the request once", async () => {
    const line = { body: "same", time: 1, trace: 1 };
    const request = logsRequest(line, line);
    await store.writer.append(logsOf(request));
    await store.writer.append(logsOf(request));
    expect(await findLogs({})).toEqual(["same", "same"]);
  });

  it("finds traces by every condition, newest matching span first", async () => {
    await put(
      {
        trace: 1,
        id: 1,
        service: "gateway",
        name: "GET /",
        kind: 2,
        start: 100,
        durationMs: 50,
        attributes: { "http.request.method": "GET", n: 7, ratio: 0.5, ok: true },
      },
      { trace: 1, id: 2, service: "orders", name: "POST /orders", kind: 2, start: 110, durationMs: 500, error: true },
      {
        trace: 2,
        id: 1,
        service: "gateway",
        name: "GET /",
        kind: 2,
        start: 200,
        durationMs: 5,
        attributes: { "http.method": "POST" },
      },
      {
        trace: 3,
        id: 1,
        service: "gateway",
        name: "GET /other",
        kind: 3,
        start: 300,
        durationMs: 2000,
        resource: { "host.name": "a" },
        scope: { s: "x" },
      },
      {
        trace: 4,
        id: 1,
        name: "nameless",
        start: 400,
        events: [{ name: "exception", attributes: { "exception.type": "TypeError" } }],
        links: [{ trace: 1, attributes: { why: "retry" } }],
      },
    );
    const check = async (filter: Partial<SpanFilter>, expected: number[], limit?: number) =>
      expect(
        await find(filter, limit),
        JSON.stringify(filter, (_, v) => (typeof v === "bigint" ? String(v) : v)),
      ).toEqual(expected);
    await check({}, [4, 3, 2, 1]);
    await check({}, [4, 3], 2);
    await check({ service: "gateway" }, [3, 2, 1]);
    await check({ service: "unknown_service" }, [4]);
    await check({ service: "nobody" }, []);
    await check({ operation: "GET /" }, [2, 1]);
    await check({ service: "orders", operation: "GET /" }, []);
    await check({ kind: 3 }, [3]);
    await check({ errorsOnly: true }, [1]);
    await check({ minDurationNanos: 500_000_000n }, [3, 1]);
    await check({ minDurationNanos: 500_000_001n }, [3]);
    await check({ maxDurationNanos: 5_000_000n }, [4, 2]);
    await check({ range: { start: at(200), end: at(300) } }, [3, 2]);
    await check({ range: { start: at(200) + 1n, end: at(300) - 1n } }, []);
    await check({ range: { start: at(105), end: at(115) } }, [1]);
    const attribute = (key: string, value: string, expected: number[]) =>
      check({ attributes: [{ key, value }] }, expected);
    await attribute("http.request.method", "GET", [1]);
    await attribute("http.request.method", "POST", [2]);
    await attribute("http.method", "GET", [1]);
    await attribute("n", "7", [1]);
    await attribute("n", "8", []);
    await attribute("ratio", "0.5", [1]);
    await attribute("ok", "true", [1]);
    await attribute("host.name", "a", [3]);
    await attribute("s", "x", [3]);
    await attribute("exception.type", "TypeError", [4]);
    await attribute("why", "retry", [4]);
    await attribute("service.name", "orders", [1]);
    await check(
      {
        attributes: [
          { key: "n", value: "7" },
          { key: "ok", value: "true" },
        ],
      },
      [1],
    );
    await check(
      {
        attributes: [
          { key: "n", value: "7" },
          { key: "ok", value: "false" },
        ],
      },
      [],
    );
    await check({ service: "orders", attributes: [{ key: "n", value: "7" }] }, []);
  });

  it("finds the attribute of an event that holds nothing else", async () => {
    const event = { attributes: [{ key: "k", value: { stringValue: "v" } }] };
    const span = { traceId: traceIdOf(1), spanId: traceIdOf(1).subarray(8), events: [event] };
    await store.writer.append(spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
    expect(await find({ attributes: [{ key: "k", value: "v" }] })).toEqual([1]);
    expect(await find({ attributes: [{ key: "k", value: "w" }] })).toEqual([]);
  });

  it("tells of results while it searches, in their order, each once, and ends when it is told to", async () => {
    for (let n = 1; n <= 12; n++) await put({ trace: n, id: 1, start: n * 1000, service: "a" });
    await put({ trace: 3, id: 2, start: 20_000, service: "a" });
    const told: string[] = [];
    const shares: number[] = [];
    const found = await store.reader.findTraces({ range: ALWAYS }, 8, undefined, ({ settled, share }) => {
      told.push(...settled.map(({ traceId }) => Buffer.from(traceId).toString("hex")));
      shares.push(share);
    });
    expect(told).toEqual(found.map(({ traceId }) => Buffer.from(traceId).toString("hex")));
    expect(told.length).toBe(8);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    if (store.name === "sqlite, a sealed block a request") expect(shares.length).toBeGreaterThan(5);
    const stop = () => {
      throw new Error("enough");
    };
    await expect(store.reader.findTraces({ range: ALWAYS }, 8, undefined, stop)).rejects.toThrow("enough");
  });

  it("searches with values of every type as text", async () => {
    await put({
      trace: 1,
      id: 1,
      attributes: {
        big: 9007199254740993n,
        list: ["a", 1, true],
        map: { k: "v" },
        bytes: Uint8Array.from([1, 2]),
        empty: "",
        none: null,
        long: "x".repeat(5000),
      },
    });
    for (const [key, value] of [
      ["big", "9007199254740993"],
      ["list", '["a",1,true]'],
      ["map", '{"k":"v"}'],
      ["bytes", "AQI="],
      ["empty", ""],
      ["none", ""],
      ["long", "x".repeat(5000)],
    ]) {
      expect(await find({ attributes: [{ key, value }] }), key).toEqual([1]);
    }
  });

  it("counts a span that ends before it starts as lasting no time, and keeps its times", async () => {
    await put({ trace: 1, id: 1, start: 10, durationMs: -5 });
    expect(await find({ minDurationNanos: 1n })).toEqual([]);
    expect(await find({ maxDurationNanos: 0n })).toEqual([1]);
    const [batch] = await store.reader.readTrace(traceIdOf(1));
    expect((BigInt(batch.endHigh[0]) << 32n) | BigInt(batch.endLow[0])).toBe(at(5));
  });

  it("finds logs by every condition, newest first, by observed time where there is no other", async () => {
    await putLogs(
      { body: "one", time: 1, service: "a", severity: 9, attributes: { user: "u1" } },
      { body: "three", time: 3, service: "b", severity: 17 },
      { body: "two", observed: 2, service: "a", severity: 13, trace: 5, span: 1 },
    );
    expect(await findLogs({})).toEqual(["three", "two", "one"]);
    expect(await findLogs({}, 2)).toEqual(["three", "two"]);
    expect(await findLogs({ service: "a" })).toEqual(["two", "one"]);
    expect(await findLogs({ minSeverityNumber: 13 })).toEqual(["three", "two"]);
    expect(await findLogs({ range: { start: at(2), end: at(2) } })).toEqual(["two"]);
    expect(await findLogs({ attributes: [{ key: "user", value: "u1" }] })).toEqual(["one"]);
    expect(await findLogs({ words: ["two"] })).toEqual(["two"]);
    expect(await findLogs({ words: ["two"], service: "b" })).toEqual([]);
    expect((await store.reader.readTraceLogs(traceIdOf(5))).length).toBe(1);
  });

  it("takes the level from the severity text where no number was sent, and gives back what was sent", async () => {
    await putLogs(
      { body: "told", time: 1, severity: 9, severityText: "ERROR" },
      { body: "warning", time: 2, severity: 0, severityText: "Warning" },
      { body: "error", time: 3, severity: 0, severityText: "err" },
      { body: "odd", time: 4, severity: 0, severityText: "odd" },
      { body: "none", time: 5, severity: 0 },
    );
    expect(await findLogs({ minSeverityNumber: 17 })).toEqual(["error"]);
    expect(await findLogs({ minSeverityNumber: 13 })).toEqual(["error", "warning"]);
    expect(await findLogs({ minSeverityNumber: 1 })).toEqual(["error", "warning", "told"]);
    const levels: (string | undefined)[] = [];
    const scan = { range: { start: at(0), end: at(100) }, condition: EVERY_LOG, order: "oldest" } as const;
    const sent: number[] = [];
    await store.reader.scanLogs(scan, (piece) => {
      const { codes, texts } = piece?.column({ kind: "level" }) ?? { codes: [], texts: [] };
      for (const code of codes) levels.push(texts[code]);
      if (piece) sent.push(...piece.batch(Array.from(codes, (_, i) => i)).severityNumber);
    });
    expect(new Set(levels)).toEqual(new Set(["", "error", "info", "warn"]));
    expect(sent.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 9]);
  });

  it("finds logs by the words of their bodies, whatever their case, script and type", async () => {
    await putLogs(
      { body: "Cannot reach payments-7: ECONNREFUSED (attempt=3)", time: 1 },
      { body: "größe_max überschritten; 日本語 ok", time: 2 },
      { body: "", time: 3 },
    );
    await store.writer.append(
      logsOf({
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano: at(4),
                    body: { kvlistValue: { values: [{ key: "msg", value: { stringValue: "Nested Hello" } }] } },
                  },
                  { timeUnixNano: at(5) },
                ],
              },
            ],
          },
        ],
      }),
    );
    const check = async (text: string, found: number) =>
      expect((await findLogs({ words: tokensOf(text) })).length, text).toBe(found);
    await check("econnrefused", 1);
    await check("payments 7", 1);
    await check("CANNOT attempt 3", 1);
    await check("attempt 4", 0);
    await check("econn", 0);
    await check("größe_max", 1);
    await check("größe", 0);
    await check("日本語", 1);
    await check("hello msg", 1);
    await check("", 5);
  });

  it("summarises operations: counts, errors, latencies, buckets", async () => {
    await put(
      { trace: 1, id: 1, service: "a", name: "x", kind: 2, start: 0, durationMs: 10 },
      { trace: 1, id: 2, service: "a", name: "x", kind: 2, start: 900, durationMs: 20, error: true },
      { trace: 1, id: 3, service: "b", name: "y", kind: 3, start: 100, durationMs: 1 },
      { trace: 2, id: 4, service: "a", name: "x", kind: 2, start: 5000, durationMs: 1 },
    );
    const range = { start: at(0), end: at(1000) };
    const all = await store.reader.summarizeOperations(range, { buckets: 2 });
    const summary = all.find(({ operation }) => operation === "x");
    expect(
      all.map(({ service, operation, kind }) => [service, operation, kind]).sort(([a], [b]) => (a < b ? -1 : 1)),
    ).toEqual([
      ["a", "x", 2],
      ["b", "y", 3],
    ]);
    // Rows of a block that reaches over an edge count by share: only the many-blocks and memory engines are exact here.
    expect(summary?.count).toBeGreaterThanOrEqual(
      store.name === "sqlite, open block" || store.name === "sqlite, mixed" ? 1 : 2,
    );
    if (store.name === "memory" || store.name === "sqlite, a sealed block a request") {
      expect([
        summary?.count,
        summary?.errorCount,
        [...(summary?.counts ?? [])],
        [...(summary?.errorCounts ?? [])],
      ]).toEqual([2, 1, [1, 1], [0, 1]]);
      expect(summary?.latency.reduce((a, b) => a + b)).toBe(2);
    }
    expect(
      (await store.reader.summarizeOperations(range, { buckets: 1, service: "b" })).map(({ service }) => service),
    ).toEqual(["b"]);
    expect(await store.reader.summarizeOperations({ start: at(1e9), end: at(2e9) }, { buckets: 1 })).toEqual([]);
  });

  it("lists services with their versions, the newest first", async () => {
    await put({ trace: 1, id: 1, service: "a", resource: { "service.version": "1.0" } });
    await put({ trace: 1, id: 2, service: "b" });
    await put({ trace: 1, id: 3, service: "a", start: 1, resource: { "service.version": "1.1" } });
    const services = await store.reader.listServices(ALWAYS);
    expect(services.map(({ name }) => name)).toEqual(["a", "b"]);
    expect([...services[0].versions].sort()).toEqual(["1.0", "1.1"]);
    expect(services[1].versions).toEqual([]);
  });

  it("sees calls between services, resent spans once", async () => {
    const spans: SimpleSpan[] = [
      { trace: 1, id: 1, service: "gateway" },
      { trace: 1, id: 2, parent: 1, service: "orders", error: true },
      { trace: 1, id: 3, parent: 2, service: "orders" },
      { trace: 2, id: 4, parent: 99, service: "orders" },
    ];
    await put(...spans);
    expect(await store.reader.summarizeDependencies(ALWAYS)).toEqual([
      { parent: "gateway", child: "orders", callCount: 1, errorCount: 1 },
    ]);
  });

  it("suggests attribute keys and values", async () => {
    await put(
      { trace: 1, id: 1, service: "a", attributes: { "http.route": "/pay", n: 1 } },
      { trace: 1, id: 2, service: "a", attributes: { "http.route": "/buy" } },
      { trace: 1, id: 3, service: "a", attributes: { "http.route": "/buy" } },
    );
    const suggest = async (key?: string, prefix?: string) =>
      (await store.reader.suggestAttributes({ signal: "traces", key, prefix, limit: 5 })).map(({ text }) => text);
    expect(await suggest()).toEqual(expect.arrayContaining(["http.route", "service.name", "n"]));
    expect(await suggest("http.route")).toEqual(["/buy", "/pay"]);
    expect(await suggest("http.route", "/P")).toEqual(["/pay"]);
  });

  it("reads skeletons of several traces without their attributes", async () => {
    await put({ trace: 1, id: 1, attributes: { a: 1 } }, { trace: 2, id: 1, error: true }, { trace: 3, id: 1 });
    const batches = await store.reader.readTraces([traceIdOf(1), traceIdOf(2), traceIdOf(9)], "skeleton");
    expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    expect(
      batches.every(({ attributeOffset, restOffset }) => attributeOffset.length === 0 && restOffset.length === 0),
    ).toBe(true);
    const records = canonicalRecords(oracleDecode("traces", encodeTraces(batches))).map(
      (text) => JSON.parse(text).record,
    );
    expect(records.map(({ status }) => status)).toEqual(expect.arrayContaining([{ code: 2 }]));
  });

  it("keeps documents", async () => {
    const { documents } = store.writer;
    expect(await documents.get("color", "a")).toBeUndefined();
    await documents.put("color", "a", 3);
    await documents.put("color", "a", 4);
    await documents.put("color", "b", { x: [1] });
    expect(await store.reader.documents.get("color", "a")).toBe(4);
    expect(await store.reader.documents.list("color")).toEqual([
      { key: "a", value: 4 },
      { key: "b", value: { x: [1] } },
    ]);
    await documents.putAll("color", [
      { key: "b", value: { x: [2] } },
      { key: "c", value: null },
    ]);
    expect((await store.reader.documents.list("color")).map(({ value }) => value)).toContainEqual({ x: [2] });
    await documents.delete("color", "c");
    await documents.put("color", "b", { x: [1] });
    await documents.delete("color", "a");
    expect(await documents.list("color")).toEqual([{ key: "b", value: { x: [1] } }]);
  });

  it("writes documents of several collections at once", async () => {
    const { documents } = store.writer;
    await documents.put("color", "a", 1);
    await documents.write([
      { collection: "queue", key: "1", value: { of: "a" } },
      { collection: "color", key: "a", value: undefined },
      { collection: "color", key: "b", value: 2 },
    ]);
    expect(await store.reader.documents.list("color")).toEqual([{ key: "b", value: 2 }]);
    expect(await store.reader.documents.list("queue")).toEqual([{ key: "1", value: { of: "a" } }]);
  });

  it("adds a document only where there is none", async () => {
    const { documents } = store.writer;
    expect(await documents.add("color", "a", 1)).toBe(1);
    expect(await documents.add("color", "a", 2)).toBe(1);
  });

  it("knows from when to when its data reaches", async () => {
    expect(await store.reader.dataRange("traces")).toBeUndefined();
    await put({ trace: 1, id: 1, start: 10 }, { trace: 1, id: 2, start: 5 }, { trace: 1, id: 3, start: 7 });
    const range = await store.reader.dataRange("traces");
    expect([range?.start, (range?.end ?? 0n) / 1000n]).toEqual([at(5), at(10) / 1000n]);
    expect(await store.reader.dataRange("logs")).toBeUndefined();
  });

  it("refuses to store after closing", async () => {
    const closing = open();
    await closing.close();
    await expect(closing.writer.append(spansOf(tracesRequest({ trace: 1, id: 1 })))).rejects.toThrow(/cannot store/);
  });
});
