/**
 * Templates of line_format and label_format: the part of Go's text/template that makes texts out of labels. Fields, texts, numbers,
 * pipelines, if / else if / else / end, and the functions of template-functions.ts. No loops, no variables, no access to anything but the
 * record. https://grafana.com/docs/loki/latest/query/template_functions/
 */
import { AbortedError, TextError } from "../../../base/errors.ts";
import { checkWork, LimitError } from "../../../base/work-scope.ts";
import type { Entry } from "./entry.ts";
import { TEMPLATE_FUNCTIONS, type TemplateFunction, type TemplateValue } from "./template-functions.ts";

export class TemplateError extends TextError {
  override name = "TemplateError";
}

type Expression =
  | { readonly kind: "value"; readonly value: TemplateValue }
  | { readonly kind: "label"; readonly name: string }
  | { readonly kind: "call"; readonly run: TemplateFunction; readonly args: readonly Expression[] };

type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly expression: Expression }
  | { readonly kind: "if"; readonly test: Expression; readonly yes: readonly Node[]; readonly no: readonly Node[] };

/** What one record may be made into, in characters. */
const MOST_LENGTH = 1024 * 1024;
const MOST_DEPTH = 50;

const compiled = new Map<string, (entry: Entry) => string | undefined>();
const MOST_COMPILED = 100;

