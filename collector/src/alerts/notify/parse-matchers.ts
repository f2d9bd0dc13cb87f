/**
 * Matchers as text -> Matcher. Two syntaxes, as Alertmanager reads them: the UTF-8 one (`"a b"=~"c", d=e`), and where that fails or says
 * something else the classic one (`d = e.*`, in which lone backslashes are themselves). In: a text with any number of matchers,
 * braces optional.
 */
import { unescapeGo } from "../../base/go-escapes.ts";
import { Matcher, type MatchOperator } from "./matcher.ts";

/** Says what is wrong with the text and how to write it. */
export class MatcherError extends Error {
  override name = "MatcherError";
}

/** @throws MatcherError */
export function parseMatchers(text: string): Matcher[] {
  const utf8 = attempt(() => parseUtf8(text));
  const classic = attempt(() => parseClassic(text));
  if (classic instanceof Error) {
    if (utf8 instanceof Error)
      throw new MatcherError(`cannot read the matcher ${JSON.stringify(text)}: ${utf8.message}`);
    return utf8;
  }
  return utf8 instanceof Error || utf8.join() !== classic.join() ? classic : utf8;
}

/** Exactly one matcher, without braces. @throws MatcherError */
export function parseMatcher(text: string): Matcher {
  if (/^\{|\}$/.test(text))
    throw new MatcherError(`cannot read the matcher ${JSON.stringify(text)}: write it without braces`);
  const matchers = parseMatchers(text);
  if (matchers.length !== 1)
    throw new MatcherError(`cannot read ${JSON.stringify(text)} as one matcher: it holds ${matchers.length}`);
  return matchers[0];
}

function attempt<T>(parse: () => T): T | Error {
  try {
    return parse();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const TOKEN =
  /\s*(?:(?<mark>[{},])|(?<operator>=~|!=|!~|=)|(?<quoted>"(?:\\[\s\S]|[^"\\])*")|(?<bare>[^\s{}!=~,\\"'`]+))/uy;

type Token = { readonly kind: "mark" | "operator" | "text"; readonly text: string };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < trimmed.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(trimmed)?.groups;
    if (!groups) {
      const rest = trimmed.slice(at).trimStart();
      throw new Error(
        rest.startsWith('"')
          ? `the quote at ${JSON.stringify(rest)} has no end`
          : `unexpected ${JSON.stringify(rest)}; put the value in double quotes`,
      );
    }
    at = TOKEN.lastIndex;
    if (groups.mark !== undefined) tokens.push({ kind: "mark", text: groups.mark });
    else if (groups.operator !== undefined) tokens.push({ kind: "operator", text: groups.operator });
    else tokens.push({ kind: "text", text: groups.quoted === undefined ? groups.bare : unquote(groups.quoted) });
  }
  return tokens;
}

function parseUtf8(text: string): Matcher[] {
  const tokens = tokensOf(text);
  const opens = tokens[0]?.text === "{" && tokens[0].kind === "mark";
  const closes = tokens.at(-1)?.kind === "mark" && tokens.at(-1)?.text === "}";
  if (opens !== closes) throw new Error(opens ? "the closing brace is missing" : "the opening brace is missing");
  const inner = opens ? tokens.slice(1, -1) : tokens;
  const matchers: Matcher[] = [];
  for (let i = 0; i < inner.length; i += 4) {
    const [name, operator, value, comma] = inner.slice(i, i + 4);
    if (name.kind !== "text") throw new Error(`expected the name of a label, found ${name.text}`);
    if (operator?.kind !== "operator") throw new Error(`expected one of = != =~ !~ after ${name.text}`);
    if (value?.kind !== "text")
      throw new Error(`expected a value after ${name.text}${operator.text}; put it in double quotes`);
    if (comma && (comma.kind !== "mark" || comma.text !== ","))
      throw new Error(`expected a comma, found ${comma.text}`);
    if (name.text === "") throw new Error("the name of a label is empty");
    matchers.push(new Matcher(name.text, operator.text as MatchOperator, value.text));
  }
  return matchers;
}

/** A double-quoted Go string. */
function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (inner.includes("\n")) throw new Error("a quoted text cannot hold a line break; write \\n");
  return unescapeGo(inner, (escape) => {
    throw new Error(`unknown escape ${escape}; write a backslash as \\\\`);
  });
}

function parseClassic(text: string): Matcher[] {
  const inner = text.replace(/^\{/, "").replace(/\}$/, "");
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "\\") i++;
    else if (inner[i] === '"') quoted = !quoted;
    else if (inner[i] === "," && !quoted) {
      parts.push(inner.slice(from, i));
      from = i + 1;
    }
  }
  if (inner.slice(from).trim() !== "") parts.push(inner.slice(from));
  return parts.map((part) => {
    const found = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/.exec(part);
    if (!found) throw new Error(`bad matcher format: ${part}`);
    return new Matcher(found[1], found[2] as MatchOperator, classicValue(found[3]));
  });
}

function classicValue(raw: string): string {
  const opens = raw.startsWith('"');
  const body = raw.slice(opens ? 1 : 0);
  let value = "";
  let closed = false;
  for (let i = 0; i < body.length; i++) {
    const next = body[i + 1];
    if (body[i] === "\\" && next !== undefined) {
      value += next === "n" ? "\n" : next === '"' || next === "\\" ? next : `\\${next}`;
      i++;
    } else if (body[i] === '"') {
      if (!opens || i < body.length - 1) throw new Error(`the value ${raw} holds a quote that is not escaped`);
      closed = true;
    } else value += body[i];
  }
  if (opens && !closed) throw new Error(`the value ${raw} has no closing quote`);
  return value;
}
