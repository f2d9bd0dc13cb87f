/** Words, phrases, wildcards and expressions of a query -> tests of a text. */
import { messageOf, QueryError } from "../../../base/errors.ts";
import { PatternError } from "../../../base/re2.ts";
import { compilePattern } from "../../../base/text-pattern.ts";
import type { TextTest } from "../../../model/log-condition.ts";
import { tokenSequence } from "../../../model/tokens.ts";
import type { RegexNode, TextNode } from "../parse/ast.ts";

/** Within a character class of an expression: what belongs to a word (model/tokens.ts). */
const WORD_CHARACTERS = "0-9A-Za-z_\\x{80}-\\x{10FFFF}";

/** A word or a quoted text, looked for anywhere in a text whatever the case; * stands for the rest of a word. */
export function searchTest({ text, quote }: TextNode): TextTest {
  if (quote === "exact") return { kind: "contains", text, ignoreCase: false };
  if (quote === "none" && hasWildcard(text)) return wildcardSearch(text);
  const plain = quote === "none" ? unescapeWord(text) : text;
  const words = tokenSequence(plain);
  // Only punctuation: "=>", "---".
  if (words.length === 0) return { kind: "contains", text: plain, ignoreCase: true };
  return words.length === 1 ? { kind: "words", words } : { kind: "phrase", words };
}

/** A value that is the whole text; * stands for anything. Case counts. */
export function valueTest({ text, quote }: TextNode): TextTest {
  if (quote !== "none" || !hasWildcard(text))
    return { kind: "equals", text: quote === "none" ? unescapeWord(text) : text };
  if (text === "*") return { kind: "exists" };
  const pattern = parts(text).map(escapeRegex).join("[\\s\\S]*");
  return { kind: "regex", pattern, ignoreCase: false, whole: true };
}

/** @throws QueryError with the place within the expression that RE2 doesn't take */
export function regexTest({ pattern, patternStart, ignoreCase, whole }: RegexNode): TextTest {
  try {
    compilePattern(pattern, { ignoreCase, whole });
  } catch (error) {
    const at = error instanceof PatternError ? error.position : 0;
    throw new QueryError(
      `cannot read the expression /${pattern.slice(0, 100)}/: ${messageOf(error)}`,
      patternStart + at,
      "expressions are RE2's; a \\ before a character makes it plain",
    );
  }
  return { kind: "regex", pattern, ignoreCase, whole };
}

export function hasWildcard(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\*/.test(text);
}

/** A backslash makes the next character plain. */
function unescapeWord(text: string): string {
  return text.replace(/\\([*\\"'`()|:])/g, "$1");
}

/** What stands between the wildcards. */
function parts(text: string): string[] {
  return text
    .replace(/\\([\s\S])|\*/g, (whole, escaped: string | undefined) => (escaped === undefined ? "\0" : whole))
    .split("\0")
    .map(unescapeWord);
}

/** `time*` is a word that begins so, `*out` one that ends so, `*meou*` text anywhere. */
function wildcardSearch(text: string): TextTest {
  const between = parts(text);
  const first = between[0];
  const last = between[between.length - 1];
  const inner = between.filter((part) => part !== "");
  if (inner.length === 0) return { kind: "exists" };
  if (inner.length === 1 && first === "" && last === "") return { kind: "contains", text: inner[0], ignoreCase: true };
  const word = `[${WORD_CHARACTERS}]`;
  const pattern = between.map(escapeRegex).join(`${word}*`);
  const begin = first !== "" && isWordCharacter(first[0]) ? `(?:^|[^${WORD_CHARACTERS}])` : "";
  const end = last !== "" && isWordCharacter(last[last.length - 1]) ? `(?:[^${WORD_CHARACTERS}]|$)` : "";
  return {
    kind: "regex",
    pattern: `${begin}${pattern.replace(/^\[[^\]]*\]\*|\[[^\]]*\]\*$/g, "")}${end}`,
    ignoreCase: true,
    whole: false,
  };
}

function isWordCharacter(character: string): boolean {
  return tokenSequence(character).length > 0;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
