/**
 * A pattern -> what finds its lines: the constant words between the variable parts, as phrases. It finds all of them, and lines beside
 * them that hold the same phrases in another way. As a condition for stores, and as text in the query language.
 */
import type { LogCondition, TextTest } from "../../model/log-condition.ts";
import { GLUED_WORD, WILDCARD } from "../../model/line-mask.ts";
import { tokenSequence } from "../../model/tokens.ts";
import type { Shape } from "./shape.ts";

/** More than these make a query longer, hardly narrower. */
const MOST_PHRASES = 6;

export interface PatternQuery {
  readonly condition: LogCondition;
  /** In the query language of docs/logs.md. */
  readonly text: string;
}

/** @param service of all its lines, where that is known: it narrows the query */
export function patternQuery(shape: Shape, service?: string): PatternQuery {
  const phrases = phrasesOf(shape);
  const own: LogCondition[] =
    service === undefined
      ? []
      : [{ kind: "field", field: { kind: "service" }, test: { kind: "equals", text: service } }];
  const tests: LogCondition[] = phrases.map((words) => ({
    kind: "field",
    field: { kind: "body" },
    test: testOf(words),
  }));
  const texts = phrases.map((words) => `"${words.join(" ")}"`);
  return {
    condition: { kind: "and", of: [...own, ...tests] },
    text: [...(service === undefined ? [] : [`service:${quoted(service)}`]), ...texts].join(" "),
  };
}

function testOf(words: readonly string[]): TextTest {
  return words.length === 1 ? { kind: "words", words } : { kind: "phrase", words };
}

/** The longest runs of words, in the order in which they stand. */
function phrasesOf(tokens: readonly string[]): string[][] {
  const runs = tokens
    .join(" ")
    .replace(GLUED_WORD, WILDCARD)
    .split(WILDCARD)
    .map(tokenSequence)
    .filter(({ length }) => length > 0);
  const lengths = runs.map((words) => words.join(" ").length);
  const longest = runs.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const chosen = new Set(longest.slice(0, MOST_PHRASES));
  return runs.filter((_, i) => chosen.has(i));
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
