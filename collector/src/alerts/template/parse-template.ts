/**
 * Go's text/template into a tree: actions, pipelines, variables, if, with, range with else, break and continue, define, template and
 * block. Functions and variables must be known. https://pkg.go.dev/text/template
 */
import { BUILTINS } from "./builtins.ts";
import type { TemplateFunctions } from "./functions.ts";
import { lexTemplate, lineOf, type Token } from "./lex-template.ts";
import { TemplateError, type Command, type Node, type Operand, type Pipe, type Template } from "./tree.ts";

export interface ParseSettings {
  /** What messages call the template. */
  readonly name: string;
  /** Beside Go's own. */
  readonly functions: TemplateFunctions;
  /** Variables that are there from the start, with their $. */
  readonly variables?: readonly string[];
}

const MOST_DEPTH = 100;
const KEYWORDS = new Set(["if", "with", "range", "define", "template", "block", "else", "end", "break", "continue"]);

/** The template itself under its name, and those that it defines. @throws TemplateError */
export function parseTemplate(text: string, settings: ParseSettings): Map<string, Template> {
  return new Parser(text, settings).parse();
}

class Parser {
  readonly #text: string;
  readonly #name: string;
  readonly #functions: TemplateFunctions;
  readonly #tokens: Token[];
  readonly #templates = new Map<string, Template>();
  #at = 0;
  #depth = 0;
  #ranges = 0;
  #variables: string[];

  constructor(text: string, { name, functions, variables = [] }: ParseSettings) {
    this.#text = text;
    this.#name = name;
    this.#functions = functions;
    this.#variables = ["$", ...variables];
    this.#tokens = lexTemplate(text, name);
  }

  parse(): Map<string, Template> {
    const body = this.#nodes(true);
    const last = this.#peek();
    if (last.kind !== "end") this.#fail(`unexpected {{${this.#tokens[this.#at + 1].text}}}`, last.start);
    this.#templates.set(this.#name, { name: this.#name, text: this.#text, body });
    return this.#templates;
  }

