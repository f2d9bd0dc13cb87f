/**
 * Walks the attributes that lie inside encoded pieces of a record: a resource or scope envelope, and the events and links of a
 * span's rest. In: bytes and a range; out: a call per KeyValue with its range. Attributes of the record itself are in columns.
 */
import { BYTES, ProtoReader } from "../../base/protobuf.ts";

export type OnAttribute = (bytes: Uint8Array, start: number, end: number) => void;

/** Attributes of a resource envelope (ResourceSpans or ResourceLogs without children): field 1 of Resource. */
export function resourceAttributes(envelope: Uint8Array, visit: OnAttribute): void {
  nested(new ProtoReader(envelope), 1, 1, visit);
}

/** Attributes of a scope envelope: field 3 of InstrumentationScope. */
export function scopeAttributes(envelope: Uint8Array, visit: OnAttribute): void {
  nested(new ProtoReader(envelope), 1, 3, visit);
}

/** A rest below this holds no event or link with an attribute: tags and lengths of event, attribute and key, a key of one byte. Flags have 6. */
export const LEAST_BYTES_WITH_ATTRIBUTE = 7;

/** Attributes of events (field 11, attributes 3) and links (field 13, attributes 4) in a span's rest. */
export function eventAndLinkAttributes(rest: Uint8Array, start: number, end: number, visit: OnAttribute): void {
  const reader = new ProtoReader(rest, start, end);
  while (reader.next()) {
    if (reader.wire !== BYTES) continue;
    if (reader.field === 11) members(reader.message(), 3, visit);
    else if (reader.field === 13) members(reader.message(), 4, visit);
  }
}

function nested(outer: ProtoReader, field: number, attributes: number, visit: OnAttribute): void {
  while (outer.next()) if (outer.field === field && outer.wire === BYTES) members(outer.message(), attributes, visit);
}

function members(message: ProtoReader, field: number, visit: OnAttribute): void {
  while (message.next()) {
    if (message.field === field && message.wire === BYTES) visit(message.bytes, message.valueStart, message.valueEnd);
  }
}
