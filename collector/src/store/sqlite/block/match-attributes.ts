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

/**
 * Record -> 1 when it meets all conditions; undefined when none does.
 * @param restHasAttributes spans carry events and links in their rest; logs don't
 */
export function matchAttributes(
  columns: RecordColumns,
  conditions: readonly AttributeCondition[],
  restHasAttributes: boolean,
): Uint8Array | undefined {
  let all: Uint8Array | undefined;
  for (const condition of conditions) {
    const meets = matchOne(columns, new WantedPair(condition), restHasAttributes);
    if (!meets) return undefined;
    if (all) for (let i = 0; i < all.length; i++) all[i] &= meets[i];
    else all = meets;
  }
  return all;
}

function matchOne(columns: RecordColumns, pair: WantedPair, restHasAttributes: boolean): Uint8Array | undefined {
  const entries = columns.dictionary.find(pair);
  const groups = groupsThatMeet(columns, pair);
  const walkRest = restHasAttributes && !pair.isNowhereIn(columns.rest);
  if (!entries && !groups && !walkRest) return undefined;
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

function groupsThatMeet({ groups }: RecordColumns, pair: WantedPair): Uint8Array | undefined {
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
