/**
 * Walks the three levels that all OTLP requests share, resource -> scope -> record, and hands every record's range to a
 * callback. Resource and scope are kept as encoded messages without their children ("envelopes"), so unknown fields survive.
 */
import { ByteColumn } from "../../base/column.ts";
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import type { RecordGroup } from "../../model/record-batch.ts";
import { checkStructure } from "./check-structure.ts";
import { RESOURCE, SCOPE } from "./schema.ts";

/** Field number of the list of children, the same at all three levels of traces and logs. */
const RESOURCES = 1;
const CHILDREN = 2;
/** Obsolete instrumentation_library_spans / _logs: ignored, as the specification asks. */
const OBSOLETE = 1000;

export type OnRecord = (start: number, end: number, group: number) => void;

/** The distinct (resource, scope) pairs in order; records are reported with the index of theirs. Throws DecodeError. */
export function scanGroups(bytes: Uint8Array, onRecord: OnRecord): RecordGroup[] {
  const groups: RecordGroup[] = [];
  const request = new ProtoReader(bytes);
  while (request.next()) {
    if (request.field !== RESOURCES || request.wire !== BYTES) continue;
    const resource = envelope(request.message(), RESOURCE);
    const scopes = request.message();
    while (scopes.next()) {
      if (scopes.field !== CHILDREN || scopes.wire !== BYTES) continue;
      const scope = envelope(scopes.message(), SCOPE);
      const group = groups.push({ resource, scope }) - 1;
      const records = scopes.message();
      while (records.next()) {
        if (records.field === CHILDREN && records.wire === BYTES) onRecord(records.valueStart, records.valueEnd, group);
      }
    }
  }
  return groups;
}

/** All fields but the children, as one message of its own; field 1 is checked to be a well-formed `spec`. */
function envelope(reader: ProtoReader, spec: typeof RESOURCE): Uint8Array {
  const out = new ByteColumn(256);
  while (reader.next()) {
    if ((reader.field === CHILDREN && reader.wire === BYTES) || reader.field === OBSOLETE) continue;
    if (reader.field === 1 && reader.wire === BYTES)
      checkStructure(reader.bytes, reader.valueStart, reader.valueEnd, spec);
    out.append(reader.bytes, reader.tagStart, reader.pos - reader.tagStart);
  }
  return out.slice();
}
