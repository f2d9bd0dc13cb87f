/**
 * Bodies of log records <-> bytes. Records keep their order; the bodies themselves are laid down shape by shape (the text with its
 * numbers and ids left out), so that lines of one statement stand next to each other. Since they differ in a few words only, these are
 * kept apart, place by place (see body-templates.ts); what has no shape in common with others comes last, as it is.
 *
 *   | 0x80 | has-body column | shape column | templates u32 | variables column | constants (table) |
 *   | for each variable of each template: length column, bytes | length column of the other bodies | other bodies (AnyValue messages) |
 *
 * Before there were templates: | has-body column | shape column | length column, in the order of the bodies | bodies, shape by shape |
 */
import { shapeHash } from "../../../model/tokens.ts";
import { BodyTemplate, templateOf } from "./body-templates.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";
import { readTable, writeTable } from "./names-codec.ts";
import type { LogColumns } from "./record-columns.ts";
import { CorruptionError } from "./section.ts";
import { readRuns } from "./sealed-span-block.ts";
import type { StoredBodies, StoredTemplate, Variable } from "./stored-bodies.ts";
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

const MOST_SHAPES = 256;
/** Of bodies that are kept as they are. */
const NO_TEMPLATE = MOST_SHAPES - 1;
/** A template for fewer lines takes more than it saves. */
const LEAST_LINES = 4;
/** A column's first byte is 4 at most. */
const WITH_TEMPLATES = 0x80;
const STRING_TAG = 0x0a;

export function encodeBodies(columns: LogColumns, order: Uint32Array): ColumnWriter {
  const { bodies, bodyStarts, bodyEnds, hasBody } = columns;
  const count = order.length;
  const texts = textStarts(columns, order);
  const hashes = new Int32Array(count);
  const lines = new Map<number, number>();
  let total = 0;
  for (let n = 0; n < count; n++) {
    total += bodyEnds[order[n]] - bodyStarts[order[n]];
    if (texts[n] === 0) continue;
    const hash = (hashes[n] = shapeHash(bodies, texts[n] - 1, bodyEnds[order[n]]));
    lines.set(hash, (lines.get(hash) ?? 0) + 1);
  }
  const frequent = [...lines].filter(([, number]) => number >= LEAST_LINES).sort((a, b) => b[1] - a[1]);
  const mayHaveTemplate = new Set(frequent.slice(0, NO_TEMPLATE).map(([hash]) => hash));
  /** By hash: the template that the first line of a shape makes, and its number. */
  const ids = new Map<number, number | undefined>();
  const templates: BodyTemplate[] = [];
  const shapes = new Uint8Array(count).fill(NO_TEMPLATE);
  for (let n = 0; n < count; n++) {
    if (texts[n] === 0 || !mayHaveTemplate.has(hashes[n])) continue;
    const [start, end] = [texts[n] - 1, bodyEnds[order[n]]];
    if (!ids.has(hashes[n])) {
      const template = templateOf(bodies, start, end);
      ids.set(hashes[n], template && templates.push(template) - 1);
    }
    const id = ids.get(hashes[n]);
    // Of one shape are also texts that differ in case, and now and then ones that share nothing but a hash.
    if (id !== undefined && templates[id].add(bodies, start, end)) shapes[n] = id;
  }
  const writer = new ColumnWriter(total + count * 6 + 1024);
  writer.out.push(WITH_TEMPLATES);
  writer.column(permuteBytes(hasBody, order), count).column(shapes, count).u32(templates.length);
  writer.column(
    Uint32Array.from(templates, ({ variables }) => variables),
    templates.length,
  );
  writeTable(
    writer,
    templates.flatMap(({ constants }) => constants),
  );
  for (const template of templates) writeVariables(writer, bodies, template);
  const others = Uint32Array.from(order.filter((_, n) => shapes[n] === NO_TEMPLATE));
  writer.column(
    others.map((record) => bodyEnds[record] - bodyStarts[record]),
    others.length,
  );
  for (const record of others) writer.bytes(bodies, bodyStarts[record], bodyEnds[record] - bodyStarts[record]);
  return writer;
}

