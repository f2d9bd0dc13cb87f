/** The data model of logs (https://opentelemetry.io/docs/specs/otel/logs/data-model/), field by field: what is odd is kept and harms nothing. */
import { describe, expect, it } from "vitest";
import { oracleDecode, oracleEncode } from "../../../test/kit/oracle.ts";
import { anyValue } from "../../../test/kit/simple-otlp.ts";
import { NONE } from "../../model/record-batch.ts";
import { encodeLogs } from "./encode-batch.ts";
import { encodeMessage } from "./json-to-protobuf.ts";
import { scanLogs } from "./scan-logs.ts";
import { LOGS_REQUEST } from "./schema.ts";

const request = (record: object) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });

/** The batch of one record, and the record as it is read back. */
function scan(record: object) {
  const bytes = oracleEncode("logs", request(record));
  const { batch, rejected } = scanLogs(bytes);
  expect([batch.count, rejected]).toEqual([1, 0]);
  const read = (each: Uint8Array) => oracleDecode("logs", each).resourceLogs[0].scopeLogs[0].logRecords[0];
  expect(read(encodeLogs([batch]))).toEqual(read(bytes));
  return batch;
}

describe("a log record", () => {
  it("has a severity number from 1 to 24; others are kept and count as unknown", () => {
    const check = (sent: number, counts: number) =>
      expect(scan({ severityNumber: sent }).severityNumber[0]).toBe(counts);
    check(1, 1);
    check(24, 24);
    check(25, 0);
    check(200, 0);
    check(-1, 0);
    check(2 ** 31 - 1, 0);
  });

  it("keeps its severity text as it is", () => {
    for (const severityText of ["WARN", "schlimm", "é".repeat(200)]) {
      const {
        bytes,
        severityTextOffset: [offset],
        severityTextLength: [length],
      } = scan({ severityText });
      expect(Buffer.from(bytes.subarray(offset, offset + length)).toString()).toBe(severityText);
    }
  });

  it("has a body of any type, an empty one, or none", () => {
    const values = [
      "",
      "x",
      true,
      false,
      0n,
      1.5,
      -(2n ** 63n),
      Uint8Array.of(0, 255),
      [],
      ["a", 1, [null]],
      {},
      { a: { b: [1.5] } },
      null,
    ];
    for (const value of values) expect(scan({ body: anyValue(value) }).bodyOffset[0]).not.toBe(NONE);
    expect(scan({}).bodyOffset[0]).toBe(NONE);
  });

  it("is linked by ids of 16 and 8 bytes that are not zero; others are kept and link nothing", () => {
    const [trace, span] = [Buffer.alloc(16, 7), Buffer.alloc(8, 9)];
    const linked = scan({ traceId: trace, spanId: span });
    expect(linked.bytes.subarray(linked.traceId[0], linked.traceId[0] + 16)).toEqual(Uint8Array.from(trace));
    expect(linked.bytes.subarray(linked.spanId[0], linked.spanId[0] + 8)).toEqual(Uint8Array.from(span));
    for (const size of [1, 8, 15, 17, 32]) expect(scan({ traceId: Buffer.alloc(size, 7) }).traceId[0]).toBe(NONE);
    for (const size of [1, 7, 9, 16]) expect(scan({ spanId: Buffer.alloc(size, 7) }).spanId[0]).toBe(NONE);
    const zero = scan({ traceId: Buffer.alloc(16), spanId: Buffer.alloc(8) });
    expect([zero.traceId[0], zero.spanId[0]]).toEqual([NONE, NONE]);
    const spanAlone = scan({ spanId: span });
    expect([spanAlone.traceId[0], spanAlone.spanId[0] === NONE]).toEqual([NONE, false]);
  });

  it("may have a time, a time of observation, both or none", () => {
    const { timeLow, timeHigh, observedLow } = scan({ observedTimeUnixNano: "5" });
    expect([timeLow[0], timeHigh[0], observedLow[0]]).toEqual([0, 0, 5]);
    scan({ timeUnixNano: "18446744073709551615", observedTimeUnixNano: "1" });
    scan({});
  });

  it("keeps flags, counts of what was dropped, its event's name, and fields that nobody knows yet", () => {
    const { batch } = scanLogs(
      encodeMessage(request({ flags: 257, droppedAttributesCount: 3, eventName: "exception" }), LOGS_REQUEST),
    );
    const bytes = Uint8Array.of(0x0a, 0x0a, 0x12, 0x08, 0x12, 0x06, 0xba, 0x3e, 0x03, 1, 2, 3);
    expect(Buffer.from(encodeLogs([scanLogs(bytes).batch])).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
    expect(batch.restStart[1]).toBeGreaterThan(0);
    expect(Buffer.from(encodeLogs([batch])).toString("latin1")).toContain("exception");
  });
});
