/**
 * Changes of a log query by clicks: a filter put in, turned round, taken out; pipes stay as they are. In: text of the query language and a
 * field with its value; out: text. What people wrote is kept letter by letter where it can be. Pure.
 */
import { isCounting, tokenizeLogQuery, type LogToken } from "./log-query-tokens.ts";

export interface LogFilterTerm {
  readonly field: string;
  /** Without quotes. */
  readonly value: string;
  readonly negated: boolean;
  readonly start: number;
  readonly end: number;
}

/** Conditions, and what follows from the first pipe on ("" = none; else it begins with "|"). */
export function splitPipes(text: string): { conditions: string; pipes: string } {
  const pipe = tokenizeLogQuery(text).find(({ kind }) => kind === "pipe");
  if (!pipe) return { conditions: text.trim(), pipes: "" };
  return { conditions: text.slice(0, pipe.start).trim(), pipes: text.slice(pipe.start).trim() };
}

/** Whether its answer is a table and no list of lines. */
export function isTableQuery(text: string): boolean {
  const tokens = tokenizeLogQuery(text);
  return tokens.some(
    ({ kind, text: word }, index) => kind === "command" && tokens[index - 1].kind === "pipe" && isCounting(word),
  );
}

/** `field:value` conditions that all lines meet: not those inside brackets, and none when the query is made of alternatives. */
export function filterTerms(text: string): LogFilterTerm[] {
  const { conditions } = splitPipes(text);
  const tokens = tokenizeLogQuery(conditions);
  if (isAlternative(tokens)) return [];
  const terms: LogFilterTerm[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    if (token.kind === "bracket") depth += /[([]/.test(token.text) ? 1 : -1;
    const [operator, value] = [tokens[index + 1], tokens[index + 2]];
    if (depth !== 0 || token.kind !== "field" || !/^(?::|=)$/.test(operator?.text ?? "") || !isPlainValue(value))
      return;
    const before = tokens[index - 1];
    const negated = before?.kind === "minus" || /^not$/i.test(before?.text ?? "");
    terms.push({
      field: token.text,
      value: unquoteValue(value.text),
      negated,
      start: negated ? before.start : token.start,
      end: value.end,
    });
  });
  return terms;
}

/** Adds the filter; the same one turned round, and others that say what the field must be, give way to it. */
export function addFilter(text: string, field: string, value: string, negated = false): string {
  const same = filterTerms(text).find((term) => term.field === field && term.value === value);
  if (same?.negated === negated) return text;
  const rest = removeTerms(
    text,
    (term) => term.field === field && (term.value === value || (!negated && !term.negated)),
  );
  return addCondition(rest, `${negated ? "-" : ""}${formatFilter(field, value)}`);
}

/** Takes it out, whichever way round it is. */
export function removeFilter(text: string, field: string, value: string): string {
  return removeTerms(text, (term) => term.field === field && term.value === value);
}

/** Without the conditions on one field: what a list of its other values is asked with. */
export function withoutField(text: string, field: string): string {
  return removeTerms(text, (term) => term.field === field && !term.negated);
}

/** "and"s a condition to the query, in front of its pipes. */
export function addCondition(text: string, condition: string): string {
  const { conditions, pipes } = splitPipes(text);
  const tokens = tokenizeLogQuery(conditions);
  const first = isAlternative(tokens) ? `(${conditions})` : conditions;
  return [first, condition, pipes].filter((part) => part !== "").join(" ");
}

/** `field:value`, in quotes where it must be. */
export function formatFilter(field: string, value: string): string {
  return `${field}:${quoteValue(value)}`;
}

/** An attribute as a field of a query: other spellings of what every record has are told apart by an @, strange names stand in quotes. */
export function attributeName(key: string): string {
  if (!/^[A-Za-z_$][^\s:=<>!()|"'`,~[\]{}]*$/.test(key)) return `@"${key.replace(/["\\]/g, "\\$&")}"`;
  return /^(?:lvl|severity|severity_?number|loglevel|msg|message|line|logger|trace|span|scope|level|body|time)$/i.test(
    key,
  )
    ? `@${key}`
    : key;
}

/** Words, numbers, ids and paths stand as they are; everything that might mean more is put in quotes. */
export function quoteValue(value: string): string {
  const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_.@/+:-]*$/u.test(value) && !value.includes("..");
  return plain ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

function isPlainValue(token: LogToken | undefined): token is LogToken {
  if (!token || !/^(?:string|word|number)$/.test(token.kind)) return false;
  return token.kind === "string" || !/[*?]/.test(token.text);
}

function unquoteValue(text: string): string {
  if (!/^["'`]/.test(text)) return text;
  const closed = text.length > 1 && text.endsWith(text[0]);
  return text
    .slice(1, closed ? -1 : undefined)
    .replace(/\\([\s\S])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : letter));
}

function removeTerms(text: string, matches: (term: LogFilterTerm) => boolean): string {
  const { conditions, pipes } = splitPipes(text);
  let result = "";
  let from = 0;
  for (const term of filterTerms(conditions)) {
    if (!matches(term)) continue;
    result += conditions.slice(from, term.start).replace(/\band\s+$/i, "");
    from = term.end;
  }
  if (from === 0) return text.trim();
  result += conditions.slice(from);
  const left = result
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^and\s+/i, "");
  return [left, pipes].filter((part) => part !== "").join(" ");
}

/** An "or" outside of brackets. */
function isAlternative(tokens: readonly LogToken[]): boolean {
  let depth = 0;
  return tokens.some(({ kind, text }) => {
    if (kind === "bracket") depth += /[([]/.test(text) ? 1 : -1;
    return depth === 0 && kind === "keyword" && /^or$/i.test(text);
  });
}
