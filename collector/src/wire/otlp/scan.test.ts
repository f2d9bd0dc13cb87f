import { describe, expect, it } from "vitest";
import { DecodeError } from "../../base/errors.ts";
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../../test/kit/oracle.ts";
import { Random } from "../../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../../test/kit/random-otlp.ts";
import { WIRE_OF } from "./wire-types.ts";
import { type MessageSpec, TRACES_REQUEST } from "./schema.ts";
import { encodeLogs, encodeTraces } from "./encode-batch.ts";
import { scanLogs } from "./scan-logs.ts";
import { scanMetrics } from "./scan-metrics.ts";
import { scanTraces } from "./scan-traces.ts";

const valid = (record: any) =>
  record.traceId?.length === 32 &&
  !/^0*$/.test(record.traceId) &&
  record.spanId?.length === 16 &&
  !/^0*$/.test(record.spanId);

describe("scanTraces", () => {
  it("keeps every field of random requests, as an independent decoder sees them", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const bytes = oracleEncode("traces", randomTraces(random, { records: 1 + random.below(40) }));
      const { batch, rejected } = scanTraces(bytes);
      expect(rejected).toBe(0);
      expect(canonicalRecords(oracleDecode("traces", encodeTraces([batch]))), `seed ${seed}`).toEqual(
        canonicalRecords(oracleDecode("traces", bytes)),
      );
    }
  });

  it("leaves out spans with zero or wrong-length ids, and counts them", () => {
    const random = new Random(7);
    const bytes = oracleEncode("traces", randomTraces(random, { records: 200, invalid: 0.3 }));
    const original = oracleDecode("traces", bytes);
    const { batch, rejected, message } = scanTraces(bytes);
    const kept = canonicalRecords(original).filter((text) => valid(JSON.parse(text).record));
    expect(rejected).toBe(200 - kept.length);
    expect(rejected).toBeGreaterThan(20);
    expect(message).toMatch(/spans rejected, the first because (traceId|spanId)/);
    expect(canonicalRecords(oracleDecode("traces", encodeTraces([batch])))).toEqual(kept);
  });

  it("reads ids, times, kind and status into columns", () => {
    const span = {
      traceId: Buffer.from("5b8efff798038103d269b633813fc60c", "hex"),
      spanId: Buffer.from("eee19b7ec3c1b174", "hex"),
      name: "I am a server",
      kind: 2,
      startTimeUnixNano: "1544712660000000001",
      endTimeUnixNano: "1544712661000000002",
      status: { code: 2 },
    };
    const bytes = oracleEncode("traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    const { batch } = scanTraces(bytes);
    expect(batch.count).toBe(1);
    expect(Buffer.from(batch.bytes.subarray(batch.traceId[0], batch.traceId[0] + 16)).toString("hex")).toBe(
      "5b8efff798038103d269b633813fc60c",
    );
    expect((BigInt(batch.startHigh[0]) << 32n) | BigInt(batch.startLow[0])).toBe(1544712660000000001n);
    expect((BigInt(batch.endHigh[0]) << 32n) | BigInt(batch.endLow[0])).toBe(1544712661000000002n);
    expect([batch.kind[0], batch.statusCode[0], batch.statusInRest[0], batch.parentSpanId[0]]).toEqual([2, 2, 0, NONE]);
  });

  it("accepts and refuses the same mutated bytes as the independent decoder, and never fails otherwise", () => {
    const random = new Random(11);
    const original = oracleEncode("traces", randomTraces(random, { records: 12 }));
    let refused = 0;
    let compared = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = original.slice(0, random.chance(0.3) ? random.below(original.length) : original.length);
      for (let flips = random.below(4); flips > 0 && bytes.length > 0; flips--)
        bytes[random.below(bytes.length)] = random.below(256);
      let again: Uint8Array;
      try {
        again = encodeTraces([scanTraces(bytes).batch]);
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(DecodeError);
        refused++;
        continue;
      }
      // The oracle reads known fields whatever their wire type; to us (and the specification) those are unknown fields.
      if (hasForeignWireType(new ProtoReader(bytes), TRACES_REQUEST)) continue;
      const [mine, theirs] = [attempt(again), attempt(bytes)];
      if (mine === undefined || theirs === undefined) continue;
      compared++;
      expect(mine, `round ${round}`).toEqual(theirs);
    }
    expect(refused).toBeGreaterThan(500);
    expect(compared).toBeGreaterThan(500);
  });

  it("refuses attributes nested without end", () => {
    let bytes = new Uint8Array(0);
    for (let i = 0; i < 150; i++)
      bytes = Uint8Array.from([
        0x2a,
        ...lengthOf(bytes.length + 1 + lengthOf(bytes.length).length),
        0x0a,
        ...lengthOf(bytes.length),
        ...bytes,
      ]);
    const keyValue = Uint8Array.from([0x12, ...lengthOf(bytes.length), ...bytes]);
    const span = Uint8Array.from([0x4a, ...lengthOf(keyValue.length), ...keyValue]);
    const wrap = (inner: Uint8Array, tag: number) => Uint8Array.from([tag, ...lengthOf(inner.length), ...inner]);
    expect(() => scanTraces(wrap(wrap(wrap(span, 0x12), 0x12), 0x0a))).toThrow(/nested more than 100 deep/);
  });
});

