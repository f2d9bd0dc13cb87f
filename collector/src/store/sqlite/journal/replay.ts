/**
 * Reads a journal after a start: hands out every record that no sealed block covers, in order, cuts a torn tail, and names
 * segments that are damaged in the middle (they are set aside; their readable records are still handed out).
 */
import { readFileSync, truncateSync, unlinkSync } from "node:fs";
import {
  checkSegmentHeader,
  parseRecord,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  type JournalRecord,
  type JournalSignal,
} from "./journal-record.ts";
import { firstSequenceOf, listSegments } from "./journal.ts";

export interface ReplayResult {
  /** Segments that stay, with the last sequence in each. */
  readonly segments: { path: string; lastSequence: number }[];
  readonly lastSequence: number;
  readonly replayed: number;
  /** Records skipped since a sealed block covers them. */
  readonly covered: number;
  /** Bytes cut from the last segment's end: a request that was never acknowledged. */
  readonly tornBytes: number;
  /** Segments that could not be read to their end, and why. */
  readonly damaged: { path: string; reason: string }[];
}

/** @param covered records up to this sequence are in sealed blocks */
export function replayJournal(
  directory: string,
  signal: JournalSignal,
  covered: number,
  apply: (record: JournalRecord) => void,
): ReplayResult {
  const result = {
    segments: [] as ReplayResult["segments"],
    lastSequence: covered,
    replayed: 0,
    covered: 0,
    tornBytes: 0,
    damaged: [] as ReplayResult["damaged"],
  };
  const paths = listSegments(directory);
  paths.forEach((path, index) => {
    const segment = readFileSync(path);
    const isLast = index === paths.length - 1;
    const first = firstSequenceOf(path);
    const wrong = checkSegmentHeader(segment, signal);
    // The name tells a damaged header from a file that is something else: then its records are still good.
    if (wrong !== undefined && parseRecord(segment, SEGMENT_HEADER_BYTES)?.record.sequence === first)
      result.damaged.push({ path, reason: wrong });
    else if (wrong !== undefined) {
      // A crash right after creating the file leaves it short: nothing in it was ever acknowledged.
      if (isLast && segment.length < SEGMENT_HEADER_BYTES) unlinkSync(path);
      else result.damaged.push({ path, reason: wrong });
      return;
    }
    let lastSequence = first - 1;
    let records = 0;
    let offset = SEGMENT_HEADER_BYTES;
    while (offset < segment.length) {
      const parsed = parseRecord(segment, offset);
      if (parsed) {
        const { record } = parsed;
        lastSequence = record.sequence;
        records++;
        if (record.sequence <= covered) result.covered++;
        else {
          apply(record);
          result.replayed++;
        }
        offset = parsed.end;
        continue;
      }
      const next = nextRecord(segment, offset, lastSequence);
      if (next === undefined) {
        if (isLast) {
          result.tornBytes = segment.length - offset;
          truncateSync(path, offset);
        } else result.damaged.push({ path, reason: `its end from byte ${offset} on is not readable` });
        break;
      }
      result.damaged.push({ path, reason: `bytes ${offset} to ${next} are not readable` });
      offset = next;
    }
    result.lastSequence = Math.max(result.lastSequence, lastSequence);
    if (result.damaged.some((damage) => damage.path === path)) return;
    if (records === 0) unlinkSync(path);
    else result.segments.push({ path, lastSequence });
  });
  return result;
}

/** Where the next whole record begins behind a damaged one, or undefined when none follows. */
export function nextRecord(segment: Buffer, damagedAt: number, lastSequence: number): number | undefined {
  for (let offset = damagedAt + 1; offset + RECORD_HEADER_BYTES <= segment.length; offset++) {
    // Cheap look first: a plausible length and the very next sequences.
    const length = segment.readUInt32LE(offset);
    if (length > segment.length - offset - RECORD_HEADER_BYTES || segment.readUInt32LE(offset + 12) > 0x1fffff)
      continue;
    const sequence = segment.readUInt32LE(offset + 12) * 4294967296 + segment.readUInt32LE(offset + 8);
    if (sequence <= lastSequence || sequence > lastSequence + 100_000) continue;
    if (parseRecord(segment, offset)) return offset;
  }
  return undefined;
}
