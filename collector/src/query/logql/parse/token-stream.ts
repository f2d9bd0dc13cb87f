/** The tokens of a query one after the other, and the errors that name the one in the way. */
import type { QueryError } from "../../../base/errors.ts";
import { TokenCursor } from "../../../base/token-cursor.ts";
import { parseError, tokenize, type Token } from "./tokenize.ts";

export class TokenStream extends TokenCursor<Token> {
  constructor(text: string) {
    super(text, tokenize(text));
  }

  isWord(word: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === "word" && text === word;
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
