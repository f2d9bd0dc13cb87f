/** Some of a block's records, as a mark for each. Readonly once it was handed on. */
export interface Selection {
  /** 1 = chosen. */
  readonly marks: Uint8Array;
  readonly count: number;
}

export function selectionOf(marks: Uint8Array): Selection {
  let count = 0;
  for (let i = 0; i < marks.length; i++) count += marks[i];
  return { marks, count };
}

export function everyRecord(count: number): Selection {
  return { marks: new Uint8Array(count).fill(1), count };
}

export function noRecord(count: number): Selection {
  return { marks: new Uint8Array(count), count: 0 };
}

/** Those of `from` that are not in `without`. */
export function minus(from: Selection, without: Selection): Selection {
  if (without.count === 0) return from;
  const marks = new Uint8Array(from.marks.length);
  for (let i = 0; i < marks.length; i++) marks[i] = from.marks[i] & ~without.marks[i];
  return selectionOf(marks);
}

/** Of two selections that have nothing in common. */
export function join(a: Selection, b: Selection): Selection {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const marks = new Uint8Array(a.marks.length);
  for (let i = 0; i < marks.length; i++) marks[i] = a.marks[i] | b.marks[i];
  return { marks, count: a.count + b.count };
}

/** The records, in order. */
export function recordsOf({ marks, count }: Selection): Uint32Array {
  const records = new Uint32Array(count);
  for (let i = 0, n = 0; n < count; i++) if (marks[i] === 1) records[n++] = i;
  return records;
}

/** Those of `within` for which `keep` holds. */
export function filter(within: Selection, keep: (record: number) => boolean): Selection {
  const marks = new Uint8Array(within.marks.length);
  let count = 0;
  for (let i = 0; i < marks.length; i++) {
    if (within.marks[i] === 0 || !keep(i)) continue;
    marks[i] = 1;
    count++;
  }
  return { marks, count };
}

/** Those of `within` whose number in `codes` is marked. */
export function filterByCode(within: Selection, codes: Uint32Array | Uint8Array, wanted: Uint8Array): Selection {
  const marks = new Uint8Array(within.marks.length);
  let count = 0;
  for (let i = 0; i < marks.length; i++) count += marks[i] = within.marks[i] & wanted[codes[i]];
  return count === within.count ? within : { marks, count };
}
