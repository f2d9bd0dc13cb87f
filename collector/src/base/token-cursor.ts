/** The tokens of a text one after the other, for parsers that look ahead. The last token stands for the end: nothing goes beyond it. */

export interface TextToken {
  readonly kind: string;
  readonly text: string;
  /** Offset into the text, exclusive. */
  readonly end: number;
}

export class TokenCursor<T extends TextToken> {
  readonly text: string;
  readonly #tokens: readonly T[];
  #at = 0;

  /** @param tokens of the text; at least the one for the end */
  constructor(text: string, tokens: readonly T[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  peek(ahead = 0): T {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
  }

  next(): T {
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

  takeSymbol(symbol: string): boolean {
    const isThere = this.isSymbol(symbol);
    if (isThere) this.next();
    return isThere;
  }
}
