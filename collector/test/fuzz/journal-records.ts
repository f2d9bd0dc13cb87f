/** A damaged journal segment: every record that is read is one that was written, whole and in order; its end is always found. */
import {
  checkSegmentHeader,
  encodeRecordHeader,
  encodeSegmentHeader,
  parseRecord,
  SEGMENT_HEADER_BYTES,
} from "../../src/store/sqlite/journal/journal-record.ts";
import { mutateBytes } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

export const journalRecords: FuzzTarget = {
  name: "journal-records",
  round(random) {
    const bodies = Array.from({ length: 1 + random.below(6) }, () => random.bytes(random.below(200)));
    const parts = bodies.flatMap((bytes, i) => {
      const body = {
        bytes,
        encoding: "protobuf",
        compression: random.pick(["none", "gzip", "zstd"] as const),
      } as const;
      return [encodeRecordHeader({ sequence: i + 1, digest: random.bytes(16), body }), bytes];
    });
    const segment = Buffer.from(mutateBytes(random, Buffer.concat([encodeSegmentHeader("traces"), ...parts])));
    checkSegmentHeader(segment, "traces");
    for (let offset = SEGMENT_HEADER_BYTES; offset < segment.length;) {
      const parsed = parseRecord(segment, offset);
      if (!parsed) {
        offset++;
        continue;
      }
      const { sequence, body } = parsed.record;
      if (parsed.end <= offset || parsed.end > segment.length) throw new Error(`a record ends at ${parsed.end}`);
      if (!bodies[sequence - 1] || !Buffer.from(body.bytes).equals(bodies[sequence - 1]))
        throw new Error(`record ${sequence} was never written like this`);
      offset = parsed.end;
    }
  },
};