  #fail(message: string, at: number): never {
    throw new TemplateError(`template: ${this.#name}:${lineOf(this.#text, at)}: ${message}`, at);
  }

  #peek(): Token {
    return this.#tokens[this.#at];
  }

  #next(): Token {
    return this.#tokens[this.#at++];
  }

  /** Up to {{end}}, {{else}} or the text's end, which is left standing. */
  #nodes(isTop = false): Node[] {
    if (++this.#depth > MOST_DEPTH) this.#fail("nested too deeply", this.#peek().start);
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === "end") break;
      if (token.kind === "text") {
        nodes.push({ kind: "text", text: token.text });
        this.#at++;
        continue;
      }
      const word = this.#tokens[this.#at + 1];
      if (word.kind === "name" && (word.text === "end" || word.text === "else")) break;
      this.#at++;
      const node = this.#action(isTop);
      if (node) nodes.push(node);
    }
    this.#depth--;
    return nodes;
  }

  #action(isTop: boolean): Node | undefined {
    const token = this.#peek();
    if (token.kind !== "name" || !KEYWORDS.has(token.text)) {
      const pipe = this.#pipe("command");
      this.#close("command");
      return { kind: "action", pipe };
    }
    this.#at++;
    switch (token.text) {
      case "if":
      case "with":
      case "range":
        return this.#block(token.text);
      case "define":
        if (!isTop) this.#fail("unexpected {{define}}", token.start);
        this.#define(this.#templateName("define clause"), "define clause");
        return undefined;
      case "block": {
        const name = this.#templateName("block clause");
        const pipe = this.#pipe("block clause");
        this.#define(name, "block clause");
        return { kind: "template", name, pipe, start: token.start };
      }
      case "template": {
        const name = this.#templateName("template clause");
        const pipe = this.#peek().kind === "close" ? undefined : this.#pipe("template clause");
        this.#close("template clause");
        return { kind: "template", name, pipe, start: token.start };
      }
      default:
        if (this.#ranges === 0) this.#fail(`{{${token.text}}} outside {{range}}`, token.start);
        this.#close(token.text);
        return { kind: token.text as "break" | "continue" };
    }
  }

  #templateName(context: string): string {
    const token = this.#next();
    if (token.kind !== "string") this.#fail(`unexpected ${describe(token)} in ${context}`, token.start);
    return token.text;
  }

  /** The body up to its {{end}}, with variables and ranges of its own. */
  #define(name: string, context: string): void {
    this.#close(context);
    const [variables, ranges] = [this.#variables, this.#ranges];
    this.#variables = ["$"];
    this.#ranges = 0;
    const body = this.#nodes();
    this.#endOf(context);
    this.#variables = variables;
    this.#ranges = ranges;
    this.#templates.set(name, { name, text: this.#text, body });
  }

  #block(kind: "if" | "with" | "range"): Node {
    const known = this.#variables.length;
    const pipe = this.#pipe(kind);
    this.#close(kind);
    if (kind === "range") this.#ranges++;
    const body = this.#nodes();
    if (kind === "range") this.#ranges--;
    let otherwise: Node[] = [];
    if (this.#peek().kind !== "end" && this.#tokens[this.#at + 1].text === "else") {
      this.#at += 2;
      const token = this.#peek();
      if (token.kind === "name" && token.text === kind && kind !== "range") {
        // {{else if}} shares the {{end}} of the first {{if}}.
        this.#at++;
        if (++this.#depth > MOST_DEPTH) this.#fail("nested too deeply", token.start);
        otherwise = [this.#block(kind)];
        this.#depth--;
        this.#variables.length = known;
        return { kind, pipe, body, otherwise };
      }
      this.#close("else");
      otherwise = this.#nodes();
    }
    this.#variables.length = known;
    this.#endOf(kind);
    return { kind, pipe, body, otherwise };
  }

  #endOf(context: string): void {
    const token = this.#next();
    if (token.kind === "end") this.#fail("unexpected EOF", token.start);
    const word = this.#next();
    if (word.text !== "end") this.#fail(`unexpected {{${word.text}}} in ${context}`, word.start);
    this.#close("end");
  }

  #close(context: string): void {
    const token = this.#next();
    if (token.kind !== "close") this.#fail(`unexpected ${describe(token)} in ${context}`, token.start);
  }

  /** Up to "}}" or ")", which is left standing. */
  #pipe(context: string): Pipe {
    if (++this.#depth > MOST_DEPTH) this.#fail("nested too deeply", this.#peek().start);
    const start = this.#peek().start;
    const { variables, assigns } = this.#declaration(context);
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(context);
      if (commands.length > 0 && !canTakeArguments(command))
        this.#fail(`non executable command in pipeline stage ${commands.length + 1}`, command.start);
      commands.push(command);
      if (this.#peek().text !== "|" || this.#peek().kind !== "symbol") break;
      this.#at++;
    }
    this.#depth--;
    if (!assigns) this.#variables.push(...variables);
    return { variables, assigns, commands, start, end: commands.at(-1)?.end ?? start };
  }

  #declaration(context: string): { variables: string[]; assigns: boolean } {
    const first = this.#peek();
    if (first.kind !== "variable") return { variables: [], assigns: false };
    const isSymbol = (token: Token, ...texts: string[]) => token.kind === "symbol" && texts.includes(token.text);
    const variables = [first.text];
    let at = this.#at + 1;
    if (context === "range" && isSymbol(this.#tokens[at], ",") && this.#tokens[at + 1].kind === "variable") {
      variables.push(this.#tokens[at + 1].text);
      at += 2;
    }
    const sign = this.#tokens[at];
    if (!isSymbol(sign, ":=", "=")) {
      if (isSymbol(sign, ",")) this.#fail(`too many declarations in ${context}`, sign.start);
      return { variables: [], assigns: false };
    }
    this.#at = at + 1;
    const assigns = sign.text === "=";
    const unknown = variables.find((name) => assigns && !this.#variables.includes(name));
    if (unknown !== undefined) this.#fail(`undefined variable ${JSON.stringify(unknown)}`, first.start);
    return { variables, assigns };
  }

  #command(context: string): Command {
    const operands: Operand[] = [];
    for (;;) {
      const token = this.#peek();
      const ends = token.kind === "close" || (token.kind === "symbol" && (token.text === ")" || token.text === "|"));
      if (ends) break;
      if (operands.length > 0 && !token.isSpaced && token.text !== "(")
        this.#fail(`unexpected ${describe(token)} in operand`, token.start);
      operands.push(this.#operand(context));
    }
    const [first, last] = [operands[0], operands.at(-1)];
    if (!first || !last)
      this.#fail(
        context === "command" ? "missing value for command" : `missing value for ${context}`,
        this.#peek().start,
      );
    return { operands, start: first.start, end: last.end };
  }

  #operand(context: string): Operand {
    const token = this.#next();
    const { start, end, text } = token;
    switch (token.kind) {
      case "string":
        return this.#constant(text, start, end);
      case "character":
        return this.#constant(BigInt(text.codePointAt(0) ?? 0), start, end);
      case "number":
        return this.#constant(
          parseNumber(text) ?? this.#fail(`bad number syntax: ${JSON.stringify(text)}`, start),
          start,
          end,
        );
      case "dot":
        if (this.#peek().kind === "number" && !this.#peek().isSpaced) this.#fail("bad number syntax", start);
        return { kind: "dot", start, end };
      case "field": {
        const names = this.#fields([text]);
        return { kind: "field", names, start, end: this.#tokens[this.#at - 1].end };
      }
      case "variable": {
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${JSON.stringify(text)}`, start);
        const names = this.#fields([]);
        return { kind: "variable", name: text, names, start, end: this.#tokens[this.#at - 1].end };
      }
      case "name":
        if (text === "true" || text === "false") return this.#constant(text === "true", start, end);
        if (text === "nil") return { kind: "nil", start, end };
        if (KEYWORDS.has(text)) this.#fail(`unexpected <${text}> in ${context}`, start);
        if (!Object.hasOwn(this.#functions, text) && !Object.hasOwn(BUILTINS, text))
          this.#fail(`function ${JSON.stringify(text)} not defined`, start);
        return { kind: "function", name: text, start, end };
      case "symbol":
        if (text === "(") {
          const pipe = this.#pipe("parenthesized pipeline");
          const close = this.#next();
          if (close.text !== ")" || close.kind !== "symbol") this.#fail("unclosed left paren", start);
          const names = this.#fields([]);
          return { kind: "pipe", pipe, names, start, end: this.#tokens[this.#at - 1].end };
        }
        return this.#fail(`unexpected ${describe(token)} in ${context}`, start);
      default:
        return this.#fail(`unexpected ${describe(token)} in ${context}`, start);
    }
  }

  #constant(value: string | number | bigint | boolean, start: number, end: number): Operand {
    return { kind: "constant", value, start, end };
  }

  /** `.B.C` right behind an operand. */
  #fields(names: string[]): string[] {
    while (this.#peek().kind === "field" && !this.#peek().isSpaced) names.push(this.#next().text);
    return names;
  }
}

function canTakeArguments({ operands: [first] }: Command): boolean {
  return first.kind === "function" || first.kind === "field" || first.kind === "variable" || first.kind === "pipe";
}

function parseNumber(text: string): number | bigint | undefined {
  const found = /^([+-]?)(.*)$/.exec(text.replaceAll("_", ""));
  const [sign, digits] = [found?.[1] ?? "", found?.[2] ?? ""];
  if (/^(?:0[xXbBoO]\w+|\d+)$/.test(digits)) {
    const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    try {
      const value = BigInt(octal);
      return sign === "-" ? -value : value;
    } catch {
      return undefined;
    }
  }
  const value = Number(digits);
  if (Number.isNaN(value)) return undefined;
  return sign === "-" ? -value : value;
}

function describe({ kind, text }: Token): string {
  if (kind === "end") return "EOF";
  if (kind === "close") return '"}}"';
  return kind === "name" && KEYWORDS.has(text) ? `<${text}>` : JSON.stringify(kind === "field" ? `.${text}` : text);
}
