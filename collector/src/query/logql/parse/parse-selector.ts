/** `{name="value", …}`, and a list of label names in parentheses. */
import { PatternError } from "../../../base/re2.ts";
import { compileMatcher, type LabelMatcherText } from "../../../model/label-matcher.ts";
import type { TokenStream } from "./token-stream.ts";

const MATCH_OPERATORS = ["=", "!=", "=~", "!~"];

/** At the brace. At least one matcher must ask for something: all of the store is no stream. */
export function parseMatchers(tokens: TokenStream): LabelMatcherText[] {
  const { start } = tokens.expectSymbol("{");
  const matchers: LabelMatcherText[] = [];
  while (!tokens.takeSymbol("}")) {
    matchers.push(parseMatcher(tokens));
    if (!tokens.isSymbol("}")) {
      if (!tokens.isSymbol(",")) throw tokens.unexpected('"}" or ","');
      tokens.next();
    }
  }
  if (matchers.every((matcher) => compileMatcher(matcher).matchesEmpty))
    throw tokens.error(
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
      start,
      'begin with {service_name=~".+"} to ask for every service',
    );
  return matchers;
}

/** `name="value"`, `name=~"expression"`, …, with a string. */
export function parseMatcher(tokens: TokenStream): LabelMatcherText {
  const name = tokens.expectWord().text;
  const operator = tokens.peek().text as LabelMatcherText["operator"];
  if (tokens.peek().kind !== "symbol" || !MATCH_OPERATORS.includes(operator))
    throw tokens.unexpected("=, !=, =~ or !~");
  tokens.next();
  return checkedMatcher(tokens, { name, operator, value: "" });
}

/** At the string that is the matcher's value. */
export function checkedMatcher(tokens: TokenStream, { name, operator }: LabelMatcherText): LabelMatcherText {
  const { start } = tokens.peek();
  const matcher = { name, operator, value: tokens.expectString() };
  try {
    compileMatcher(matcher);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw tokens.error(`error parsing regexp: ${error.message}`, start + 1 + error.position);
  }
  return matcher;
}

/** `(a, b)`. */
export function parseLabelList(tokens: TokenStream): string[] {
  tokens.expectSymbol("(");
  const labels: string[] = [];
  while (!tokens.takeSymbol(")")) {
    labels.push(tokens.expectWord().text);
    if (!tokens.isSymbol(")")) tokens.expectSymbol(",");
  }
  return labels;
}
