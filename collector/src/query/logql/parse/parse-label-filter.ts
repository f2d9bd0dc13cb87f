/** `status >= 500 and (duration > 1s or size > 5MB)`: a comma or nothing between two filters is an `and`. */
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import { parseIpRange } from "../ip-range.ts";
import type { Comparison, LabelFilter } from "./ast.ts";
import { checkedMatcher } from "./parse-selector.ts";
import type { TokenStream } from "./token-stream.ts";

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "==",
  "==": "==",
  "!=": "!=",
  ">": ">",
  ">=": ">=",
  "<": "<",
  "<=": "<=",
};
const MAX_DEPTH = 100;
/** A chain of them is a tree as deep. */
const MAX_FILTERS = 500;

export function parseLabelFilter(tokens: TokenStream): LabelFilter {
  let count = 0;
  return parseOr(0);

  function parseOr(depth: number): LabelFilter {
    let left = parseAnd(depth);
    while (tokens.takeWord("or")) left = { kind: "or", left, right: parseAnd(depth) };
    return left;
  }

  function parseAnd(depth: number): LabelFilter {
    let left = parseOne(depth);
    while (true) {
      if (tokens.takeWord("and") || tokens.takeSymbol(",")) left = { kind: "and", left, right: parseOne(depth) };
      else if (tokens.isSymbol("(") || (tokens.peek().kind === "word" && !isConnective(tokens)))
        left = { kind: "and", left, right: parseOne(depth) };
      else return left;
    }
  }

  function parseOne(depth: number): LabelFilter {
    const { start } = tokens.peek();
    if (++count > MAX_FILTERS) throw tokens.error(`more than ${MAX_FILTERS} label filters`, start);
    if (depth > MAX_DEPTH) throw tokens.error("label filters are nested too deeply", start);
    if (!tokens.takeSymbol("(")) return parseComparison(tokens);
    const inner = parseOr(depth + 1);
    tokens.expectSymbol(")");
    return inner;
  }
}

/** Words behind a filter that belong to what is around it: `or`, and the range's `offset`. */
function isConnective(tokens: TokenStream): boolean {
  return tokens.isWord("or") || tokens.isWord("offset");
}

function parseComparison(tokens: TokenStream): LabelFilter {
  const name = tokens.expectWord().text;
  const { kind, text: operator } = tokens.peek();
  const comparison = kind === "symbol" && Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (comparison === undefined && operator !== "=~" && operator !== "!~")
    throw tokens.unexpected("=, ==, !=, =~, !~, >, >=, < or <=");
  tokens.next();
  const isMatch = ["=", "!=", "=~", "!~"].includes(operator);
  if (isMatch && tokens.peek().kind === "string") {
    const matcher = { name, operator: operator as LabelMatcherText["operator"], value: "" };
    return { kind: "text", matcher: checkedMatcher(tokens, matcher) };
  }
  if ((operator === "=" || operator === "!=") && tokens.isWord("ip") && tokens.isSymbol("(", 1))
    return { kind: "ip", name, operator, range: parseIpCall(tokens) };
  if (comparison === undefined) throw tokens.unexpected("STRING");
  const sign = tokens.takeSymbol("-") ? -1 : 1;
  const token = tokens.peek();
  if (token.number === undefined)
    throw tokens.unexpected(isMatch ? "STRING, NUMBER, DURATION, BYTES or ip" : "NUMBER, DURATION or BYTES");
  tokens.next();
  const isDuration = token.kind === "duration";
  const value = sign * (isDuration ? token.number / 1e9 : token.number);
  const unit = isDuration ? "duration" : token.kind === "bytes" ? "bytes" : "number";
  return { kind: "number", name, operator: comparison, value, unit, text: (sign < 0 ? "-" : "") + token.text };
}

/** `ip("10.0.0.0/8")`. */
export function parseIpCall(tokens: TokenStream): string {
  tokens.next();
  tokens.expectSymbol("(");
  const { start } = tokens.peek();
  const range = tokens.expectString();
  if (!parseIpRange(range))
    throw tokens.error(
      `ip: invalid pattern ${JSON.stringify(range)}`,
      start,
      "write an address, a range such as 10.0.0.1-10.0.0.9, or a network such as 10.0.0.0/8",
    );
  tokens.expectSymbol(")");
  return range;
}
