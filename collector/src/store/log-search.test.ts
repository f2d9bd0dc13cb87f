/** What a search of logs finds, whatever engine looks for it: held against the engine in memory, which looks at every record. */
import { afterEach, describe, expect, it } from "vitest";
import { Random } from "../../test/kit/random.ts";
import { randomCondition, randomLogRequest, randomText } from "../../test/kit/random-logs.ts";
import { EVER, test } from "../../test/kit/log-searches.ts";
import { oracleEncode } from "../../test/kit/oracle.ts";
import { at, logsRequest } from "../../test/kit/simple-otlp.ts";
import { engines, logsOf, openSqlite, tempDirectory, type StoreUnderTest } from "../../test/kit/stores.ts";
import { openScope } from "../base/work-scope.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { LogCondition, TextTest } from "../model/log-condition.ts";
import { attributeField, type LogField } from "../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece } from "../model/log-piece.ts";
import { tokensOf } from "../model/tokens.ts";
import { decodeBody } from "../wire/decode-body.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import type { LogCursor, LogScan, StoreReader, TimeRange } from "./store.ts";

const N = attributeField("n");
const FIELDS: LogField[] = [
  ...(["service", "body", "level", "severity_text", "event_name", "scope", "trace_id", "span_id"] as const).map(
    (kind) => ({ kind }),
  ),
  attributeField("a"),
  attributeField("a.b"),
  attributeField("http.request.method"),
  attributeField("user.id"),
];

function textsOf(piece: LogPiece, field: LogField): (string | undefined)[] {
  const { codes, texts } = piece.column(field);
  return Array.from(codes, (code) => (code === ABSENT_TEXT ? undefined : texts[code]));
}

/** Number of each hit, and all its fields. */
async function scan(reader: StoreReader, scanned: LogScan): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>();
  let edge = scanned.order === "newest" ? 2n ** 64n : -1n;
  let share = 0;
  await reader.scanLogs(scanned, (piece, step) => {
    expect(step.share).toBeGreaterThanOrEqual(share);
    share = step.share;
    if (piece) {
      const columns = FIELDS.map((field) => textsOf(piece, field));
      for (const [i, n] of textsOf(piece, N).entries()) {
        const time = (BigInt(piece.timeHigh[i]) << 32n) | BigInt(piece.timeLow[i]);
        if (scanned.order === "newest") expect(time <= edge).toBe(true);
        else expect(time >= edge).toBe(true);
        found.set(n as string, [time, piece.severityNumber[i], ...columns.map((column) => column[i])]);
      }
      expect(numbersOf([piece.batch(Array.from({ length: piece.count }, (_, i) => i))]).length).toBe(piece.count);
    }
    edge = step.edge;
  });
  expect(share).toBe(1);
  return found;
}

function numbersOf(batches: readonly LogBatch[]): string[] {
  return batches.flatMap((batch) => Array.from({ length: batch.count }, (_, i) => numberOf(batch, i)));
}

/** The value of the last attribute, a small integer. */
function numberOf(batch: LogBatch, record: number): string {
  const last = batch.attributeStart[record + 1] - 1;
  const end = batch.attributeOffset[last] + batch.attributeLength[last];
  let value = 0;
  const { bytes } = batch;
  // key `n`, then the AnyValue's int_value
  let at = batch.attributeOffset[last] + 3 + 2 + 1;
  for (let shift = 0; at < end; shift += 7) value |= (bytes[at++] & 0x7f) << shift;
  return String(value);
}

