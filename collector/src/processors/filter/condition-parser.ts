/**
 * Tokens -> the tree of a condition: comparisons and calls joined by and, or, not and parentheses (`not` binds closest, then `and`). A
 * subset of OTTL; what lies outside is refused with its position.
 */
import type { AnyValue } from "../../wire/otlp/any-value.ts";
import { ConditionError } from "./condition-error.ts";
import { lexCondition, type Token } from "./condition-lexer.ts";
import { ENUMS } from "./condition-enums.ts";

export type Comparator = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly type: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly type: "not"; readonly part: Condition }
  | { readonly type: "compare"; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly type: "holds"; readonly operand: Operand };

export type Operand =
  | { readonly type: "literal"; readonly value: AnyValue; readonly position: number }
  | PathOperand
  | { readonly type: "call"; readonly name: string; readonly operands: readonly Operand[]; readonly position: number };

/** `resource.attributes["a"][0]`: names ["resource", "attributes"], keys ["a", 0n]. */
export interface PathOperand {
  readonly type: "path";
  readonly names: readonly string[];
  readonly keys: readonly (string | bigint)[];
  readonly position: number;
}

const COMPARATORS = new Set(["==", "!=", "<", "<=", ">", ">="]);
const MAX_DEPTH = 100;

/** Throws ConditionError. */
export function parseCondition(text: string): Condition {
  const parser = new Parser(lexCondition(text));
  const condition = parser.or(0);
  parser.expectEnd();
  return condition;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  or(depth: number): Condition {
    return this.#joined("or", () => this.#joined("and", () => this.#factor(depth)));
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.type === "end") return;
    throw new ConditionError(`unexpected ${token.text}`, token.position, "join conditions with and, or");
  }

  #joined(word: "and" | "or", part: () => Condition): Condition {
    const parts = [part()];
    while (this.#takes("name", word)) parts.push(part());
    return parts.length === 1 ? parts[0] : { type: word, parts };
  }

  #factor(depth: number): Condition {
    if (depth > MAX_DEPTH) throw new ConditionError("too deeply nested", this.#peek().position);
    if (this.#takes("name", "not")) return { type: "not", part: this.#factor(depth + 1) };
    if (this.#takes("symbol", "(")) {
      const inner = this.or(depth + 1);
      this.#expect(")");
      return inner;
    }
    const left = this.#operand();
    const token = this.#peek();
    if (token.type === "symbol" && COMPARATORS.has(token.text)) {
      this.#next++;
      return { type: "compare", comparator: token.text as Comparator, left, right: this.#operand() };
    }
    if (left.type === "call" || (left.type === "literal" && typeof left.value === "boolean"))
      return { type: "holds", operand: left };
    throw new ConditionError(
      "a comparison was expected",
      token.position,
      'write for example attributes["key"] == "value"',
    );
  }

  #operand(): Operand {
    const token = this.#peek();
    const { position } = token;
    this.#next++;
    switch (token.type) {
      case "string":
        return { type: "literal", value: token.text, position };
      case "number":
      case "bytes":
        return { type: "literal", value: token.value, position };
      case "name":
        return this.#named(token.text, position);
      default:
        throw new ConditionError(
          token.type === "end" ? "a value was expected at the end" : `a value was expected, got ${token.text}`,
          position,
          token.text === "[" ? "lists are not supported here" : undefined,
        );
    }
  }

  #named(name: string, position: number): Operand {
    if (name === "true" || name === "false") return { type: "literal", value: name === "true", position };
    if (name === "nil") return { type: "literal", value: null, position };
    if (this.#takes("symbol", "(")) return { type: "call", name, operands: this.#operands(), position };
    const constant = ENUMS.get(name);
    if (constant !== undefined) return { type: "literal", value: constant, position };
    const names = [name];
    while (this.#takes("symbol", ".")) names.push(this.#expectName());
    const keys: (string | bigint)[] = [];
    while (this.#takes("symbol", "[")) {
      const key = this.#peek();
      this.#next++;
      if (key.type === "string") keys.push(key.text);
      else if (key.type === "number" && typeof key.value === "bigint") keys.push(key.value);
      else throw new ConditionError("a key was expected", key.position, 'write ["key"] or [0]');
      this.#expect("]");
    }
    if (this.#isSymbol(".")) throw new ConditionError("a path ends with its keys", this.#peek().position);
    return { type: "path", names, keys, position };
  }

  #operands(): Operand[] {
    const operands: Operand[] = [];
    if (this.#takes("symbol", ")")) return operands;
    do operands.push(this.#operand());
    while (this.#takes("symbol", ","));
    this.#expect(")");
    return operands;
  }

  #peek(): Token {
    return this.#tokens[this.#next];
  }

  #isSymbol(text: string): boolean {
    const token = this.#peek();
    return token.type === "symbol" && token.text === text;
  }

  #takes(type: Token["type"], text: string): boolean {
    const token = this.#peek();
    if (token.type !== type || token.text !== text) return false;
    this.#next++;
    return true;
  }

  #expect(symbol: string): void {
    const { position, text } = this.#peek();
    if (!this.#takes("symbol", symbol))
      throw new ConditionError(`${symbol} was expected, got ${text || "the end"}`, position);
  }

  #expectName(): string {
    const token = this.#peek();
    if (token.type !== "name") throw new ConditionError("a name was expected after the .", token.position);
    this.#next++;
    return token.text;
  }
}
