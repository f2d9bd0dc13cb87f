/** The tokens of a query one after the other, and the errors that name the one in the way. Words of the language don't care for case. */
import type { QueryError } from "../../../base/errors.ts";
import { TokenCursor } from "../../../base/token-cursor.ts";
import { AGGREGATE_OPERATORS } from "./ast.ts";
import { parseError, tokenize, type Token } from "./lexer.ts";

const OPERATOR_WORDS = ["and", "or", "unless", "atan2"];
const KEYWORDS = new Set(
  "offset smoothed anchored by without on ignoring group_left group_right fill fill_left fill_right bool".split(" "),
);

export class TokenStream extends TokenCursor<Token> {
  constructor(text: string) {
    super(text, tokenize(text));
  }

  /** The word in lower case; "" when it is none. */
  word(ahead = 0): string {
    const token = this.peek(ahead);
    return token.kind === "word" ? token.text.toLowerCase() : "";
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
