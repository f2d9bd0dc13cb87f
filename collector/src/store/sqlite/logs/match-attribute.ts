/** A test of an attribute of the record, its scope or its resource: once for each dictionary entry and each group. */
import { decodeText } from "../../../base/protobuf.ts";
import type { RecordGroup } from "../../../model/record-batch.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import type { TextTest } from "../../../model/log-condition.ts";
import { locateKeyValue, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import { resourceAttributes, scopeAttributes } from "../../../wire/otlp/attributes-of.ts";
import { WantedPair } from "../block/dictionary.ts";
import type { LogColumns } from "../block/record-columns.ts";
import { filterByCode, join, minus, selectionOf, type Selection } from "./selection.ts";
import type { TextMatcher } from "./text-matcher.ts";

export class AttributeMatcher {
  readonly #key: string;
  readonly #matcher: TextMatcher;
  /** Of an equality that goes by bytes. */
  readonly #pair: WantedPair | undefined;
  /** Blocks share groups. */
  readonly #groups = new WeakMap<RecordGroup, boolean>();
  /** Keys are few and looked at for each entry. */
  readonly #keys = new Map<string, boolean>();

  constructor(key: string, test: TextTest, matcher: TextMatcher) {
    this.#key = canonicalKey(key);
    this.#matcher = matcher;
    if (test.kind === "equals" && test.text.isWellFormed() && !test.text.includes("\ufffd"))
      this.#pair = new WantedPair({ key, value: test.text });
  }

  match(columns: LogColumns, within: Selection): Selection {
    const groups = Uint8Array.from(columns.groups, (group) => (this.#isGroup(group) ? 1 : 0));
    const byGroup = filterByCode(within, columns.group, groups);
    if (byGroup.count === within.count) return byGroup;
    const { dictionary } = columns;
    const entries = this.#pair
      ? dictionary.find(this.#pair)
      : dictionary.findValues(
          (bytes, start, end) => this.hasKey(bytes, start, end),
          (bytes, start, end) => this.#matcher.isMetBy(bytes, start, end),
        );
    if (!entries) return byGroup;
    const left = minus(within, byGroup);
    const marks = new Uint8Array(columns.count);
    for (const record of columns.recordsWith(entries)) marks[record] = left.marks[record];
    return join(byGroup, selectionOf(marks));
  }

  hasKey(bytes: Uint8Array, start: number, end: number): boolean {
    const text = decodeText(bytes, start, end);
    let isKey = this.#keys.get(text);
    if (isKey === undefined) {
      isKey = canonicalKey(text) === this.#key;
      // Bounded, whatever keys there are.
      if (this.#keys.size < MOST_KEYS) this.#keys.set(text, isKey);
    }
    return isKey;
  }

  #isGroup(group: RecordGroup): boolean {
    let isMet = this.#groups.get(group);
    if (isMet !== undefined) return isMet;
    isMet = false;
    const look = (bytes: Uint8Array, start: number, end: number) => {
      if (isMet) return;
      const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
      if (!this.hasKey(bytes, keyStart, keyEnd)) return;
      const text = valueTextRange(bytes, valueStart, valueEnd);
      isMet = this.#matcher.isMetBy(text.bytes, text.start, text.end);
    };
    resourceAttributes(group.resource, look);
    scopeAttributes(group.scope, look);
    this.#groups.set(group, isMet);
    return isMet;
  }
}

const MOST_KEYS = 10_000;
