/** Data directories written by earlier builds, one a format in testdata/, are read and written by this one. */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalRecords, oracleDecode, type OracleSignal } from "../../../test/kit/oracle.ts";
import { traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { openSqlite, spansOf, tempDirectory } from "../../../test/kit/stores.ts";
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import { decodeJson } from "../../wire/otlp/json-to-protobuf.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { decodeBody } from "../../wire/decode-body.ts";
import { parseRecord, SEGMENT_HEADER_BYTES, type ParsedRecord } from "./journal/journal-record.ts";
import { logSearch } from "../../../test/kit/log-searches.ts";
import { REQUESTS } from "../../wire/otlp/schema.ts";

const TESTDATA = join(import.meta.dirname, "../../../testdata");
const FORMATS = readdirSync(TESTDATA).filter((name) => name.startsWith("format-"));
const EVER = { start: 0n, end: 2n ** 64n - 1n };

describe.each(FORMATS)("a data directory in %s", (format) => {
  let directory: ReturnType<typeof tempDirectory>;
  let store: ReturnType<typeof openSqlite>;
  beforeEach(() => {
    directory = tempDirectory();
    cpSync(join(TESTDATA, format, "data"), directory.path, { recursive: true });
    store = openSqlite(directory.path);
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  /** What was accepted when the directory was written, a request a line, in protobuf. */
  const accepted = (signal: "traces" | "logs") =>
    readFileSync(join(TESTDATA, format, `${signal}.jsonl`), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => decodeJson(Buffer.from(line), REQUESTS[signal]));
  const recordsOf = (signal: OracleSignal, bytes: Uint8Array) => canonicalRecords(oracleDecode(signal, bytes));
  const expected = (signal: "traces" | "logs") =>
    accepted(signal)
      .flatMap((bytes) => recordsOf(signal, bytes))
      .sort();
  const traceOf = (text: string) => (JSON.parse(text) as { record: { traceId?: string } }).record.traceId as string;
  const traceIds = () => {
    const ids = expected("traces").map((text) => traceOf(text));
    return [...new Set(ids)].map((hex) => Buffer.from(hex, "hex"));
  };
  /** The requests in the journal, as their senders would send them again. */
  const journaled = () => {
    const folder = join(TESTDATA, format, "data/journal/traces");
    return readdirSync(folder).flatMap((name) => {
      const segment = readFileSync(join(folder, name));
      const batches: SpanBatch[] = [];
      for (let offset = SEGMENT_HEADER_BYTES; offset < segment.length;) {
        const { record, end } = parseRecord(segment, offset) as ParsedRecord;
        batches.push(decodeBody("traces", record.body, 1e9).batch);
        offset = end;
      }
      return batches;
    });
  };
  const storedSpans = async () => {
    const texts: string[] = [];
    for (const id of traceIds()) texts.push(...recordsOf("traces", encodeTraces(await store.reader.readTrace(id))));
    return texts.sort();
  };
  const storedLogs = async () =>
    recordsOf("logs", encodeLogs(await store.reader.findLogs(logSearch(Number.MAX_SAFE_INTEGER))));

  it("gives every trace and log back", async () => {
    expect(await storedSpans()).toEqual(expected("traces"));
    expect(await storedLogs()).toEqual(expected("logs"));
    expect(store.log.lines.filter(({ level }) => level !== "info")).toEqual([]);
    expect((await store.reader.documents.list("fixture")).map(({ value }) => value)).toEqual([
      { written: 0 },
      { written: 1 },
    ]);
  });

  it("is found by its indexes", async () => {
    for (const id of traceIds()) {
      const texts = recordsOf("logs", encodeLogs(await store.reader.readTraceLogs(id)));
      const hex = id.toString("hex");
      expect(texts).toEqual(expected("logs").filter((text) => traceOf(text) === hex));
    }
    const found = await store.reader.findTraces({ range: EVER }, 1000);
    expect(found.map(({ traceId }) => Buffer.from(traceId).toString("hex")).sort()).toEqual(
      traceIds()
        .map((id) => id.toString("hex"))
        .sort(),
    );
    const operations = await store.reader.summarizeOperations(EVER, { buckets: 1 });
    expect(operations.reduce((sum, { count }) => sum + count, 0)).toBe(expected("traces").length);
  });

  it("takes new data, knows what was sent before, and opens again", async () => {
    for (const batch of journaled()) expect(await store.writer.append(batch)).toBe("duplicate");
    await store.writer.append(spansOf(tracesRequest({ trace: 77, id: 1, service: "new" })));
    await store.close();
    store = openSqlite(directory.path);
    expect((await store.reader.readTrace(traceIdOf(77))).map(({ count }) => count)).toEqual([1]);
    expect(await storedSpans()).toEqual(expected("traces"));
    expect(await storedLogs()).toEqual(expected("logs"));
  });
});
