/**
 * Changes the attributes inside an encoded message and leaves its other fields, known or not, as they are: events and links of a
 * span, and the resource and scope envelopes of a group. In: bytes, the attributes' field number; out: new bytes, or undefined.
 */
import { BYTES, ProtoReader, ProtoWriter } from "../base/protobuf.ts";
import { AttributeList } from "./edit-attribute-list.ts";

/** Looks at a list and changes it. */
export type ChangeAttributes = (list: AttributeList) => void;

/** Field numbers of the attributes in Resource, InstrumentationScope, Span.Event and Span.Link. */
export const RESOURCE_ATTRIBUTES = 1;
export const SCOPE_ATTRIBUTES = 3;
export const EVENT_ATTRIBUTES = 3;
export const LINK_ATTRIBUTES = 4;

/** The content of the message in `bytes[start, end)` with changed attributes; undefined when `change` changed nothing. */
export function editAttributes(
  bytes: Uint8Array,
  start: number,
  end: number,
  field: number,
  change: ChangeAttributes,
): Uint8Array | undefined {
  const list = new AttributeList();
  const reader = new ProtoReader(bytes, start, end);
  while (reader.next()) {
    if (reader.field === field && reader.wire === BYTES) list.addLoaded(bytes, reader.valueStart, reader.valueEnd);
  }
  change(list);
  if (!list.changed) return undefined;
  const writer = new ProtoWriter(end - start + 64);
  for (reader.reset(bytes, start, end); reader.next();) {
    if (reader.field !== field || reader.wire !== BYTES)
      writer.raw(bytes, reader.tagStart, reader.pos - reader.tagStart);
  }
  for (let i = 0; i < list.length; i++) {
    writer.bytesField(field, list.source[i], list.start[i], list.end[i] - list.start[i]);
  }
  return writer.finish();
}

/**
 * A group's envelope with changed attributes of its resource (RESOURCE_ATTRIBUTES) or scope (SCOPE_ATTRIBUTES), which is its field 1;
 * the envelope itself when nothing changed.
 */
export function editEnvelope(envelope: Uint8Array, field: number, change: ChangeAttributes): Uint8Array {
  // Several field 1 are one message: protobuf merges them, and so does putting their bytes one after the other.
  const inner = new ProtoWriter(envelope.length);
  const others = new ProtoWriter(64);
  const reader = new ProtoReader(envelope);
  while (reader.next()) {
    if (reader.field === 1 && reader.wire === BYTES) inner.raw(envelope, reader.valueStart, reader.valueLength);
    else others.raw(envelope, reader.tagStart, reader.pos - reader.tagStart);
  }
  const content = inner.finish();
  const edited = editAttributes(content, 0, content.length, field, change);
  if (!edited) return envelope;
  return new ProtoWriter(edited.length + 16).bytesField(1, edited).raw(others.finish()).finish();
}
