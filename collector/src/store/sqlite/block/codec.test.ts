import { describe, expect, it } from "vitest";
import { ByteInterner } from "../../../base/byte-interner.ts";
import { Random } from "../../../../test/kit/random.ts";
import {
  decodeAttributeIds,
  decodeAttributeIdsOf,
  encodeAttributeIds,
  EntryNumbering,
  recordsWithEntries,
  refsOf,
} from "./attribute-codec.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";
import { ArenaDictionary, WantedPair } from "./dictionary.ts";
import { encodeDictionary, StoredDictionary } from "./dictionary-codec.ts";
import { CorruptionError, decodeSection, encodeSection } from "./section.ts";
import { encodeSignature, keyHashOf, mayContain, pairHash, partOf } from "./signature.ts";
import { HashSet } from "../../../base/hash-set.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Indexes of the marks. */
function marked(marks: Uint8Array | undefined): number[] {
  return [...(marks ?? [])].flatMap((mark, i) => (mark === 1 ? [i] : []));
}

describe("columns of lengths", () => {
  it.each([0, 1, 2, 3, 4])("of %i planes are summed up", (width) => {
    const random = new Random(width);
    const lengths = Uint32Array.from({ length: 300 }, () => random.below(Math.max(1, 2 ** (8 * width) - 1)));
    const reader = new ColumnReader(new ColumnWriter(64).column(lengths, 300).finish());
    let sum = 0;
    const expected = Array.from(lengths, (length) => (sum += length) % 2 ** 32);
    expect([...reader.sums(300)]).toEqual([0, ...expected]);
  });
});

describe("sections", () => {
  it("give back what was put in, compressed or not", () => {
    for (const raw of [new Uint8Array(0), utf8("short"), new Uint8Array(100_000), new Random(1).bytes(5000)]) {
      for (const compress of [true, false])
        expect(Buffer.from(decodeSection(encodeSection(raw, compress))).equals(raw)).toBe(true);
    }
  });

  it("notice every flipped bit of the payload, a wrong version and a cut", () => {
    const section = encodeSection(utf8("a".repeat(200)), true);
    for (let at = 12; at < section.length; at++) {
      const broken = Buffer.from(section);
      broken[at] ^= 1;
      expect(() => decodeSection(broken)).toThrow(CorruptionError);
    }
    expect(() => decodeSection(Buffer.concat([Buffer.from([9]), section.subarray(1)]))).toThrow(/version 9 is unknown/);
    expect(() => decodeSection(section.subarray(0, 5))).toThrow(/too short/);
  });
});

describe("columns", () => {
  it("keep numbers of every width", () => {
    const columns = [[], [0, 0, 0], [1, 255, 7], [256, 1, 0], [65_536, 3, 16_777_215], [0xffffffff, 0, 1]].map((c) =>
      Uint32Array.from(c),
    );
    const writer = new ColumnWriter(1);
    for (const column of columns) writer.column(column, column.length);
    const reader = new ColumnReader(writer.finish());
    for (const column of columns) expect(reader.column(column.length)).toEqual(column);
    expect(() => reader.u32()).toThrow(CorruptionError);
  });
});

describe("the dictionary", () => {
  it("rebuilds plain and odd encodings byte by byte, in the order asked for", () => {
    const key = [0x0a, 1, 0x6b];
    const entries = [
      [...key, 0x12, 3, 0x0a, 1, 0x76], // k = "v"
      [...key, 0x12, 2, 0x18, 7], // k = 7
      [...key, 0x12, 2, 0x10, 1], // k = true
      [...key, 0x12, 9, 0x21, 1, 2, 3, 4, 5, 6, 7, 8], // a double
      [...key, 0x12, 4, 0x2a, 2, 0x0a, 0], // an array
      [...key, 0x12, 0], // empty value
      [...key], // no value
      [], // nothing at all
      [0x12, 3, 0x0a, 1, 0x76, ...key], // value first
      [0x0a, 0x81, 0x00, 0x6b, 0x12, 3, 0x0a, 1, 0x76], // a length longer than it need be
      [...key, 0x12, 3, 0x0a, 1, 0x76, 0x18, 5], // a field behind
      [
        0x0a,
        0xc8,
        1,
        ...Array.from({ length: 200 }, () => 0x61),
        0x12,
        0xad,
        2,
        0x0a,
        0xaa,
        2,
        ...Array.from({ length: 298 }, () => 0x62),
      ],
    ].map((bytes) => Uint8Array.from(bytes));
    const interner = new ByteInterner(1);
    for (const entry of entries) interner.intern(entry, 0, entry.length);
    const order = Uint32Array.from([...entries.keys()].reverse());
    const arena = new ArenaDictionary(interner.size, interner.arena, interner.starts);
    const stored = new StoredDictionary(encodeDictionary(arena, order));
    expect(stored.size).toBe(entries.length);
    stored.each((bytes, start, end, i) => {
      expect([...bytes.subarray(start, end)]).toEqual([...entries[order[i]]]);
    });
    for (const value of ["v", "7", "true", '[""]', "", "b".repeat(298), "5", "none"]) {
      for (const key of ["k", "a".repeat(200), "other"]) {
        const pair = new WantedPair({ key, value });
        const foundStored = marked(stored.find(pair)).map((i) => order[i]);
        expect(new Set(foundStored)).toEqual(new Set(marked(arena.find(pair))));
      }
    }
  });
});

