/**
 * Bodies of log records <-> bytes. Records keep their order; the bodies themselves are laid down shape by shape (the text with its
 * numbers and ids left out), so that lines of one statement stand next to each other: 2 bytes a line less.
 *
 *   | has-body column | shape column | length column, in the order of the bodies | bodies (AnyValue messages), shape by shape |
 */
import { shapeHash } from "../../../model/tokens.ts";
import { valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";
import type { LogColumns } from "./record-columns.ts";
import { readRuns } from "./sealed-span-block.ts";
import { permuteBytes } from "./seal-records.ts";

/** Record i's body is bytes[starts[i], ends[i]); hasBody tells an empty one from none. */
export interface Bodies {
  readonly hasBody: Uint8Array;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Records in the order of their bodies; undefined = as they come. */
  readonly order: Uint32Array | undefined;
}

/** The last shape takes all that come later. */
const MOST_SHAPES = 256;

export function encodeBodies(columns: LogColumns, order: Uint32Array): ColumnWriter {
  const { bodies, bodyStarts, bodyEnds, hasBody } = columns;
  const count = order.length;
  const shapes = new Uint8Array(count);
  const ids = new Map<number, number>();
  let total = 0;
  for (let n = 0; n < count; n++) {
    const [start, end] = [bodyStarts[order[n]], bodyEnds[order[n]]];
    total += end - start;
    const text = valueTextRange(bodies, start, end);
    const hash = shapeHash(text.bytes, text.start, text.end);
    let id = ids.get(hash);
    if (id === undefined) {
      id = Math.min(ids.size, MOST_SHAPES - 1);
      if (ids.size < MOST_SHAPES) ids.set(hash, id);
    }
    shapes[n] = id;
  }
  const writer = new ColumnWriter(total + count * 6 + 1024)
    .column(permuteBytes(hasBody, order), count)
    .column(shapes, count);
  const laid = layOut(shapes);
  const lengths = new Uint32Array(count);
  for (let k = 0; k < count; k++) lengths[k] = bodyEnds[order[laid[k]]] - bodyStarts[order[laid[k]]];
  writer.column(lengths, count);
  for (let k = 0; k < count; k++) writer.bytes(bodies, bodyStarts[order[laid[k]]], lengths[k]);
  return writer;
}

export function decodeBodies(raw: Uint8Array, count: number): Bodies {
  const reader = new ColumnReader(raw);
  const hasBody = reader.byteColumn(count);
  const laid = layOut(reader.byteColumn(count));
  const runs = readRuns(reader, count);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  for (let k = 0; k < count; k++) {
    starts[laid[k]] = runs.starts[k];
    ends[laid[k]] = runs.starts[k + 1];
  }
  return { hasBody, bytes: runs.bytes, starts, ends, order: laid };
}

/** Section "body" of older blocks: the bodies in the records' order. */
export function decodePlainBodies(raw: Uint8Array, count: number): Bodies {
  const reader = new ColumnReader(raw);
  const hasBody = reader.byteColumn(count);
  const { starts, bytes } = readRuns(reader, count);
  return { hasBody, bytes, starts: starts.subarray(0, count), ends: starts.subarray(1), order: undefined };
}

/** Records by shape, in their order within one. */
function layOut(shapes: Uint8Array): Uint32Array {
  const ends = new Uint32Array(MOST_SHAPES + 1);
  for (const shape of shapes) ends[shape + 1]++;
  for (let shape = 0; shape < MOST_SHAPES; shape++) ends[shape + 1] += ends[shape];
  const laid = new Uint32Array(shapes.length);
  for (let n = 0; n < shapes.length; n++) laid[ends[shapes[n]]++] = n;
  return laid;
}