/** 1 + where the text of a body begins that is a plain string and can be made again from its text; 0 of others. */
function textStarts({ bodies, bodyStarts, bodyEnds }: LogColumns, order: Uint32Array): Uint32Array {
  return order.map((record) => {
    const [start, end] = [bodyStarts[record], bodyEnds[record]];
    if (start === end || bodies[start] !== STRING_TAG) return 0;
    let at = start + 1;
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at === end) return 0;
      const byte = bodies[at++];
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return at + length === end && at === start + 1 + varintSize(length) ? at + 1 : 0;
  });
}

function writeVariables(writer: ColumnWriter, bodies: Uint8Array, { variables, starts, lengths }: BodyTemplate): void {
  const lines = variables === 0 ? 0 : starts.length / variables;
  const column = new Uint32Array(lines);
  for (let v = 0; v < variables; v++) {
    for (let line = 0, at = v; line < lines; line++, at += variables) column[line] = lengths.values[at];
    writer.column(column, lines);
    for (let line = 0, at = v; line < lines; line++, at += variables)
      writer.bytes(bodies, starts.values[at], column[line]);
  }
}

/** Both layouts. What it gives are views of `raw`. */
export function openBodies(raw: Uint8Array, count: number): StoredBodies {
  const isOld = raw[0] !== WITH_TEMPLATES;
  const reader = new ColumnReader(isOld ? raw : raw.subarray(1));
  const hasBody = reader.byteColumn(count);
  const { laid, ends } = layOut(reader.byteColumn(count));
  const templates: StoredTemplate[] = [];
  if (!isOld) {
    const templateCount = reader.u32();
    if (templateCount > NO_TEMPLATE) throw new CorruptionError(`bodies cannot have ${templateCount} templates`);
    const variableCounts = reader.column(templateCount);
    const table = readTable(reader);
    let next = 0;
    for (let t = 0; t < templateCount; t++) {
      const constants = table.slice(next, (next += variableCounts[t] + 1));
      if (constants.length !== variableCounts[t] + 1) throw new CorruptionError("bodies lack a part of a template");
      const [from, to] = [t === 0 ? 0 : ends[t - 1], ends[t]];
      const variables = Array.from({ length: variableCounts[t] }, () => readRuns(reader, to - from));
      templates.push({ from, to, constants, variables });
    }
  }
  const firstOther = templates.at(-1)?.to ?? 0;
  return { hasBody, laid, templates, firstOther, others: readRuns(reader, count - firstOther) };
}

/** Section "body" of older blocks: the bodies in the records' order. */
export function decodePlainBodies(raw: Uint8Array, count: number): Bodies {
  const reader = new ColumnReader(raw);
  const hasBody = reader.byteColumn(count);
  const { starts, bytes } = readRuns(reader, count);
  return { hasBody, bytes, starts: starts.subarray(0, count), ends: starts.subarray(1), order: undefined };
}

export function rebuildBodies({ hasBody, laid, templates, firstOther, others }: StoredBodies): Bodies {
  const count = laid.length;
  // Nothing to be put together.
  if (templates.length === 0) return { hasBody, bytes: others.bytes, ...placesOf(laid, others.starts), order: laid };
  const bounds = new Uint32Array(count + 1);
  const areEven = templates.map(({ variables }) => variables.every(isEven));
  templates.forEach(({ from, to, constants, variables }, t) => {
    const fixed = constants.reduce((sum, { length }) => sum + length, 0);
    let length = fixed;
    for (let k = from; k < to; k++) {
      if (!areEven[t] || k === from) {
        length = fixed;
        for (const { starts } of variables) length += starts[k - from + 1] - starts[k - from];
      }
      bounds[k + 1] = bounds[k] + 1 + varintSize(length) + length;
    }
  });
  for (let k = firstOther; k < count; k++)
    bounds[k + 1] = bounds[k] + others.starts[k - firstOther + 1] - others.starts[k - firstOther];
  const bytes = Buffer.allocUnsafeSlow(bounds[count]);
  templates.forEach((template, t) =>
    areEven[t]
      ? writeEvenLines(bytes, bounds, template)
      : writeLines(bytes, bounds, template, template.from, template.to),
  );
  bytes.set(others.bytes, bounds[firstOther]);
  return { hasBody, bytes, ...placesOf(laid, bounds), order: laid };
}

