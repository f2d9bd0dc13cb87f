/** A selector of series, `name{label="value", …}`, and a list of labels in parentheses. */
import { compileMatcher, type LabelMatcherText } from "../../../model/label-matcher.ts";
import { PatternError } from "../../../base/re2.ts";
import { METRIC_NAME } from "../../../model/labels.ts";
import type { VectorSelector } from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";

const MATCH_OPERATORS: ReadonlySet<string> = new Set(["=", "!=", "=~", "!~"]);

/** At a name or at `{`. */
export function parseSelector(tokens: TokenStream): VectorSelector {
  const { start } = tokens.peek();
  const name = tokens.peek().kind === "word" ? tokens.next().text : "";
  const matchers = tokens.isSymbol("{") ? parseMatchers(tokens) : [];
  if (name !== "") {
    const twice = matchers.find((matcher) => matcher.name === METRIC_NAME);
    if (twice) throw tokens.error(`metric name must not be set twice: "${name}" or "${twice.value}"`, start);
    matchers.push({ name: METRIC_NAME, operator: "=", value: name });
  }
  return { kind: "vector", span: { start, end: tokens.lastEnd }, name, matchers };
}

function parseMatchers(tokens: TokenStream): LabelMatcherText[] {
  const matchers: LabelMatcherText[] = [];
  tokens.next();
  while (!tokens.takeSymbol("}")) {
    matchers.push(parseMatcher(tokens));
    if (!tokens.isSymbol("}")) tokens.expectSymbol(",", "label matching", '"," or "}"');
  }
  return matchers;
}

function parseMatcher(tokens: TokenStream): LabelMatcherText {
  const label = tokens.peek();
  if (label.kind !== "word" && label.kind !== "string") throw tokens.unexpected("label matching", 'identifier or "}"');
  tokens.next();
  const name = label.value ?? label.text;
  const isMatch = tokens.peek().kind === "symbol" && MATCH_OPERATORS.has(tokens.peek().text);
  if (!isMatch) {
    // A quoted name alone is the metric's.
    if (label.kind === "string") return { name: METRIC_NAME, operator: "=", value: name };
    throw tokens.unexpected("label matching", "label matching operator");
  }
  const operator = tokens.next().text as LabelMatcherText["operator"];
  const value = tokens.peek();
  if (value.kind !== "string") throw tokens.unexpected("label matching", "string", "a label's value stands in quotes");
  tokens.next();
  const matcher = { name, operator, value: value.value ?? "" };
  try {
    compileMatcher(matcher);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    // Inside the quotes; exact unless there are escapes before the place.
    throw tokens.error(`error parsing regexp: ${error.message}`, value.start + 1 + error.position);
  }
  return matcher;
}

/** `(a, "b.c", by)`: any word and any quoted name. */
export function parseLabelList(tokens: TokenStream): string[] {
  tokens.expectSymbol("(", "grouping opts");
  const labels: string[] = [];
  while (!tokens.takeSymbol(")")) {
    const token = tokens.peek();
    if (token.kind !== "word" && token.kind !== "string") throw tokens.unexpected("grouping opts", "label");
    const label = token.value ?? token.text;
    if (label === "") throw tokens.error('invalid label name for grouping: ""', token.start);
    labels.push(label);
    tokens.next();
    if (!tokens.isSymbol(")")) tokens.expectSymbol(",", "grouping opts", '"," or ")"');
  }
  return labels;
}
