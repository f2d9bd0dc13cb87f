/**
 * A log query cut into tokens, for colours, completion and controls that change it: forgiving, so that half-written queries have
 * tokens, too. In: text of the language in collector/docs/logs.md; out: tokens that cover it but for the blanks. The collector's parser
 * decides what is right; this one never complains. Pure.
 */
export type LogTokenKind =
  | "string"
  | "regex"
  | "pipe"
  | "bracket"
  | "operator"
  | "minus"
  | "keyword"
  | "field"
  | "command"
  | "number"
  | "word";

export interface LogToken {
  readonly kind: LogTokenKind;
  readonly text: string;
  /** 0-based; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Pipes that turn lines into a table. */
const COUNTING =
  /^(?:count(?:_unique|_distinct|_over_time)?|distinct|cardinality|uniq|dc|sum|avg|mean|average|min|max|quantile|percentile|median|p\d+|rate|top|stats)$/i;
/** What may stand where nothing is begun, in this order. Sticky, so that each begins where the last one ended. */
const CONDITION =
  /(?<pipe>\|\|?)|(?<keyword>&&|(?:and|or|not)(?=[\s()|]|$))|(?<minus>[-!](?=[^\s|)]))|(?<field>(?:@?[a-z_$][^\s:=<>!()|"'`,~[\]{}]*|@?"(?:[^"\\]|\\.)*")(?=:(?!\/\/|:|\s)|\s*(?:=~|!~|!=|[<>]=?|==?)))|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(?<regex>\/(?:[^/\\\n]|\\.)+\/i?(?=[\s)|]|$))|(?<bracket>[()])|(?<word>[^\s()|"'`]+)/giuy;
const OPERATOR = /\s*(?<operator>:|=~|!~|!=|[<>]=?|==?)/uy;
/** What a field is compared with. */
const VALUE =
  /(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(?<regex>\/(?:[^/\\\n]|\\.)+\/i?(?=[\s)|]|$))|(?<bracket>\()|(?<number>-?\d+(?:\.\d+)?[a-zµ]*(?=[\s)|]|$))|(?<word>[^\s()|"'`]+)/giuy;
const PIPE =
  /(?<pipe>\|)|(?<keyword>(?:by|every|as|asc|desc)(?=[\s,()|]|$))|(?<string>"(?:[^"\\]|\\.)*"?)|(?<bracket>[()])|(?<operator>,)|(?<number>\d+(?:\.\d+)?[a-zµ]*(?=[\s,()|]|$))|(?<word>[^\s,()|"]+)/giuy;
const SPACE = /\s*/uy;

export function isCounting(command: string): boolean {
  return COUNTING.test(command);
}

export function tokenizeLogQuery(text: string): LogToken[] {
  const tokens: LogToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): LogToken | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const [kind, found] = Object.entries(match?.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (!kind || found === undefined) return undefined;
    const end = pattern.lastIndex;
    const token = { kind: kind as LogTokenKind, text: found, start: end - found.length, end };
    at = end;
    tokens.push(token);
    return token;
  };
  let inPipe = false;
  let begins = false;
  while (at < text.length) {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)?.[0].length ?? 0;
    const token = take(inPipe ? PIPE : CONDITION);
    if (!token) {
      at += 1;
      continue;
    }
    if (begins && token.kind === "word") {
      tokens[tokens.length - 1] = { ...token, kind: "command" };
      inPipe = !/^(?:where|filter)$/i.test(token.text);
    } else if (inPipe && token.kind === "word")
      tokens[tokens.length - 1] = { ...token, kind: pipeWord(token.text, text.slice(at)) };
    if (token.kind === "pipe" && token.text === "||") tokens[tokens.length - 1] = { ...token, kind: "keyword" };
    begins = token.kind === "pipe" && token.text === "|";
    if (begins) inPipe = true;
    if (token.kind === "field" && take(OPERATOR) && !/^\s/.test(text.slice(at))) take(VALUE);
    else if (token.kind === "field")
      takeSpaced(
        text,
        at,
        (from) => (at = from),
        () => take(VALUE),
      );
  }
  return tokens;
}

/** `level >= warn`: between a comparison and its value there may be blanks. */
function takeSpaced(text: string, at: number, move: (to: number) => void, take: () => unknown): void {
  const blanks = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
  if (at + blanks >= text.length) return;
  move(at + blanks);
  if (!take()) move(at);
}

function pipeWord(word: string, rest: string): LogTokenKind {
  return isCounting(word) && /^\s*(?:\(|,)/.test(rest) ? "command" : "field";
}

const COLORS: Readonly<Record<LogTokenKind, string>> = {
  string: "string",
  regex: "string",
  pipe: "keyword",
  bracket: "bracket",
  operator: "operator",
  minus: "keyword",
  keyword: "keyword",
  field: "function",
  command: "keyword",
  number: "number",
  word: "",
};

/** Pieces that cover the whole text, for colouring; "" = plain. */
export function paintLogQuery(text: string): { text: string; kind: string }[] {
  const pieces: { text: string; kind: string }[] = [];
  let at = 0;
  for (const { kind, start, end, text: own } of tokenizeLogQuery(text)) {
    if (start > at) pieces.push({ text: text.slice(at, start), kind: "" });
    pieces.push({ text: own, kind: COLORS[kind] });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: "" });
  return pieces;
}

/** What to underline for an error at a position: the token there, or the last one when it lies behind all. */
export function logErrorRange(text: string, position: number): { start: number; end: number } {
  const tokens = tokenizeLogQuery(text);
  const hit =
    tokens.find(({ start, end }) => position >= start && position < end) ??
    tokens.find(({ start }) => start >= position);
  const found = hit ?? tokens[tokens.length - 1];
  return found
    ? { start: Math.max(found.start, Math.min(position, found.end - 1)), end: found.end }
    : { start: 0, end: text.length };
}
