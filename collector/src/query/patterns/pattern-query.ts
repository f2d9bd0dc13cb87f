/**
 * A pattern -> what finds its lines: the constant words between the variable parts, as phrases. It finds all of them, and lines beside
 * them that hold the same phrases in another way. As a condition for stores, and as text in the query language.
 */
import type { LogCondition, TextTest } from "../../model/log-condition.ts";
import { attributeField, type LogField } from "../../model/log-field.ts";
import { WILDCARD } from "../../model/line-mask.ts";
import type { Shape } from "./shape.ts";
import { MEMBERS } from "./message-of.ts";

/** More than these make a query longer, hardly narrower. */
const MOST_PHRASES = 6;

export interface PatternQuery {
  readonly condition: LogCondition;
  /** In the query language of docs/logs.md. */
  readonly text: string;
}

/** @param services of its lines: a single one narrows the query */
export function patternQuery({ member, tokens }: Shape, services: readonly string[]): PatternQuery {
  const phrases = phrasesOf(tokens);
  const field: LogField = member < 0 ? { kind: "body" } : attributeField(MEMBERS[member]);
  const prefix = member < 0 ? "" : `${MEMBERS[member]}:`;
  const own: LogCondition[] =
    services.length === 1
      ? [{ kind: "field", field: { kind: "service" }, test: { kind: "equals", text: services[0] } }]
      : [];
  const tests: LogCondition[] = phrases.map((words) => ({ kind: "field", field, test: testOf(words) }));
  const texts = phrases.map((words) => `${prefix}"${words.join(" ")}"`);
  return {
    condition: { kind: "and", of: [...own, ...tests] },
    text: [...(services.length === 1 ? [`service:${quoted(services[0])}`] : []), ...texts].join(" "),
  };
}

function testOf(words: readonly string[]): TextTest {
  return words.length === 1 ? { kind: "words", words } : { kind: "phrase", words };
}

/** The longest runs of words, in the order in which they stand. */
function phrasesOf(tokens: readonly string[]): string[][] {
  const runs = tokens
    .join(" ")
    .split(WILDCARD)
    .map((piece) => wordsOf(piece))
    .filter(({ length }) => length > 0);
  const lengths = runs.map((words) => words.join(" ").length);
  const longest = runs.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const chosen = new Set(longest.slice(0, MOST_PHRASES));
  return runs.filter((_, i) => chosen.has(i));
}

/** Words in order, in the form that tokensOf() of model/tokens.ts gives, which drops repetitions. */
function wordsOf(text: string): string[] {
  return (text.match(/[A-Za-z0-9_\u0080-\uffff]+/g) ?? []).map((word) =>
    word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  );
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
