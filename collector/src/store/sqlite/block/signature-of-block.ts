/** What a block's signatures are made of: its distinct attributes, those of resources, scopes, events and links; the words of log bodies. */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { HashSet } from "../../../base/hash-set.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import { eachToken } from "../../../model/tokens.ts";
import { locateKeyValue, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import {
  eventAndLinkAttributes,
  LEAST_BYTES_WITH_ATTRIBUTE,
  resourceAttributes,
  scopeAttributes,
} from "../../../wire/otlp/attributes-of.ts";
import type { LogColumns, RecordColumns } from "./record-columns.ts";
import { keyHashOf, pairHash } from "./signature.ts";

/** @param restHasAttributes spans carry events and links in their rest; logs don't */
export function attributeHashes(columns: RecordColumns, seed: number, restHasAttributes: boolean): HashSet {
  const hashes = new HashSet();
  const keys = new ByteInterner(seed);
  const keyHashes: number[] = [];
  const encoder = new TextEncoder();
  const add = (bytes: Uint8Array, start: number, end: number) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const key = keys.intern(bytes, keyStart, keyEnd - keyStart);
    if (key === keyHashes.length)
      keyHashes.push(keyHashOf(encoder.encode(canonicalKey(decodeText(bytes, keyStart, keyEnd))), seed));
    const value = valueTextRange(bytes, valueStart, valueEnd);
    hashes.add(pairHash(keyHashes[key], value.bytes, value.start, value.end - value.start));
  };
  const { dictionary, groups, count, restStarts, rest } = columns;
  dictionary.each(add);
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
  return hashes;
}

/** Hashes of the words of all bodies, lower-cased. */
export function tokenHashes({ count, bodies, bodyStarts, bodyEnds, hasBody }: LogColumns, seed: number): HashSet {
  const hashes = new HashSet();
  for (let i = 0; i < count; i++) {
    if (hasBody[i] === 0) continue;
    const text = valueTextRange(bodies, bodyStarts[i], bodyEnds[i]);
    eachToken(text.bytes, text.start, text.end, seed, (hash) => hashes.add(hash));
  }
  return hashes;
}
