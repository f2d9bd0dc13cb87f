/**
 * Attribute conditions over a block's columns: a mark per record. Each condition is resolved once against the dictionary and the
 * groups. Events and links lie in the rest and are walked only for records that have one. What cannot be in the block at all costs
 * a look at the dictionary: ids and search columns are then not even decoded.
 */
import {
  eventAndLinkAttributes,
  LEAST_BYTES_WITH_ATTRIBUTE,
  resourceAttributes,
  scopeAttributes,
} from "../../../wire/otlp/attributes-of.ts";
import type { AttributeCondition } from "../../store.ts";
import { WantedPair } from "./dictionary.ts";
import type { RecordColumns } from "./record-columns.ts";

/** What is to be looked for in a block, after a look at what all its parts share. */
export interface AttributeMatcher {
  /** A mark for each record of a part: 1 = it meets all conditions. */
  mark(columns: RecordColumns): Uint8Array;
  /** 0 = no record of the part meets all conditions; undefined = nothing is known. */
  readonly parts?: Uint8Array;
}

export interface SharedColumns extends Pick<RecordColumns, "dictionary" | "groups" | "rest"> {
  /** Which parts may use a marked entry of the dictionary, where that is known. */
  partsWith?(entries: Uint8Array): Uint8Array | undefined;
}

/**
 * Undefined when no record of the block can meet all conditions. What it gives is for parts of the same block only.
 * @param restHasAttributes spans carry events and links in their rest; logs don't
 */
export function attributeMatcher(
  block: SharedColumns,
  conditions: readonly AttributeCondition[],
  restHasAttributes: boolean,
): AttributeMatcher | undefined {
  let all: AttributeMatcher | undefined;
  for (const condition of conditions) {
    const one = matcherOf(block, new WantedPair(condition), restHasAttributes);
    if (!one) return undefined;
    all = all ? both(all, one) : one;
  }
  return all;
}

function both(a: AttributeMatcher, b: AttributeMatcher): AttributeMatcher {
  return {
    mark: (columns) => and(a.mark(columns), b.mark(columns)),
    parts: a.parts && b.parts ? and(a.parts, b.parts) : (a.parts ?? b.parts),
  };
}

function and(marks: Uint8Array, others: Uint8Array): Uint8Array {
  return marks.map((mark, i) => mark & others[i]);
}

function matcherOf(block: SharedColumns, pair: WantedPair, restHasAttributes: boolean): AttributeMatcher | undefined {
  const entries = block.dictionary.find(pair);
  const groups = groupsThatMeet(block, pair);
  const walkRest = restHasAttributes && !pair.isNowhereIn(block.rest);
  if (!entries && !groups && !walkRest) return undefined;
  return {
    mark: (columns) => markRecords(columns, pair, entries, groups, walkRest),
    parts: entries && !groups && !walkRest ? block.partsWith?.(entries) : undefined,
  };
}

function markRecords(
  columns: RecordColumns,
  pair: WantedPair,
  entries: Uint8Array | undefined,
  groups: Uint8Array | undefined,
  walkRest: boolean,
): Uint8Array {
  const { count } = columns;
  const meets = new Uint8Array(count);
  if (entries) for (const record of columns.recordsWith(entries)) meets[record] = 1;
  if (groups) {
    const { group } = columns;
    for (let i = 0; i < count; i++) meets[i] |= groups[group[i]];
  }
  if (walkRest) {
    const { restStarts, rest } = columns;
    for (let i = 0; i < count; i++) {
      if (restStarts[i + 1] - restStarts[i] < LEAST_BYTES_WITH_ATTRIBUTE) continue;
      eventAndLinkAttributes(rest, restStarts[i], restStarts[i + 1], (bytes, start, end) => {
        if (pair.isMetBy(bytes, start, end)) meets[i] = 1;
      });
    }
  }
  return meets;
}

function groupsThatMeet({ groups }: SharedColumns, pair: WantedPair): Uint8Array | undefined {
  let met: Uint8Array | undefined;
  groups.forEach(({ resource, scope }, group) => {
    const look = (bytes: Uint8Array, start: number, end: number) => {
      if (pair.isMetBy(bytes, start, end)) (met ??= new Uint8Array(groups.length))[group] = 1;
    };
    resourceAttributes(resource, look);
    scopeAttributes(scope, look);
  });
  return met;
}
