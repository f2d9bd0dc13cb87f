/**
 * A run of the trace index: the (trace hash -> block) entries of some blocks, ordered by hash and cut into pages by equal ranges of
 * the hash, so that a lookup computes the one page it has to read. Each sealed block brings a run of its own; some are merged into
 * one (merge/plan-runs.ts), so that a trace is found by a few reads however many blocks there are.
 * Measured before: a random b-tree falls from 170 k to 52 k inserts/s by 6 M rows, sorted runs cost 0.1 µs an entry.
 *
 *   page (a section) | entries u32 | width of a distance 0–2 u8 | hash u32 … ascending | distance from the run's first block … |
 */
import { hashBytes } from "../../../base/hash.ts";
import { release } from "../../../base/release.ts";
import { readU32 } from "../../../base/protobuf.ts";
import { decodeSection, encodeSection } from "../block/section.ts";

/** Merging doesn't let a run reach over more blocks: a distance takes at most two bytes. */
export const MOST_BLOCKS_A_RUN = 65_536;
/** What fills a database page of 8 KiB but for what a page may have more than the mean (1,500 entries ± 40). */
const PAGE_BYTES = 7600;
const HASHES = 2 ** 32;
const HEADER_BYTES = 5;

/** Entries as numbers, so that they sort as typed arrays do: hash * 65,536 + distance. */
export type TraceEntries = Float64Array;

export interface TraceRun {
  readonly level: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  readonly entryCount: number;
  readonly pages: readonly Buffer[];
}

export function traceHash(bytes: Uint8Array, offset: number, seed: number): number {
  return hashBytes(bytes, offset, 16, seed) >>> 0;
}

/** The run of one block. @param traceIds 16 bytes each */
export function runOfBlock(block: number, traceIds: Uint8Array, seed: number): TraceRun {
  const entries = new Float64Array(traceIds.length / 16);
  for (let i = 0; i < entries.length; i++) entries[i] = traceHash(traceIds, i * 16, seed) * MOST_BLOCKS_A_RUN;
  return encodeRun(0, block, block, entries);
}

/** @param entries are sorted in place */
export function encodeRun(level: number, firstBlock: number, lastBlock: number, entries: TraceEntries): TraceRun {
  entries.sort();
  const distances = lastBlock - firstBlock;
  const width = distances === 0 ? 0 : distances < 256 ? 1 : 2;
  const pageCount = Math.max(1, Math.ceil((entries.length * (4 + width)) / PAGE_BYTES));
  const pages: Buffer[] = [];
  let from = 0;
  for (let page = 0; page < pageCount; page++) {
    let to = from;
    while (to < entries.length && pageOf(hashOf(entries[to]), pageCount) === page) to++;
    pages.push(encodePage(entries.subarray(from, to), width));
    from = to;
  }
  return { level, firstBlock, lastBlock, entryCount: entries.length, pages };
}

/** Which of a run's pages holds a hash. */
export function pageOf(hash: number, pageCount: number): number {
  return Math.floor((hash / HASHES) * pageCount);
}

/** Calls `visit` with the distance of each block that holds a trace with one of the hashes. @param page decoded */
export function findInPage(
  page: Uint8Array,
  hashes: readonly number[],
  visit: (hash: number, distance: number) => void,
): void {
  const { count, hashAt, distanceAt } = openPage(page);
  for (const hash of hashes) {
    let low = 0;
    for (let high = count; low < high;) {
      const middle = (low + high) >>> 1;
      if (hashAt(middle) < hash) low = middle + 1;
      else high = middle;
    }
    for (; low < count && hashAt(low) === hash; low++) visit(hash, distanceAt(low));
  }
}

/** Calls `visit` for each entry of a page. @throws CorruptionError */
export function eachEntry(page: Uint8Array, visit: (hash: number, distance: number) => void): void {
  const { count, hashAt, distanceAt } = openPage(decodeSection(page));
  for (let i = 0; i < count; i++) visit(hashAt(i), distanceAt(i));
}

function encodePage(entries: TraceEntries, width: number): Buffer {
  const raw = Buffer.allocUnsafe(HEADER_BYTES + entries.length * (4 + width));
  raw.writeUInt32LE(entries.length, 0);
  raw.writeUInt8(width, 4);
  const distances = HEADER_BYTES + entries.length * 4;
  entries.forEach((entry, i) => {
    raw.writeUInt32LE(hashOf(entry), HEADER_BYTES + i * 4);
    if (width > 0) raw.writeUIntLE(entry % MOST_BLOCKS_A_RUN, distances + i * width, width);
  });
  const page = encodeSection(raw, false);
  release(raw);
  return page;
}

function openPage(raw: Uint8Array) {
  const count = readU32(raw, 0);
  const width = raw[4];
  const distances = HEADER_BYTES + count * 4;
  return {
    count,
    hashAt: (i: number) => readU32(raw, HEADER_BYTES + i * 4),
    distanceAt: (i: number) => {
      const at = distances + i * width;
      return width === 0 ? 0 : width === 1 ? raw[at] : raw[at] | (raw[at + 1] << 8);
    },
  };
}

function hashOf(entry: number): number {
  return Math.floor(entry / MOST_BLOCKS_A_RUN);
}