describe("attribute ids", () => {
  const check = (count: number, shapeCount: number, entries: number, seed: number) => {
    const random = new Random(seed);
    const shapes = Uint32Array.from({ length: count }, () => random.below(shapeCount));
    const starts = new Uint32Array(count + 1);
    const ids: number[] = [];
    for (let i = 0; i < count; i++) {
      for (let a = random.below(6); a > 0; a--) ids.push(random.below(entries));
      starts[i + 1] = ids.length;
    }
    const numbering = new EntryNumbering(entries);
    const half = count >>> 1;
    const parts = [
      [0, half],
      [half, count],
    ].map(([from, to]) => {
      const first = numbering.size;
      const own = shapes.subarray(from, to);
      const refs = { starts: starts.subarray(from, to + 1), ids: Uint32Array.from(ids) };
      return { from, to, first, own, section: encodeAttributeIds(to - from, refs, own, shapeCount, numbering) };
    });
    const { order } = numbering;
    expect(new Set(order).size).toBe(order.length);
    for (const { from, to, first, own, section } of parts) {
      const decoded = decodeAttributeIds(section, own, first);
      const records = Array.from({ length: to - from }, (_, i) => i);
      const idsOf = (i: number) => decoded.ids.subarray(decoded.starts[i], decoded.starts[i + 1]);
      for (const i of records)
        expect([...idsOf(i)].map((id) => order[id])).toEqual(ids.slice(starts[from + i], starts[from + i + 1]));
      const marks = Uint8Array.from({ length: order.length }, () => (random.below(10) === 0 ? 1 : 0));
      const withMarks = records.filter((i) => idsOf(i).some((id) => marks[id] === 1));
      expect([...new Set(recordsWithEntries(section, own, marks, first))].sort((a, b) => a - b)).toEqual(withMarks);
      for (const wanted of [[], records.toReversed(), [records.length - 1, 0, 7 % Math.max(1, records.length)]]) {
        const chosen = [...new Set(wanted.filter((record) => record >= 0 && record < records.length))];
        expect(decodeAttributeIdsOf(section, own, chosen, first)).toEqual(refsOf(decoded, chosen));
      }
    }
  };
  it("come back for few and many shapes, for no records, and part by part", () => {
    check(0, 0, 1, 1);
    check(500, 7, 100, 2);
    check(500, 1, 5, 3);
    check(3000, 2000, 50, 4);
  });
});

describe("signatures", () => {
  it("never miss a pair and seldom claim a wrong one", () => {
    const hashOf = (key: string, value: string) => pairHash(keyHashOf(utf8(key), 42), utf8(value));
    for (const size of [0, 1, 2000, 50_000]) {
      const hashes = new HashSet();
      for (let i = 0; i < size; i++) hashes.add(hashOf("user.id", `user-${i}`));
      const parts = encodeSignature(hashes).map((part) => decodeSection(part));
      expect(parts.length).toBeLessThan(12);
      const may = (hash: number) => mayContain(parts[partOf(hash, parts.length)], hash);
      for (let i = 0; i < size; i++) expect(may(hashOf("user.id", `user-${i}`))).toBe(true);
      const wrong = Array.from({ length: 5000 }, (_, i) => may(hashOf("order.id", `user-${i}`))).filter(Boolean).length;
      expect(wrong).toBeLessThan(100);
    }
  });
});
