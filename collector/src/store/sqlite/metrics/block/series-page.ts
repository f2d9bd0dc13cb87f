/**
 * A page: the labels of some series with neighbouring numbers, by label name. Written once for a partition, read by whoever looks for
 * series; a matcher looks its values up and goes through one column.
 *
 *   | layout u8 = 1 | series | names | per name: name, its values, a column: number of each series' value, 0 = it has none |
 */
import type { Labels } from "../../../../model/labels.ts";
import type { CompiledMatcher } from "../../../../model/label-matcher.ts";
import { ColumnReader, ColumnWriter } from "../../block/column-codec.ts";
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";

const LAYOUT = 1;
/** Of a page at most, for it is decoded as a whole: series; names times series; characters of names and values. */
const PAGE_SERIES = 4096;
const PAGE_CELLS = 1_000_000;
const PAGE_TEXT = 8 * 1024 * 1024;
/** Far above that: a damaged page must not make us allocate. */
const MOST_CELLS = 2 ** 24;

interface LabelColumn {
  readonly name: string;
  readonly values: readonly string[];
  /** 0 = absent, else the value's place plus one. */
  readonly ids: Uint32Array;
}

/** Series in their order, cut into what makes a page each: where one sender makes up label names, pages are short, not wide. */
export function* cutIntoPages(series: readonly Labels[]): Generator<readonly Labels[]> {
  const names = new Set<string>();
  let start = 0;
  let text = 0;
  for (let i = 0; i < series.length; i++) {
    const labels = series[i];
    const length = labels.reduce((sum, each) => sum + each.length, 0);
    for (let n = 0; n < labels.length; n += 2) names.add(labels[n]);
    text += length;
    const rows = i - start + 1;
    if (rows > 1 && (rows > PAGE_SERIES || names.size * rows > PAGE_CELLS || text > PAGE_TEXT)) {
      yield series.slice(start, i);
      start = i;
      text = length;
      names.clear();
      for (let n = 0; n < labels.length; n += 2) names.add(labels[n]);
    }
  }
  if (start < series.length) yield series.slice(start);
}

export function encodePage(series: readonly Labels[]): Uint8Array {
  const names = new Map<string, { values: Map<string, number>; ids: Uint32Array }>();
  series.forEach((labels, row) => {
    for (let i = 0; i < labels.length; i += 2) {
      let column = names.get(labels[i]);
      if (!column) names.set(labels[i], (column = { values: new Map(), ids: new Uint32Array(series.length) }));
      let id = column.values.get(labels[i + 1]);
      if (id === undefined) column.values.set(labels[i + 1], (id = column.values.size + 1));
      column.ids[row] = id;
    }
  });
  const writer = new ByteWriter();
  writer.u8(LAYOUT).varint(series.length).varint(names.size);
  for (const [name, { values, ids }] of names) {
    writer.text(name).varint(values.size);
    for (const value of values.keys()) writer.text(value);
    writer.bytes(new ColumnWriter(ids.length * 4 + 16).column(ids, ids.length).finish());
  }
  return writer.finish();
}

export class SeriesPage {
  readonly count: number;
  readonly columns: readonly LabelColumn[];

  /** @throws CorruptionError */
  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    if (layout !== LAYOUT) throw new CorruptionError(`page layout ${layout} is unknown to this version of Goldspan`);
    this.count = reader.count(PAGE_SERIES);
    const names = reader.count(bytes.length);
    if (this.count > 1 && this.count * names > MOST_CELLS)
      throw new CorruptionError(`a page cannot have ${names} names for ${this.count} series`);
    const columns: LabelColumn[] = [];
    for (let n = names; n > 0; n--) {
      const name = reader.text();
      const values = Array.from({ length: reader.count(PAGE_SERIES) }, () => reader.text());
      const column = new ColumnReader(bytes.subarray(reader.pos));
      const ids = column.column(this.count);
      reader.skip(column.position);
      for (const id of ids) if (id > values.length) throw new CorruptionError("a label of a page has no value");
      columns.push({ name, values, ids });
    }
    this.columns = columns.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** About what it takes in memory. */
  get sizeBytes(): number {
    let size = 200;
    for (const { values, ids } of this.columns) {
      size += 400 + ids.length * 4;
      for (const value of values) size += 24 + value.length;
    }
    return size;
  }

  /** Rows of the series that meet all matchers, ascending. */
  match(matchers: readonly CompiledMatcher[]): number[] {
    const passes: { ids: Uint32Array; passes: Uint8Array }[] = [];
    for (const { name, test, matchesEmpty, literals } of matchers) {
      const column = this.columns.find((each) => each.name === name);
      if (!column) {
        if (!matchesEmpty) return [];
        continue;
      }
      const { values, ids } = column;
      const verdicts = new Uint8Array(values.length + 1);
      verdicts[0] = matchesEmpty ? 1 : 0;
      let any = verdicts[0];
      if (literals?.length === 1) {
        const place = values.indexOf(literals[0]) + 1;
        if (place > 0) any = verdicts[place] = 1;
      } else values.forEach((value, i) => (any |= verdicts[i + 1] = test(value) ? 1 : 0));
      if (any === 0) return [];
      passes.push({ ids, passes: verdicts });
    }
    const rows: number[] = [];
    next: for (let row = 0; row < this.count; row++) {
      for (const { ids, passes: verdicts } of passes) if (verdicts[ids[row]] === 0) continue next;
      rows.push(row);
    }
    return rows;
  }

  /** "" when the series has no such label. */
  valueOf(row: number, name: string): string {
    const column = this.columns.find((each) => each.name === name);
    return column && column.ids[row] > 0 ? column.values[column.ids[row] - 1] : "";
  }

  labelsOf(row: number): Labels {
    const labels: string[] = [];
    for (const { name, values, ids } of this.columns) if (ids[row] > 0) labels.push(name, values[ids[row] - 1]);
    return labels;
  }
}
