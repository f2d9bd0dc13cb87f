/** What a block's signatures are made of: its distinct attributes, those of resources, scopes, events and links; the words of log bodies. */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { finish, mixWord } from "../../../base/hash.ts";
import { HashSet } from "../../../base/hash-set.ts";
import { eachEscapedString } from "../../../base/json-members.ts";
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

const OPEN_BRACE = 0x7b;
const BACKSLASH = 0x5c;

/**
 * Hashes of the words of all bodies, lower-cased. Of a body that is a JSON object also the words of its strings without escapes, which
 * write a word otherwise or glue one to it (`\nfirst`, `\u003cb\u003e`): so that members can be looked for by their words.
 */
export function tokenHashes({ count, bodies, bodyStarts, bodyEnds, hasBody }: LogColumns, seed: number): HashSet {
  const hashes = new HashSet();
  const add = (hash: number) => hashes.add(hash);
  const encoder = new TextEncoder();
  hashes.add(memberWordsMark(seed));
  for (let i = 0; i < count; i++) {
    if (hasBody[i] === 0) continue;
    const text = valueTextRange(bodies, bodyStarts[i], bodyEnds[i]);
    eachToken(text.bytes, text.start, text.end, seed, add);
    if (text.start === text.end || text.bytes[text.start] !== OPEN_BRACE) continue;
    if (!text.bytes.subarray(text.start, text.end).includes(BACKSLASH)) continue;
    eachEscapedString(text.bytes, text.start, text.end, (string) => {
      const bytes = encoder.encode(string);
      eachToken(bytes, 0, bytes.length, seed, add);
    });
  }
  return hashes;
}

/** Says that the words of strings within JSON are among a block's words. No word has it: it is that of an empty one. */
export function memberWordsMark(seed: number): number {
  return finish(mixWord(seed, 0));
}
