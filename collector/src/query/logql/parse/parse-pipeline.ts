/** The stages behind a stream selector: line filters, parsers, label filters and what changes lines and labels. */
import { PatternError } from "../../../base/re2.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { compileLogPattern, LogPatternError } from "../run/log-pattern.ts";
import { compileLineTest, compileSearch } from "../run/search-pattern.ts";
import { compileTemplate, TemplateError } from "../run/template.ts";
import type { FieldExpression, LabelChoice, LabelFormat, LineOperator, Stage } from "./ast.ts";
import { parseIpCall, parseLabelFilter } from "./parse-label-filter.ts";
import { checkedMatcher } from "./parse-selector.ts";
import { parsePath } from "./parse-path.ts";
import type { TokenStream } from "./token-stream.ts";
import type { Token } from "./tokenize.ts";

const LINE_OPERATORS: readonly string[] = ["|=", "!=", "|~", "!~", "|>", "!>"];

export function isLineOperator(tokens: TokenStream): boolean {
  const { kind, text } = tokens.peek();
  return kind === "symbol" && LINE_OPERATORS.includes(text);
}

/** At an operator such as |=. */
export function parseLineFilter(tokens: TokenStream): Stage {
  const operator = tokens.next().text as LineOperator;
  const texts = [parseLineText(tokens, operator)];
  while (tokens.takeWord("or")) texts.push(parseLineText(tokens, operator));
  return { kind: "line", operator, texts };
}

function parseLineText(tokens: TokenStream, operator: LineOperator): { value: string; isIp: boolean } {
  const isIp = tokens.isWord("ip") && tokens.isSymbol("(", 1);
  if (isIp && operator !== "|=" && operator !== "!=")
    throw tokens.error("ip() line filters stand behind |= or != only", tokens.peek().start);
  if (isIp) return { value: parseIpCall(tokens), isIp };
  const token = tokens.peek();
  const value = tokens.expectString();
  if (operator === "|~" || operator === "!~") checkPattern(tokens, token, () => compileLineTest(value));
  if (operator === "|>" || operator === "!>") checkPattern(tokens, token, () => compileLogPattern(value, "filter"));
  return { value, isIp };
}

/** Behind a `|` that stands alone; `unwrap` is not among them. */
export function parseStage(tokens: TokenStream): Stage {
  const { text: word, start } = tokens.peek();
  // What is named as a stage may be a label's name, too. Behind a stage that needs nothing more, != and !~ filter lines.
  const { kind: nextKind, text: next } = tokens.peek(1);
  const isAlone = ["json", "logfmt", "unpack", "decolorize"].includes(word);
  const isFilter = nextKind === "symbol" && (isAlone ? /^(?:==?|=~|[<>]=?)$/ : /^(?:[=!]=?|[=!]~|[<>]=?)$/).test(next);
  if (tokens.peek().kind !== "word" || isFilter) return { kind: "filter", filter: parseLabelFilter(tokens) };
  switch (word) {
    case "json":
      tokens.next();
      return { kind: "json", fields: parseFields(tokens) };
    case "logfmt": {
      tokens.next();
      const flags = new Set<string>();
      while (tokens.isSymbol("--strict") || tokens.isSymbol("--keep-empty")) flags.add(tokens.next().text);
      const [isStrict, keepsEmpty] = [flags.has("--strict"), flags.has("--keep-empty")];
      return { kind: "logfmt", fields: parseFields(tokens), isStrict, keepsEmpty };
    }
    case "regexp": {
      tokens.next();
      const token = tokens.peek();
      const expression = tokens.expectString();
      const names = checkPattern(tokens, token, () => compileSearch(expression)).names;
      if (names.length === 0)
        throw tokens.error(`at least one named capture must be supplied`, token.start, "write (?P<name>…)");
      return { kind: "regexp", expression };
    }
    case "pattern": {
      tokens.next();
      const token = tokens.peek();
      const expression = tokens.expectString();
      checkPattern(tokens, token, () => compileLogPattern(expression, "parser"));
      return { kind: "pattern", expression };
    }
    case "unpack":
    case "decolorize":
      tokens.next();
      return { kind: word };
    case "line_format": {
      tokens.next();
      return { kind: "line_format", template: parseTemplate(tokens) };
    }
    case "label_format":
      tokens.next();
      return { kind: "label_format", formats: parseFormats(tokens) };
    case "keep":
    case "drop":
      tokens.next();
      return { kind: word, labels: parseChoices(tokens) };
    case "distinct": {
      tokens.next();
      return { kind: "distinct", labels: listOf(tokens, () => tokens.expectWord().text) };
    }
    case "unwrap":
      throw tokens.error(
        "syntax error: unexpected unwrap",
        start,
        "unwrap stands in a range aggregation such as sum_over_time({…} | unwrap label [5m])",
      );
  }
  return { kind: "filter", filter: parseLabelFilter(tokens) };
}

function listOf<T>(tokens: TokenStream, parse: () => T): T[] {
  const list = [parse()];
  while (tokens.takeSymbol(",")) list.push(parse());
  return list;
}

/** None is a parser of everything. */
function parseFields(tokens: TokenStream): FieldExpression[] {
  if (tokens.peek().kind !== "word") return [];
  return listOf(tokens, () => {
    const name = tokens.expectWord().text;
    if (!tokens.takeSymbol("=")) return { name, path: name };
    const token = tokens.peek();
    const path = tokens.expectString();
    if (parsePath(path) === undefined)
      throw tokens.error(`cannot parse expression [${path}]`, token.start, 'write it as "a.b[0]" or "a[\\"b c\\"]"');
    return { name, path };
  });
}

function parseTemplate(tokens: TokenStream): string {
  const token = tokens.peek();
  const template = tokens.expectString();
  checkPattern(tokens, token, () => compileTemplate(template));
  return template;
}

function parseFormats(tokens: TokenStream): LabelFormat[] {
  const seen = new Set<string>();
  return listOf(tokens, () => {
    const { text: name, start } = tokens.expectWord();
    if (seen.has(name))
      throw tokens.error(`multiple label name '${name}' not allowed in a single format operation`, start);
    if (name === "__error__") throw tokens.error("__error__ cannot be formatted", start);
    seen.add(name);
    tokens.expectSymbol("=");
    return tokens.peek().kind === "word"
      ? { name, from: tokens.next().text }
      : { name, template: parseTemplate(tokens) };
  });
}

function parseChoices(tokens: TokenStream): LabelChoice[] {
  return listOf(tokens, () => {
    const name = tokens.expectWord().text;
    const operator = tokens.peek().text;
    if (operator !== "=" && operator !== "!=" && operator !== "=~" && operator !== "!~") return { name };
    tokens.next();
    const matcher = checkedMatcher(tokens, { name, operator, value: "" });
    compileMatcher(matcher);
    return { name, matcher };
  });
}

function checkPattern<T>(tokens: TokenStream, token: Token, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof PatternError)
      throw tokens.error(`error parsing regexp: ${error.message}`, token.start + 1 + error.position);
    if (error instanceof LogPatternError)
      throw tokens.error(
        `invalid pattern: ${error.message}`,
        token.start,
        "write parts to keep as <name>, others as <_>",
      );
    if (error instanceof TemplateError)
      throw tokens.error(`invalid template: ${error.message}`, token.start + 1 + error.position, error.hint);
    throw error;
  }
}
