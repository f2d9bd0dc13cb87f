/** The tests of model/log-condition.ts over UTF-8 bytes: the answers of model/text-test.ts, without strings where that can be. */
import { decodeText } from "../../../base/protobuf.ts";
import type { TextTest } from "../../../model/log-condition.ts";
import { compileTextTest } from "../../../model/text-test.ts";
import { PhraseTest, tokenSequence, WordTest } from "../../../model/tokens.ts";
import { ByteSearch } from "./byte-search.ts";
import { StoredWordTest } from "./match-words.ts";
import { requiredLiterals } from "./required-literals.ts";

export interface TextMatcher {
  isMetBy(bytes: Uint8Array, start: number, end: number): boolean;
  isMetByText(text: string): boolean;
  /** Meets every text. */
  readonly isTrivial: boolean;
  /** Stands in every text that meets the test. */
  readonly search?: ByteSearch;
  /** All of them are in each body that meets the test. */
  readonly words?: StoredWordTest;
  /** A body that has them meets the test. */
  readonly areWordsEnough?: boolean;
  /** A text that it stands in meets the test. */
  readonly isSearchEnough?: boolean;
}

/** What bytes that are no UTF-8 become as text. A test that looks for it goes by texts. */
const REPLACEMENT = "\ufffd";

/** @throws PatternError */
export function compileTextMatcher(test: TextTest): TextMatcher {
  const isMetByText = compileTextTest(test);
  const byText = (search?: ByteSearch): TextMatcher => ({
    isMetByText,
    isMetBy: (bytes, start, end) => isMetByText(decodeText(bytes, start, end)),
    isTrivial: false,
    search,
  });
  const always: TextMatcher = { isMetByText: () => true, isMetBy: () => true, isTrivial: true };
  switch (test.kind) {
    case "exists":
      return always;
    case "equals": {
      const text = test.text.toWellFormed();
      if (text.includes(REPLACEMENT)) return byText();
      const wanted = Buffer.from(text);
      return {
        isMetByText,
        isMetBy: (bytes, start, end) => {
          if (end - start !== wanted.length) return false;
          for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
          return true;
        },
        isTrivial: false,
        search: text === "" ? undefined : new ByteSearch(text, false),
      };
    }
    case "words":
    case "phrase": {
      if (test.words.length === 0) return always;
      // What is no word as tokensOf() gives them is in no text.
      const words = test.words.map((word) => word.toWellFormed());
      if (words.some((word) => word.includes(REPLACEMENT) || tokenSequence(word)[0] !== word)) return byText();
      const exact = test.kind === "words" ? new WordTest(words) : new PhraseTest(words);
      const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
      return {
        isMetByText,
        isMetBy: (bytes, start, end) => exact.isMetBy(bytes, start, end),
        isTrivial: false,
        search: new ByteSearch(longest, true),
        words: new StoredWordTest(words),
        areWordsEnough: test.kind === "words",
      };
    }
    case "contains": {
      const text = test.text.toWellFormed();
      if (text === "") return always;
      if (text.includes(REPLACEMENT)) return byText();
      const search = new ByteSearch(text, test.ignoreCase);
      return {
        isMetByText,
        isMetBy: (bytes, start, end) => search.isIn(bytes, start, end),
        isTrivial: false,
        search,
        isSearchEnough: true,
      };
    }
    case "regex": {
      const literals = requiredLiterals(test.pattern, test.ignoreCase).filter((text) => !text.includes(REPLACEMENT));
      const longest = literals.reduce((a, b) => (b.length > a.length ? b : a), "");
      const folds = test.ignoreCase || test.pattern.includes("(?");
      return byText(longest === "" ? undefined : new ByteSearch(longest, folds));
    }
    case "number":
    case "duration":
      return byText();
  }
}
