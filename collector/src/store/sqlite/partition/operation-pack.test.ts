import { expect, it } from "vitest";
import { PackCursor, packOperations, type PackedRow } from "./operation-pack.ts";

function unpack(pack: Uint8Array): PackedRow[] {
  const cursor = new PackCursor(pack);
  const rows: PackedRow[] = [];
  while (cursor.next()) {
    const { id, count, errorCount, minTimeMicros, maxTimeMicros, bytes, latencyStart, latencyEnd } = cursor;
    rows.push({
      id,
      count,
      errorCount,
      minTimeMicros,
      maxTimeMicros,
      latency: Uint8Array.from(bytes.subarray(latencyStart, latencyEnd)),
    });
  }
  return rows;
}

const row = (id: number, minTimeMicros: number, maxTimeMicros: number, latency: number[] = []): PackedRow => ({
  id,
  count: id * 100,
  errorCount: id,
  minTimeMicros,
  maxTimeMicros,
  latency: Uint8Array.from(latency),
});

it("gives rows back as they were, with times and counts of any size", () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (const rows of [
    [],
    [row(1, 0, 0)],
    [
      row(1, 1_767_225_600_000_000, 1_767_225_630_000_000, [3, 200, 1, 96, 1]),
      row(300_000, 1_767_225_599_999_999, most),
    ],
    [row(2 ** 31, 0, most), row(127, most, most), row(128, 2 ** 32, 2 ** 40)],
  ])
    expect(unpack(packOperations(rows))).toEqual(rows);
});

it("refuses a damaged pack before anything is read from it", () => {
  const pack = packOperations([row(1, 5, 9, [1, 1]), row(2, 5, 9)]);
  for (let at = 12; at < pack.length; at++) {
    const damaged = Buffer.from(pack);
    damaged[at] ^= 1;
    expect(() => new PackCursor(damaged)).toThrow(/checksum/);
  }
});
