/**
 * The query bar's text as terms, for completion and for controls that change it; the server is who really parses it. In: text
 * such as `service:checkout error duration>500ms http.route:/pay`; out: its terms with their places, and text with one changed.
 */
export interface QueryTerm {
  /** "" for a bare word. */
  readonly key: string;
  /** ":", ">", "<", ">=", "<=", "=" or "" for a bare word. */
  readonly operator: string;
  /** Without quotes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const TERM = /(?:([^\s:<>="]+)(:|>=|<=|=|>|<))?("(?:[^"\\]|\\.)*"?|[^\s"]*)/y;

export function parseTerms(text: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    const end = found && found[0] !== "" ? TERM.lastIndex : at + 1;
    terms.push({ key: found?.[1] ?? "", operator: found?.[2] ?? "", value: unquote(found?.[3] ?? ""), start: at, end });
    at = end;
  }
  return terms;
}

/** The words of a text, quoted ones whole. */
export function splitWords(text: string): string[] {
  return parseTerms(text)
    .map(({ key, operator, value }) => `${key}${operator}${value}`)
    .filter((word) => word !== "");
}

/** `key:value`, quoted where it must be. */
export function formatTerm(key: string, operator: string, value: string): string {
  return `${key}${operator}${quote(value)}`;
}

/** `service:name`, or "" for no service: nothing to filter by. */
export function serviceTerm(name: string): string {
  return name === "" ? "" : formatTerm("service", ":", name);
}

export function quote(value: string): string {
  if (value !== "" && !/[\s"\\:<>=()]/.test(value)) return value;
  return /^[^\s"\\<>=()]+$/.test(value) && value !== "" ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** The value of the first term with this key and one of these operators; undefined when there is none. */
export function readTerm(text: string, key: string, ...operators: string[]): string | undefined {
  return parseTerms(text).find((term) => term.key === key && operators.includes(term.operator))?.value;
}

/** Whether the text holds a bare word. */
export function hasWord(text: string, word: string): boolean {
  return parseTerms(text).some((term) => term.key === "" && term.value === word);
}

/** Replaces all terms of a key (and of these operators); undefined takes them out. What else is written stays as it is. */
export function writeTerm(text: string, key: string, operators: readonly string[], value: string | undefined): string {
  const term = value === undefined || value === "" ? undefined : formatTerm(key, operators[0], value);
  return replaceTerms(text, (found) => found.key === key && operators.includes(found.operator), term);
}

export function writeWord(text: string, word: string, present: boolean): string {
  return replaceTerms(text, (found) => found.key === "" && found.value === word, present ? word : undefined);
}

function replaceTerms(text: string, matches: (term: QueryTerm) => boolean, replacement: string | undefined): string {
  let result = "";
  let from = 0;
  let placed = false;
  for (const term of parseTerms(text)) {
    if (!matches(term)) continue;
    result += text.slice(from, term.start) + (placed ? "" : (replacement ?? ""));
    placed = true;
    from = term.end;
  }
  result += text.slice(from);
  if (!placed && replacement !== undefined) result = `${result} ${replacement}`;
  return result.replace(/\s+/g, " ").trim();
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const closed = text.length > 1 && text.endsWith('"') && !text.endsWith('\\"');
  return text.slice(1, closed ? -1 : undefined).replace(/\\(.)/g, "$1");
}
