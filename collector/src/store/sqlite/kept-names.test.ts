import { describe, expect, it } from "vitest";
import { logsRequest, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { oracleEncode } from "../../../test/kit/oracle.ts";
import { openSqlite, tempDirectory } from "../../../test/kit/stores.ts";
import { decodeText } from "../../base/protobuf.ts";
import { releaseBatch } from "../../model/release-batch.ts";
import { logSearch } from "../../../test/kit/log-searches.ts";
import { decodeBody } from "../../wire/decode-body.ts";

const ALWAYS = { start: 0n, end: 2n ** 64n - 1n };
/** Large enough for its memory to be given back. */
const RECORDS = 500;

/** As a receiver hands it on: a Buffer, whose slices are views. */
function received(signal: "traces" | "logs", request: object) {
  const bytes = Buffer.from(Uint8Array.from(oracleEncode(signal, request)).buffer);
  expect(bytes.length).toBeGreaterThan(10_000);
  return { bytes, encoding: "protobuf", compression: "none" } as const;
}

describe("what a store keeps of a request", () => {
  it("outlives the request's memory, which its receiver gives back", async () => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path);
    try {
      const spans = Array.from({ length: RECORDS }, (_, i) => ({ trace: 1, id: i + 1, name: `GET /${i % 3}` }));
      const { batch } = decodeBody("traces", received("traces", tracesRequest(...spans)), 1e9);
      await store.writer.append(batch);
      releaseBatch(batch);
      expect(batch.bytes.length).toBe(0);
      const operations = await store.reader.summarizeOperations(ALWAYS, { buckets: 1 });
      expect(operations.map(({ operation }) => operation).sort()).toEqual(["GET /0", "GET /1", "GET /2"]);

      const lines = Array.from({ length: RECORDS }, () => ({ body: "a line", severityText: "odd" }));
      const { batch: logs } = decodeBody("logs", received("logs", logsRequest(...lines)), 1e9);
      await store.writer.append(logs);
      releaseBatch(logs);
      const [kept] = await store.reader.findLogs(logSearch(1));
      const at = kept.severityTextOffset[0];
      expect(decodeText(kept.bytes, at, at + kept.severityTextLength[0])).toBe("odd");
    } finally {
      await store.close();
      directory.remove();
    }
  });
});
