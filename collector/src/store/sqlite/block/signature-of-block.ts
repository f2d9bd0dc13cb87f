/** Builds a block's signature from its distinct attributes, its resources and scopes, and the events and links of its spans. */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import { locateKeyValue, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import {
  eventAndLinkAttributes,
  LEAST_BYTES_WITH_ATTRIBUTE,
  resourceAttributes,
  scopeAttributes,
} from "../../../wire/otlp/attributes-of.ts";
import type { RecordColumns } from "./record-columns.ts";
import { keyHashOf, SignatureBuilder } from "./signature.ts";

/** @param restHasAttributes spans carry events and links in their rest; logs don't */
export function signatureOf(columns: RecordColumns, seed: number, restHasAttributes: boolean): Uint8Array {
  const builder = new SignatureBuilder(seed);
  const keys = new ByteInterner(seed);
  const keyHashes: number[] = [];
  const encoder = new TextEncoder();
  const add = (bytes: Uint8Array, start: number, end: number) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const key = keys.intern(bytes, keyStart, keyEnd - keyStart);
    if (key === keyHashes.length)
      keyHashes.push(keyHashOf(encoder.encode(canonicalKey(decodeText(bytes, keyStart, keyEnd))), seed));
    const value = valueTextRange(bytes, valueStart, valueEnd);
    builder.add(keyHashes[key], value.bytes, value.start, value.end - value.start);
  };
  const { dictionary, groups, count, restStarts, rest } = columns;
  for (let id = 0; id < dictionary.size; id++) add(dictionary.bytes, dictionary.starts[id], dictionary.starts[id + 1]);
  for (const { resource, scope } of new Set(groups)) {
    resourceAttributes(resource, add);
    scopeAttributes(scope, add);
  }
  if (restHasAttributes) {
    for (let i = 0; i < count; i++) {
      if (restStarts[i + 1] - restStarts[i] >= LEAST_BYTES_WITH_ATTRIBUTE)
        eventAndLinkAttributes(rest, restStarts[i], restStarts[i + 1], add);
    }
  }
  return builder.finish();
}