describe("scanLogs", () => {
  it("keeps every field of random requests, those with invalid ids unlinked", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const bytes = oracleEncode("logs", randomLogs(random, { records: 1 + random.below(40) }));
      const { batch } = scanLogs(bytes);
      const original = oracleDecode("logs", bytes);
      expect(canonicalRecords(oracleDecode("logs", encodeLogs([batch]))), `seed ${seed}`).toEqual(
        canonicalRecords(original),
      );
      const linked = canonicalRecords(original).filter((text) =>
        /^(?!0*$)[0-9a-f]{32}$/.test(JSON.parse(text).record.traceId ?? ""),
      );
      expect(batch.traceId.filter((offset) => offset !== NONE).length).toBe(linked.length);
    }
  });
});

describe("a request of empty records", () => {
  it("is bounded in their number, since each takes more memory than its two bytes", () => {
    const lengths = (length: number) => Buffer.from(lengthOf(length));
    const records = Buffer.alloc(2 * (1_048_576 + 1), Buffer.from([0x12, 0]));
    const scope = Buffer.concat([Buffer.from([0x12]), lengths(records.length), records]);
    const request = Buffer.concat([Buffer.from([0x0a]), lengths(scope.length), scope]);
    expect(() => scanLogs(request)).toThrow(/more than 1048576 records/);
    expect(scanTraces(request).rejected).toBe(1_048_577);
    expect(scanLogs(new Uint8Array(0)).batch.count).toBe(0);
  });
});

describe("scanMetrics", () => {
  it("counts data points of every type", () => {
    const point = { timeUnixNano: "1", asDouble: 1 };
    const metrics = [
      { name: "a", gauge: { dataPoints: [point, point] } },
      { name: "b", sum: { dataPoints: [point], isMonotonic: true } },
      { name: "c", histogram: { dataPoints: [{ count: "1", bucketCounts: ["1"] }] } },
      {
        name: "d",
        exponentialHistogram: { dataPoints: [{ count: "1", positive: { offset: 1, bucketCounts: ["1"] } }] },
      },
      { name: "e", summary: { dataPoints: [{ count: "1" }, { count: "2" }] } },
    ];
    const bytes = oracleEncode("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    expect(scanMetrics(bytes).batch.count).toBe(7);
  });
});

function hasForeignWireType(reader: ProtoReader, spec: MessageSpec): boolean {
  while (reader.next()) {
    const type = spec.byNumber[reader.field]?.type;
    if (type === undefined) continue;
    if (reader.wire !== (typeof type === "object" ? BYTES : WIRE_OF[type])) return true;
    if (typeof type === "object" && hasForeignWireType(reader.message(), type)) return true;
  }
  return false;
}

function attempt(bytes: Uint8Array): string[] | undefined {
  try {
    return canonicalRecords(oracleDecode("traces", bytes)).filter((text) => valid(JSON.parse(text).record));
  } catch {
    return undefined;
  }
}

function lengthOf(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
