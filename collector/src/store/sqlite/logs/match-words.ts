/**
 * Words in bodies as they are stored: a word without a digit stands in a template's constants, in all of its lines or in none, and one
 * with a digit is a variable. So lines are looked for without being put together, which is most of what reading them costs.
 */
import { WordTest } from "../../../model/tokens.ts";
import { valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import type { StoredBodies, StoredTemplate, Variable } from "../block/stored-bodies.ts";
import { selectionOf, type Selection } from "./selection.ts";

export class StoredWordTest {
  readonly #all: WordTest;
  readonly #words: readonly { readonly bytes: Uint8Array; readonly hasDigit: boolean; readonly test: WordTest }[];

  /** @param words at least one, as tokensOf() gives them */
  constructor(words: readonly string[]) {
    this.#all = new WordTest(words);
    this.#words = [...new Set(words)].map((word) => ({
      bytes: Buffer.from(word),
      hasDigit: /[0-9]/.test(word),
      test: new WordTest([word]),
    }));
  }

  /** Records of `within` whose body has all words. */
  match({ laid, templates, firstOther, others }: StoredBodies, within: Selection): Selection {
    const marks = new Uint8Array(laid.length);
    for (const template of templates) this.#matchLines(template, laid, marks);
    for (let k = firstOther; k < laid.length; k++) {
      const record = laid[k];
      if (within.marks[record] === 0) continue;
      const text = valueTextRange(others.bytes, others.starts[k - firstOther], others.starts[k - firstOther + 1]);
      if (this.#all.isMetBy(text.bytes, text.start, text.end)) marks[record] = 1;
    }
    for (let i = 0; i < marks.length; i++) marks[i] &= within.marks[i];
    return selectionOf(marks);
  }

  #matchLines({ from, to, constants, variables }: StoredTemplate, laid: Uint32Array, marks: Uint8Array): void {
    let lines: Uint8Array | undefined;
    for (const { bytes, hasDigit, test } of this.#words) {
      if (!hasDigit) {
        if (!constants.some((constant) => test.isMetBy(constant, 0, constant.length))) return;
        continue;
      }
      const own = new Uint8Array(to - from);
      for (const variable of variables) markEqual(variable, bytes, own);
      if (lines) for (let l = 0; l < own.length; l++) own[l] &= lines[l];
      if (!own.includes(1)) return;
      lines = own;
    }
    for (let k = from; k < to; k++) if (!lines || lines[k - from] === 1) marks[laid[k]] = 1;
  }
}

/** Marks lines whose variable is a word, ASCII letters in either case. */
function markEqual({ starts, bytes }: Variable, word: Uint8Array, lines: Uint8Array): void {
  const { length } = word;
  next: for (let l = 0; l < lines.length; l++) {
    const start = starts[l];
    if (starts[l + 1] - start !== length) continue;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i];
      if (byte !== word[i] && (byte < 0x41 || byte > 0x5a || byte + 0x20 !== word[i])) continue next;
    }
    lines[l] = 1;
  }
}