describe.each(engines())("a search of logs ($name)", ({ open, name }) => {
  let store: StoreUnderTest;
  let memory: MemoryStore;
  afterEach(() => store.close());

  async function fill(random: Random, requests: number): Promise<void> {
    store = open();
    memory = new MemoryStore();
    let first = 0;
    for (let i = 0; i < requests; i++) {
      const records = 1 + random.below(5);
      const bytes = randomLogRequest(random, records, first);
      first += 10;
      const { batch } = decodeBody("logs", { bytes, encoding: "protobuf", compression: "none" }, 1e9);
      await store.writer.append(batch);
      await memory.append(batch);
    }
  }

  const seeds = name === "memory" ? [1] : [1, 2];
  it.each(seeds)("finds exactly what the condition says, field by field (seed %i)", async (seed) => {
    const random = new Random(seed);
    await fill(random, 25);
    let hits = 0;
    for (let i = 0; i < 80; i++) {
      const condition = randomCondition(random);
      const order = random.pick(["newest", "oldest"] as const);
      const scanned = { range: randomRange(random), condition, order };
      const found = await scan(store.reader, scanned);
      const expected = await scan(memory, scanned);
      expect([...found.keys()].sort(), JSON.stringify(condition)).toEqual([...expected.keys()].sort());
      for (const [n, fields] of expected) expect(found.get(n), n).toEqual(fields);
      hits += found.size;
    }
    expect(hits).toBeGreaterThan(100);
  });

  it("gives pages that together are all hits in order, each once, also over equal times", async () => {
    const random = new Random(9);
    await fill(random, 30);
    // Until all is merged that is to be merged, where that is done: it may change the order among equal times.
    for (let i = 0; i < 20; i++) await store.reader.dataRange("logs");
    for (let i = 0; i < 12; i++) {
      const condition: LogCondition = i === 0 ? { kind: "and", of: [] } : randomCondition(random);
      const order = random.pick(["newest", "oldest"] as const);
      const scanned = { range: randomRange(random), condition, order };
      const expected = await scan(memory, scanned);
      const all: string[] = [];
      let after: LogCursor | undefined;
      for (let page = 0; page < 1000; page++) {
        const limit = 1 + random.below(7);
        const settled: LogBatch[] = [];
        const batches = await store.reader.findLogs({ ...scanned, limit, after }, undefined, (progress) =>
          settled.push(...progress.settled),
        );
        const numbers = numbersOf(batches);
        expect(numbersOf(settled)).toEqual(numbers);
        expect(numbers.length).toBeLessThanOrEqual(limit);
        if (numbers.length === 0) break;
        all.push(...numbers);
        const times = all.map((n) => expected.get(n)?.[0] as bigint);
        const last = times.at(-1) as bigint;
        after = { timeUnixNano: last, skip: times.filter((time) => time === last).length };
      }
      expect(all.toSorted()).toEqual([...expected.keys()].sort());
      const times = all.map((n) => expected.get(n)?.[0] as bigint);
      const sorted = times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(times).toEqual(order === "oldest" ? sorted : sorted.toReversed());
    }
  });

  it("names all attributes and members of the hits", async () => {
    const random = new Random(4);
    await fill(random, 10);
    const keys = async (reader: StoreReader) => {
      const names = new Set<string>();
      await reader.scanLogs({ range: EVER, condition: { kind: "and", of: [] }, order: "newest" }, (piece) => {
        for (const key of piece?.keys() ?? []) names.add(key);
      });
      return [...names].sort();
    };
    expect(await keys(store.reader)).toEqual(await keys(memory));
  });

  it("ends a scan when it is told to", async () => {
    await fill(new Random(2), 10);
    let calls = 0;
    await store.reader.scanLogs({ range: EVER, condition: { kind: "and", of: [] }, order: "newest" }, () => {
      calls++;
      return false;
    });
    expect(calls).toBe(1);
  });
});

