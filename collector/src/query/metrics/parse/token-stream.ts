/** The tokens of a query one after the other, and the errors that name the one in the way. Words of the language don't care for case. */
import type { QueryError } from "../../../base/errors.ts";
import { AGGREGATE_OPERATORS } from "./ast.ts";
import { parseError, tokenize, type Token } from "./lexer.ts";

const OPERATOR_WORDS = ["and", "or", "unless", "atan2"];
const KEYWORDS = new Set(
  "offset smoothed anchored by without on ignoring group_left group_right fill fill_left fill_right bool".split(" "),
);

export class TokenStream {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  /** End of the token before. */
  get lastEnd(): number {
    return this.#at === 0 ? 0 : this.#tokens[this.#at - 1].end;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  /** The word in lower case; "" when it is none. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token.kind === "word" ? token.text.toLowerCase() : "";
  }

  takeSymbol(symbol: string): boolean {
    const isThere = this.isSymbol(symbol);
    if (isThere) this.next();
    return isThere;
  }

  expectSymbol(symbol: string, context: string, expected = `"${symbol}"`): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected(context, expected);
    return this.next();
  }

  unexpected(context: string, expected = "", hint?: string): QueryError {
    const token = this.peek();
    const where = context === "" ? "" : ` in ${context}`;
    const instead = expected === "" ? "" : `, expected ${expected}`;
    return this.error(`unexpected ${describe(token)}${where}${instead}`, token.start, hint);
  }

  error(message: string, at: number, hint?: string): QueryError {
    return parseError(this.text, message, at, hint);
  }
}

function describe(token: Token): string {
  const { kind, text } = token;
  const word = text.toLowerCase();
  switch (kind) {
    case "end":
      return "end of input";
    case "word":
      if (OPERATOR_WORDS.includes(word)) return `<op:${text}>`;
      if ((AGGREGATE_OPERATORS as readonly string[]).includes(word)) return `<aggr:${text}>`;
      if (KEYWORDS.has(word)) return `<${text}>`;
      return `${text.includes(":") ? "metric identifier" : "identifier"} ${JSON.stringify(text)}`;
    case "string":
    case "number":
    case "duration":
      return `${kind} ${text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text)}`;
    case "symbol":
      return /^[-+*/%^<>=!@]/.test(text) && text !== "=" ? `<op:${text}>` : JSON.stringify(text);
  }
}
