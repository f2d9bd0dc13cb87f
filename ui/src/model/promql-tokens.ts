/**
 * PromQL cut into tokens, for colours and completion: forgiving, so that half-written queries have tokens, too. In: text; out: tokens
 * that cover it but for the blanks. The collector's parser decides what is right; this one never complains. Pure.
 */
export type PromTokenKind =
  | "comment"
  | "string"
  | "duration"
  | "number"
  | "function"
  | "keyword"
  | "name"
  | "operator"
  | "bracket";

export interface PromToken {
  readonly kind: PromTokenKind;
  readonly text: string;
  /** 0-based; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

const KEYWORDS =
  /^(?:by|without|on|ignoring|group_left|group_right|offset|bool|and|or|unless|atan2|start|end|inf|nan)$/i;

const PATTERN =
  /(?<comment>#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`[^`]*`?)|(?<duration>(?:\d+(?:ms|[smhdwy]))+(?![\w.]))|(?<number>0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<word>[a-z_:$][\w:.$]*)|(?<operator>[=!]~|[=!<>]=|[-+*/%^<>=!@,:.])|(?<bracket>[(){}[\]])/giu;

export function tokenize(text: string): PromToken[] {
  const tokens: PromToken[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (!kind || found === undefined) continue;
    const start = match.index;
    const end = start + found.length;
    tokens.push({
      kind: kind === "word" ? wordKind(found, text.slice(end)) : (kind as PromTokenKind),
      text: found,
      start,
      end,
    });
  }
  return tokens;
}

function wordKind(word: string, rest: string): PromTokenKind {
  if (KEYWORDS.test(word)) return "keyword";
  return /^\s*(?:\(|(?:by|without)\b)/i.test(rest) ? "function" : "name";
}

/** Pieces that cover the whole text, for colouring; "" = plain. */
export function paintPieces(text: string): { text: string; kind: PromTokenKind | "" }[] {
  const pieces: { text: string; kind: PromTokenKind | "" }[] = [];
  let at = 0;
  for (const { kind, start, end, text: own } of tokenize(text)) {
    if (start > at) pieces.push({ text: text.slice(at, start), kind: "" });
    pieces.push({ text: own, kind });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: "" });
  return pieces;
}

/** What to underline for an error at a position: the token there, or the last one when it lies behind all. */
export function errorRange(text: string, position: number): { start: number; end: number } {
  const tokens = tokenize(text);
  const hit =
    tokens.find(({ start, end }) => position >= start && position < end) ??
    tokens.find(({ start }) => start >= position);
  const found = hit ?? tokens[tokens.length - 1];
  return found ? { start: found.start, end: found.end } : { start: 0, end: text.length };
}

/** "1:7" of Prometheus' messages (line and column from 1) -> offset; undefined when a message has none. */
export function positionIn(text: string, message: string): number | undefined {
  const found = /(?:^|\s)(\d+):(\d+): /.exec(message);
  if (!found) return undefined;
  const lines = text.split("\n");
  const before = lines.slice(0, Number(found[1]) - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return Math.min(text.length, before + Number(found[2]) - 1);
}
