import { describe, expect, it } from "vitest";
import { dropPieces, joinPieces } from "./join-pieces.ts";

const piece = (length: number, byte: number) => Buffer.from(new Uint8Array(length).fill(byte).buffer);

describe("the pieces of a body", () => {
  it("become one run of bytes, and give their memory back", () => {
    const pieces = [piece(20_000, 1), piece(30_000, 2)];
    const [first, second] = pieces;
    const joined = joinPieces(pieces, 50_000);
    expect([joined.length, joined[19_999], joined[20_000], joined[49_999]]).toEqual([50_000, 1, 2, 2]);
    expect([first.length, second.length, pieces.length]).toEqual([0, 0, 0]);
  });

  it("are not copied when there is one only", () => {
    const only = piece(20_000, 1);
    expect(joinPieces([only], 20_000)).toBe(only);
    expect(joinPieces([], 0).length).toBe(0);
  });

  it("leave a buffer alone that they are only a part of", () => {
    const shared = piece(60_000, 7);
    const part = shared.subarray(10_000, 40_000);
    const joined = joinPieces([part], 30_000);
    expect(joined.buffer).not.toBe(shared.buffer);
    dropPieces([part]);
    expect([shared.length, part.length, joined[29_999]]).toEqual([60_000, 30_000, 7]);
  });
});