describe.each(engines())("lines of few statements ($name)", ({ open }) => {
  it("are found by their words, those that differ and those that do not", async () => {
    const random = new Random(21);
    const store = open();
    const memory = new MemoryStore();
    const statements = [
      () => `user user${random.below(9)} paid ${random.below(30)} EUR`,
      () => `User user${random.below(9)} PAID ${random.below(30)} eur`,
      () => `GET /orders/${random.below(30)} ${random.pick(["200", "404"])} in ${random.below(12)}ms`,
      () => `${random.below(5)}`,
      () => "größe über 9000",
      () => randomText(random),
    ];
    for (let request = 0; request < 8; request++) {
      const logRecords = Array.from({ length: 40 }, (_, i) => ({
        timeUnixNano: at(request * 40 + i).toString(),
        ...(random.chance(0.95) ? { body: { stringValue: random.pick(statements)() } } : {}),
        attributes: [{ key: "n", value: { intValue: request * 40 + i } }],
      }));
      const bytes = oracleEncode("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
      const { batch } = decodeBody("logs", { bytes, encoding: "protobuf", compression: "none" }, 1e9);
      await store.writer.append(batch);
      await memory.append(batch);
    }
    const words = [
      "user3",
      "USER7",
      "paid",
      "eur",
      "7",
      "29",
      "200",
      "12ms",
      "get",
      "orders",
      "in",
      "größe",
      "9000",
      "k8s",
    ];
    for (let i = 0; i < 60; i++) {
      const chosen = tokensOf(Array.from({ length: 1 + random.below(3) }, () => random.pick(words)).join(" "));
      const texts: TextTest[] = [
        { kind: "words", words: chosen },
        { kind: "phrase", words: chosen },
      ];
      for (const text of texts) {
        const scanned = { range: EVER, condition: test("body", text), order: "newest" } as const;
        expect(await scan(store.reader, scanned), JSON.stringify(text)).toEqual(await scan(memory, scanned));
      }
    }
    await store.close();
  });
});

function randomRange(random: Random): TimeRange {
  if (random.chance(0.5)) return EVER;
  const start = random.below(6) * 1000;
  return { start: at(start), end: at(start + random.below(5) * 1000) };
}

describe.each(engines())("odd bodies ($name)", ({ open }) => {
  it("are searched like any other, whatever their length and their bytes", async () => {
    const store = open();
    const long = `${"lorem ipsum ".repeat(900_000)}needle in the end`;
    const bodies = [long, "", "\u0000\u001b[31mred\u001b[0m", "lone \ud800 surrogate", "<script>x</script>", "a\r\nb"];
    for (const [n, body] of bodies.entries()) {
      const request = oracleEncode("logs", {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: at(n), body: { stringValue: body } }] }] }],
      });
      const { batch } = decodeBody("logs", { bytes: request, encoding: "protobuf", compression: "none" }, 1e9);
      await store.writer.append(batch);
    }
    const check = async (text: TextTest, expected: number[]) => {
      const condition = test("body", text);
      const found: number[] = [];
      await store.reader.scanLogs({ range: EVER, condition, order: "oldest" }, (piece) => {
        for (const low of piece?.timeLow ?? []) found.push((low - Number(at(0) & 0xffffffffn)) / 1e6);
      });
      expect(
        found.toSorted((a, b) => a - b),
        JSON.stringify(text),
      ).toEqual(expected);
    };
    await check({ kind: "words", words: ["needle"] }, [0]);
    await check({ kind: "phrase", words: ["needle", "in", "the", "end"] }, [0]);
    await check({ kind: "contains", text: "NEEDLE IN", ignoreCase: true }, [0]);
    await check({ kind: "regex", pattern: "needle in . e[mn]d$|the e[mn]d$", ignoreCase: false, whole: false }, [0]);
    await check({ kind: "equals", text: long }, [0]);
    await check({ kind: "equals", text: "" }, [1]);
    await check({ kind: "contains", text: "\u001b[31m", ignoreCase: false }, [2]);
    await check({ kind: "contains", text: "\u0000", ignoreCase: false }, [2]);
    await check({ kind: "words", words: ["surrogate"] }, [3]);
    await check({ kind: "contains", text: "<SCRIPT>", ignoreCase: true }, [4]);
    await check({ kind: "regex", pattern: "^a.b$", ignoreCase: false, whole: false }, []);
    await check({ kind: "regex", pattern: "(?s)^a..b$", ignoreCase: false, whole: false }, [5]);
    await store.close();
  }, 60_000);
});

describe("a search of the embedded store", () => {
  it("holds no more than its limit allows, whatever a cursor says", async () => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path);
    const scope = openScope(undefined, { timeoutMillis: 0, maxBytes: 0, maxRows: 1000 });
    const search = (skip: number) => {
      const after: LogCursor = { timeUnixNano: 10n, skip };
      const condition: LogCondition = { kind: "and", of: [] };
      return store.reader.findLogs({ range: EVER, condition, order: "newest", limit: 10, after }, scope.signal);
    };
    expect(await search(900)).toEqual([]);
    await expect(search(1e15 - 1)).rejects.toThrow("more than 1000 rows");
    scope.close();
    await store.close();
    directory.remove();
  });

  it("gives no more than 256 MiB of records at a time, and says how to get less", async () => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path, { seal: { records: 1 } });
    const body = "x".repeat(30_000_000);
    for (let i = 0; i < 10; i++) await store.writer.append(logsOf(logsRequest({ body, time: 1000 + i })));
    const search = (limit: number) =>
      store.reader.findLogs({ range: EVER, condition: { kind: "and", of: [] }, order: "newest", limit });
    await expect(search(10)).rejects.toThrow("its answer needs more than 256 MiB");
    expect((await search(2)).reduce((sum, { count }) => sum + count, 0)).toBe(2);
    await store.close();
    directory.remove();
  });

  it.each([
    { where: "open", records: 1000 },
    { where: "sealed", records: 1 },
  ])("stops in the middle of a text when its time is over, in a block that is $where", async ({ records }) => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path, { seal: { records } });
    const condition = test("body", { kind: "regex", pattern: "(a?b?){100}[cd]", ignoreCase: false, whole: false });
    const scope = openScope(undefined, { timeoutMillis: 100, maxBytes: 0, maxRows: 0 });
    try {
      const lines = Array.from({ length: 4 }, (_, i) => ({ body: `${"ab".repeat(100_000)}${i}`, time: 1000 + i }));
      await store.writer.append(logsOf(logsRequest(...lines)));
      const started = process.cpuUsage();
      const search = store.reader.findLogs({ range: EVER, condition, order: "newest", limit: 10 }, scope.signal);
      await expect(search).rejects.toThrow("it takes longer than 0.1 s");
      expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
    } finally {
      scope.close();
      await store.close();
      directory.remove();
    }
  });
});