/** All lines' are of the same length. */
function isEven({ starts }: Variable): boolean {
  const lines = starts.length - 1;
  const length = lines > 0 ? starts[1] : 0;
  if (starts[lines] !== lines * length) return false;
  for (let line = 1; line < lines; line++) if (starts[line] !== line * length) return false;
  return true;
}

/** Writes the lines of a template that are all of one length: the constants many times over, then place by place. */
function writeEvenLines(bytes: Uint8Array, bounds: Uint32Array, template: StoredTemplate): void {
  const { from, to, constants, variables } = template;
  if (from === to) return;
  const start = bounds[from];
  const size = bounds[from + 1] - start;
  writeLines(bytes, bounds, template, from, from + 1);
  const end = bounds[to];
  for (let filled = size; start + filled < end; filled *= 2)
    bytes.copyWithin(start + filled, start, start + Math.min(filled, end - start - filled));
  let offset = size - lengthOf(size);
  variables.forEach(({ starts, bytes: text }, v) => {
    offset += constants[v].length;
    const length = starts[1];
    for (let line = start + offset, at = 0; line < end; line += size)
      for (let i = 0; i < length; i++) bytes[line + i] = text[at++];
    offset += length;
  });
}

/** Writes lines [from, to) of a template. Most are as long as the one before in every place: then that one is copied and changed. */
function writeLines(
  bytes: Uint8Array,
  bounds: Uint32Array,
  { from: first, constants, variables }: StoredTemplate,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const start = bounds[k];
    const size = bounds[k + 1] - start;
    const line = k - first;
    const isAlike = k > from && size === start - bounds[k - 1] && haveSameLengths(variables, line);
    let at = start;
    if (isAlike) {
      bytes.copyWithin(start, bounds[k - 1], start);
      at += size - lengthOf(size);
    } else at = writeHeader(bytes, start, lengthOf(size));
    for (let c = 0; c < constants.length; c++) {
      const constant = constants[c];
      const { length } = constant;
      if (!isAlike) for (let i = 0; i < length; i++) bytes[at + i] = constant[i];
      at += length;
      if (c === variables.length) break;
      const { starts, bytes: text } = variables[c];
      const end = starts[line + 1];
      for (let i = starts[line]; i < end; i++) bytes[at++] = text[i];
    }
  }
}

/** Whether a line's variables are as long as those of the line before. */
function haveSameLengths(variables: readonly Variable[], line: number): boolean {
  for (const { starts } of variables)
    if (starts[line + 1] - starts[line] !== starts[line] - starts[line - 1]) return false;
  return true;
}

/** Of the text within a body of some size: the rest is the tag and the length, which takes a byte for each seven bits. */
function lengthOf(size: number): number {
  let length = size - 2;
  while (1 + varintSize(length) + length !== size) length--;
  return length;
}

/** Returns where the text begins. */
function writeHeader(bytes: Uint8Array, start: number, length: number): number {
  let at = start;
  bytes[at++] = STRING_TAG;
  for (; length > 0x7f; length >>>= 7) bytes[at++] = (length & 0x7f) | 0x80;
  bytes[at++] = length;
  return at;
}

function varintSize(value: number): number {
  let size = 1;
  for (; value > 0x7f; value = Math.floor(value / 128)) size++;
  return size;
}

/** @param bounds of the bodies in the order in which they lie */
function placesOf(laid: Uint32Array, bounds: Uint32Array): { starts: Uint32Array; ends: Uint32Array } {
  const starts = new Uint32Array(laid.length);
  const ends = new Uint32Array(laid.length);
  for (let k = 0; k < laid.length; k++) {
    starts[laid[k]] = bounds[k];
    ends[laid[k]] = bounds[k + 1];
  }
  return { starts, ends };
}

/** Records by shape, in their order within one; and where each shape's end. */
function layOut(shapes: Uint8Array): { laid: Uint32Array; ends: Uint32Array } {
  const ends = new Uint32Array(MOST_SHAPES + 1);
  for (const shape of shapes) ends[shape + 1]++;
  for (let shape = 0; shape < MOST_SHAPES; shape++) ends[shape + 1] += ends[shape];
  const laid = new Uint32Array(shapes.length);
  for (let n = 0; n < shapes.length; n++) laid[ends[shapes[n]]++] = n;
  return { laid, ends };
}
