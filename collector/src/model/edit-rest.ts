/** Changes single fields in a record's rest, such as a span's events and links; everything else in the rest stays where it lies. */
import { BYTES, ProtoReader, ProtoWriter } from "../base/protobuf.ts";
import type { EditableBatch } from "./edit-columns.ts";
import type { RecordEditor } from "./edit-records.ts";

/**
 * Asked for each length-delimited field with the range of its content in the batch's bytes: undefined = keep, null = drop, bytes =
 * the new content.
 */
export type ChangeField = (field: number, start: number, end: number) => Uint8Array | null | undefined;

const reader = new ProtoReader(new Uint8Array(0));

/** Records must come in rising order. */
export function editRest<B extends EditableBatch>(editor: RecordEditor<B>, record: number, change: ChangeField): void {
  const { bytes, restStart, restOffset, restLength } = editor.batch;
  /** What the rest becomes: offset and length of each range. */
  const ranges: number[] = [];
  let changed = false;
  for (let r = restStart[record]; r < restStart[record + 1]; r++) {
    const end = restOffset[r] + restLength[r];
    let from = restOffset[r];
    for (let next = from; next < end;) {
      reader.reset(bytes, next, end).next();
      const { field, tagStart, valueStart, valueEnd } = reader;
      next = reader.pos;
      if (reader.wire !== BYTES) continue;
      const content = change(field, valueStart, valueEnd);
      if (content === undefined) continue;
      changed = true;
      if (tagStart > from) ranges.push(from, tagStart - from);
      from = next;
      if (content === null) continue;
      const encoded = new ProtoWriter(content.length + 8).bytesField(field, content).finish();
      ranges.push(editor.append(encoded), encoded.length);
    }
    if (end > from) ranges.push(from, end - from);
  }
  if (!changed) return;
  editor.rest.replace(record);
  for (let i = 0; i < ranges.length; i += 2) editor.rest.push(ranges[i], ranges[i + 1]);
}
