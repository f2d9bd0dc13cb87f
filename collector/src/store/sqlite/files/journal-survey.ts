/** A journal segment's records as they lie there, for tools: nothing is cut or set aside. */
import {
  checkSegmentHeader,
  parseRecord,
  SEGMENT_HEADER_BYTES,
  type JournalRecord,
  type JournalSignal,
} from "../journal/journal-record.ts";
import { firstSequenceOf } from "../journal/journal.ts";
import { nextRecord } from "../journal/replay.ts";

export interface SurveyedRecord {
  readonly offset: number;
  readonly record: JournalRecord;
}

export interface SegmentSurvey {
  readonly records: readonly SurveyedRecord[];
  /** What cannot be read, in words. */
  readonly damage: readonly string[];
  /** Bytes behind the last record: being written, or what a crash left. Only ever found in a journal's last segment. */
  readonly tailBytes: number;
}

export function surveySegment(path: string, signal: JournalSignal, segment: Buffer, isLast: boolean): SegmentSurvey {
  const damage: string[] = [];
  const records: SurveyedRecord[] = [];
  const wrong = checkSegmentHeader(segment, signal);
  if (wrong !== undefined && isLast && segment.length < SEGMENT_HEADER_BYTES)
    return { records, damage, tailBytes: segment.length };
  if (wrong !== undefined) damage.push(wrong);
  let lastSequence = firstSequenceOf(path) - 1;
  let offset = SEGMENT_HEADER_BYTES;
  while (offset < segment.length) {
    const parsed = parseRecord(segment, offset);
    if (parsed) {
      records.push({ offset, record: parsed.record });
      if (parsed.record.sequence <= lastSequence)
        damage.push(`record ${parsed.record.sequence} comes behind record ${lastSequence}`);
      lastSequence = parsed.record.sequence;
      offset = parsed.end;
      continue;
    }
    const next = nextRecord(segment, offset, lastSequence);
    if (next === undefined && isLast) return { records, damage, tailBytes: segment.length - offset };
    damage.push(`bytes ${offset} to ${next ?? segment.length} are not readable`);
    offset = next ?? segment.length;
  }
  return { records, damage, tailBytes: 0 };
}
