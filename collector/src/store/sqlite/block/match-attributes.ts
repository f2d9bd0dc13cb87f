/**
 * Attribute conditions over a block's columns. Each condition is resolved once against the dictionary and the groups; a record
 * then meets it by a look at its ids. Events and links lie in the rest and are walked only for records that have one.
 */
import { decodeText } from "../../../base/protobuf.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import { locateKeyValue, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import {
  eventAndLinkAttributes,
  LEAST_BYTES_WITH_ATTRIBUTE,
  resourceAttributes,
  scopeAttributes,
} from "../../../wire/otlp/attributes-of.ts";
import type { AttributeCondition } from "../../store.ts";
import type { RecordColumns } from "./record-columns.ts";

/** True when the record meets all conditions. */
export type RecordTest = (record: number) => boolean;

/** @param restHasAttributes spans carry events and links in their rest; logs don't */
export function testAttributes(
  columns: RecordColumns,
  conditions: readonly AttributeCondition[],
  restHasAttributes: boolean,
): RecordTest {
  const tests = conditions.map((condition) => testOne(columns, condition, restHasAttributes));
  return (record) => tests.every((test) => test(record));
}

function testOne(columns: RecordColumns, condition: AttributeCondition, restHasAttributes: boolean): RecordTest {
  const meets = pairTest(condition);
  const groups = columns.groups.map(({ resource, scope }) => {
    let found = false;
    const look = (bytes: Uint8Array, start: number, end: number) => void (found ||= meets(bytes, start, end));
    resourceAttributes(resource, look);
    scopeAttributes(scope, look);
    return found;
  });
  const { size, bytes, starts } = columns.dictionary;
  const entries = new Uint8Array(size);
  let any = false;
  for (let id = 0; id < size; id++) {
    if (!meets(bytes, starts[id], starts[id + 1])) continue;
    entries[id] = 1;
    any = true;
  }
  return (record) => {
    if (groups[columns.group[record]]) return true;
    if (any) {
      const { starts: first, ids } = columns.attributes;
      for (let a = first[record]; a < first[record + 1]; a++) if (entries[ids[a]] === 1) return true;
    }
    if (!restHasAttributes) return false;
    const { restStarts, rest } = columns;
    let found = false;
    if (restStarts[record + 1] - restStarts[record] >= LEAST_BYTES_WITH_ATTRIBUTE) {
      eventAndLinkAttributes(
        rest,
        restStarts[record],
        restStarts[record + 1],
        (b, start, end) => void (found ||= meets(b, start, end)),
      );
    }
    return found;
  };
}

/** Tests one encoded KeyValue; keys are compared by their current name, values as text. */
export function pairTest({
  key,
  value,
}: AttributeCondition): (bytes: Uint8Array, start: number, end: number) => boolean {
  const wantedKey = canonicalKey(key);
  const wantedValue = new TextEncoder().encode(value);
  return (bytes, start, end) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const text = valueTextRange(bytes, valueStart, valueEnd);
    if (text.end - text.start !== wantedValue.length) return false;
    for (let i = 0; i < wantedValue.length; i++) if (text.bytes[text.start + i] !== wantedValue[i]) return false;
    return canonicalKey(decodeText(bytes, keyStart, keyEnd)) === wantedKey;
  };
}