/** Undefined where a function failed; the entry says so then. @throws TemplateError */
export function compileTemplate(text: string): (entry: Entry) => string | undefined {
  const known = compiled.get(text);
  if (known) return known;
  const nodes = new Parser(text).parse();
  const template = (entry: Entry) => {
    checkWork();
    try {
      return print(nodes, entry);
    } catch (error) {
      if (error instanceof LimitError || error instanceof AbortedError) throw error;
      entry.fail("TemplateFormatErr", error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(text, template);
  return template;
}

function print(nodes: readonly Node[], entry: Entry): string {
  let out = "";
  for (const node of nodes) {
    if (node.kind === "text") out += node.text;
    else if (node.kind === "print") out += formatValue(evaluate(node.expression, entry));
    else out += print(isTrue(evaluate(node.test, entry)) ? node.yes : node.no, entry);
    if (out.length > MOST_LENGTH) throw tooLong();
  }
  return out;
}

function tooLong(): Error {
  return new Error("the template makes more than 1 MiB of a record");
}

function evaluate(expression: Expression, entry: Entry): TemplateValue {
  if (expression.kind === "value") return expression.value;
  if (expression.kind === "label") return entry.get(expression.name) ?? "";
  const value = expression.run(
    expression.args.map((arg) => evaluate(arg, entry)),
    entry,
  );
  if (typeof value === "string" && value.length > MOST_LENGTH) throw tooLong();
  return value;
}

function isTrue(value: TemplateValue): boolean {
  return value !== "" && value !== 0 && value !== false;
}

export function formatValue(value: TemplateValue): string {
  return String(value);
}

/** An action, with the white space that its dashes take away. */
const ACTION = /\{\{(-\s)?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`])*?)(\s-)?\}\}/y;
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|(-?\d+(?:\.\d+)?)|\.([A-Za-z_]\w*)|([A-Za-z_]\w*)|([|()]))/y;

interface Token {
  readonly kind: "text" | "number" | "label" | "name" | "symbol";
  readonly text: string;
  readonly at: number;
}

class Parser {
  readonly #text: string;
  #at = 0;
  /** Word of the action that ended a block, with what is behind it. */
  #ended: { readonly word: string; readonly tokens: Token[]; readonly at: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node[] {
    const nodes = this.#block(0);
    if (this.#ended) throw new TemplateError(`unexpected {{${this.#ended.word}}}`, this.#ended.at);
    return nodes;
  }

  #block(depth: number): Node[] {
    if (depth > MOST_DEPTH) throw new TemplateError("nested too deeply", this.#at);
    const nodes: Node[] = [];
    this.#ended = undefined;
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf("{{", this.#at);
      const text = this.#text.slice(this.#at, open < 0 ? undefined : open);
      const trimsLeft = open >= 0 && /^\{\{-\s/.test(this.#text.slice(open, open + 4));
      if (text !== "") nodes.push({ kind: "text", text: trimsLeft ? text.trimEnd() : text });
      if (open < 0) {
        this.#at = this.#text.length;
        break;
      }
      const tokens = this.#action(open);
      const [first] = tokens;
      const word = first?.kind === "name" ? first.text : "";
      if (first === undefined) continue;
      if (word === "end" || word === "else") {
        this.#ended = { word, tokens: tokens.slice(1), at: open };
        return nodes;
      }
      if (word === "if") nodes.push(this.#condition(tokens.slice(1), open, depth));
      else if (["range", "with", "define", "template", "block"].includes(word))
        throw new TemplateError(`${word} is not supported`, open, "there are fields, functions and if … else … end");
      else nodes.push({ kind: "print", expression: parsePipeline(tokens, open) });
    }
    return nodes;
  }

  #condition(tokens: Token[], open: number, depth: number): Node {
    const test = parsePipeline(tokens, open);
    const yes = this.#block(depth + 1);
    const ended = this.#ended;
    if (!ended) throw new TemplateError("{{if}} without {{end}}", open);
    this.#ended = undefined;
    if (ended.word === "end") return { kind: "if", test, yes, no: [] };
    if (ended.tokens[0]?.text === "if")
      return { kind: "if", test, yes, no: [this.#condition(ended.tokens.slice(1), ended.at, depth + 1)] };
    const no = this.#block(depth + 1);
    const last = this.#ended as { word: string } | undefined;
    if (last?.word !== "end") throw new TemplateError("{{else}} without {{end}}", open);
    this.#ended = undefined;
    return { kind: "if", test, yes, no };
  }

  /** The tokens between the braces. */
  #action(open: number): Token[] {
    ACTION.lastIndex = open;
    const found = ACTION.exec(this.#text);
    if (!found) throw new TemplateError("unclosed action", open, "write {{ .label }}");
    this.#at = ACTION.lastIndex;
    if (found[3] !== undefined) this.#at += /^\s*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
    const body = found[2];
    if (/^\s*\/\*/.test(body)) return [];
    const from = open + 2 + (found[1]?.length ?? 0);
    const tokens: Token[] = [];
    let at = 0;
    while (body.slice(at).trim() !== "") {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(body);
      if (!token)
        throw new TemplateError(`unexpected ${JSON.stringify(body.slice(at).trim().slice(0, 20))}`, from + at);
      const [, quoted, raw, number, label, name, symbol] = token;
      const place = from + at + (token[0].length - token[0].trimStart().length);
      at = TOKEN.lastIndex;
      if (quoted !== undefined) tokens.push({ kind: "text", text: unquote(quoted, place), at: place });
      else if (raw !== undefined) tokens.push({ kind: "text", text: raw, at: place });
      else if (number !== undefined) tokens.push({ kind: "number", text: number, at: place });
      else if (label !== undefined) tokens.push({ kind: "label", text: label, at: place });
      else if (name !== undefined) tokens.push({ kind: "name", text: name, at: place });
      else tokens.push({ kind: "symbol", text: symbol, at: place });
    }
    return tokens;
  }
}

function unquote(text: string, at: number): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    throw new TemplateError("invalid text in quotes", at);
  }
}

/** `a | f x | g`: what stands before a bar is the last argument of what stands behind it. */
function parsePipeline(tokens: readonly Token[], open: number): Expression {
  let at = 0;
  const result = pipeline(0);
  if (at < tokens.length) throw new TemplateError(`unexpected ${tokens[at].text}`, tokens[at].at);
  return result;

  function pipeline(depth: number): Expression {
    if (depth > MOST_DEPTH) throw new TemplateError("nested too deeply", open);
    let value = command(depth);
    while (tokens[at]?.kind === "symbol" && tokens[at].text === "|") {
      at++;
      value = command(depth, value);
    }
    return value;
  }

  function command(depth: number, piped?: Expression): Expression {
    const first = tokens[at];
    if (first === undefined) throw new TemplateError("missing value", open);
    if (first.kind !== "name") {
      if (piped) throw new TemplateError("only a function may stand behind |", first.at);
      return operand(depth);
    }
    if (first.text === "true" || first.text === "false") return operand(depth);
    at++;
    const known = Object.hasOwn(TEMPLATE_FUNCTIONS, first.text) ? TEMPLATE_FUNCTIONS[first.text] : undefined;
    if (!known) throw new TemplateError(`function ${JSON.stringify(first.text)} not defined`, first.at);
    const args: Expression[] = [];
    while (at < tokens.length && !(tokens[at].kind === "symbol" && tokens[at].text !== "(")) args.push(operand(depth));
    if (piped) args.push(piped);
    const { least, most = least, run } = known;
    if (args.length < least || args.length > most)
      throw new TemplateError(
        `wrong number of args for ${first.text}: want ${least === most ? least : `at least ${least}`} got ${args.length}`,
        first.at,
      );
    return { kind: "call", run, args };
  }

  function operand(depth: number): Expression {
    const token = tokens[at++];
    if (token.kind === "text") return { kind: "value", value: token.text };
    if (token.kind === "number") return { kind: "value", value: Number(token.text) };
    if (token.kind === "label") return { kind: "label", name: token.text };
    if (token.kind === "name") {
      if (token.text === "true" || token.text === "false") return { kind: "value", value: token.text === "true" };
      at--;
      const known = Object.hasOwn(TEMPLATE_FUNCTIONS, token.text) ? TEMPLATE_FUNCTIONS[token.text] : undefined;
      if (!known || known.least > 0)
        throw new TemplateError(`unexpected ${token.text}`, token.at, "put it in parentheses");
      at++;
      return { kind: "call", run: known.run, args: [] };
    }
    if (token.text !== "(") throw new TemplateError(`unexpected ${token.text}`, token.at);
    const inner = pipeline(depth + 1);
    if (tokens[at]?.text !== ")") throw new TemplateError("missing )", token.at);
    at++;
    return inner;
  }
}
