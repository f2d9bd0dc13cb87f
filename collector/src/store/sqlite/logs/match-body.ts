/** Tests of bodies, over all bodies of a block at once where few records fall away before. */
import type { LogView } from "./log-view.ts";
import type { ByteSearch } from "./byte-search.ts";
import { filter, selectionOf, type Selection } from "./selection.ts";
import type { TextMatcher } from "./text-matcher.ts";

/** With fewer candidates than one in so many records, they are looked at one by one. */
const FEW = 8;

/** Records of `within` whose body meets a test. */
export function matchBodies(view: LogView, matcher: TextMatcher, candidates: Selection): Selection {
  const { columns } = view;
  const { hasBody, count } = columns;
  if (matcher.isTrivial) return filter(candidates, (record) => hasBody[record] === 1);
  const stored = matcher.words && columns.storedBodies;
  const within = matcher.words && stored ? matcher.words.match(stored, candidates) : candidates;
  if (within.count === 0 || (stored && matcher.areWordsEnough)) return within;
  const { bodies } = columns;
  const { search } = matcher;
  const { starts, ends, others } = view.bodyTexts;
  const isOther = (record: number) => {
    const { bytes, start, end } = view.bodyRange(record);
    return matcher.isMetBy(bytes, start, end);
  };
  if (!search || within.count * FEW < count) {
    const isPlain = new Uint8Array(count).fill(1);
    for (const record of others) isPlain[record] = 0;
    return filter(within, (record) => {
      if (hasBody[record] === 0) return false;
      return isPlain[record] === 1 ? matcher.isMetBy(bodies, starts[record], ends[record]) : isOther(record);
    });
  }
  const marks = new Uint8Array(count);
  findIn(view, search, within, (record) => {
    if (matcher.isSearchEnough || matcher.isMetBy(bodies, starts[record], ends[record])) marks[record] = 1;
  });
  for (const record of others) if (within.marks[record] === 1 && isOther(record)) marks[record] = 1;
  return selectionOf(marks);
}

/** Marks records of `within` whose body, when it is a plain string, holds a text; all others that have a body are marked, too. */
export function mayHold(view: LogView, searches: readonly ByteSearch[], within: Selection): Selection {
  const marks = new Uint8Array(view.columns.count);
  for (const search of searches) findIn(view, search, within, (record) => (marks[record] = 1));
  for (const record of view.bodyTexts.others) marks[record] = within.marks[record];
  return selectionOf(marks);
}

/** Calls `visit` once for each record of `within` whose body is a plain string that holds the text. */
function findIn(view: LogView, search: ByteSearch, within: Selection, visit: (record: number) => void): void {
  const { bodyOrder, haystack, bodyTexts } = view;
  const { starts, ends } = bodyTexts;
  const { bodyEnds } = view.columns;
  const { length } = search;
  const last = bodyOrder.length;
  let k = 0;
  for (let at = search.next(haystack, 0); at >= 0;) {
    while (k < last && bodyEnds[bodyOrder[k]] <= at) k++;
    if (k === last) return;
    const record = bodyOrder[k];
    let from = bodyEnds[record];
    if (at < starts[record] && starts[record] < ends[record]) from = starts[record];
    else if (at >= starts[record] && at + length <= ends[record] && within.marks[record] === 1) visit(record);
    at = search.next(haystack, from);
  }
}
