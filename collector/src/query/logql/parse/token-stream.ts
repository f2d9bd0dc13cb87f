/** The tokens of a query one after the other, and the errors that name the one in the way. */
import type { QueryError } from "../../../base/errors.ts";
import { parseError, tokenize, type Token } from "./tokenize.ts";

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
    const { kind, text } = this.peek(ahead);
    return kind === "symbol" && text === symbol;
  }

  isWord(word: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === "word" && text === word;
  }

  takeSymbol(symbol: string): boolean {
    const isThere = this.isSymbol(symbol);
    if (isThere) this.next();
    return isThere;
  }

  takeWord(word: string): boolean {
    const isThere = this.isWord(word);
    if (isThere) this.next();
    return isThere;
  }

  expectSymbol(symbol: string): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected(symbol);
    return this.next();
  }

  expectWord(): Token {
    if (this.peek().kind !== "word") throw this.unexpected("IDENTIFIER");
    return this.next();
  }

  /** Its text. */
  expectString(): string {
    if (this.peek().kind !== "string") throw this.unexpected("STRING", 'texts stand in "quotes" or `backticks`');
    return this.next().value ?? "";
  }

  unexpected(expected = "", hint?: string): QueryError {
    const token = this.peek();
    const instead = expected === "" ? "" : `, expecting ${expected}`;
    return this.error(`syntax error: unexpected ${describe(token)}${instead}`, token.start, hint);
  }

  error(message: string, at: number, hint?: string): QueryError {
    return parseError(this.text, message, at, hint);
  }
}

function describe({ kind, text }: Token): string {
  switch (kind) {
    case "end":
      return "$end";
    case "word":
      return `IDENTIFIER ${text.slice(0, 40)}`;
    case "symbol":
      return text;
    default:
      return `${kind.toUpperCase()} ${text.slice(0, 40)}`;
  }
}
