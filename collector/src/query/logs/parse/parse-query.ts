/**
 * Log query text -> tree. Conditions first, then pipes; collector/docs/logs.md has the language. In: text of at most
 * {@link MOST_CHARACTERS}; out: a tree, or a QueryError with the position and a hint. Reads no data and resolves no name.
 *
 *   query     = [ or ] { "|" pipe }
 *   or        = and { "or" and }
 *   and       = term { [ "and" ] term }
 *   term      = ( "not" | "-" | "!" ) term | "(" [ or ] ")" | key operator test | "/" expression "/" | text
 */
import { QueryError } from "../../../base/errors.ts";
import type { Comparison, ConditionNode, KeyNode, LogQuery, PipeNode, RangeEnd, TestNode, TextNode } from "./ast.ts";
import { parsePipe } from "./parse-pipe.ts";
import { Scanner } from "./scanner.ts";

const MOST_CHARACTERS = 20_000;
const MOST_PIPES = 50;
/** Parentheses, negations. */
const MOST_DEPTH = 50;

/** @throws QueryError */
export function parseLogQuery(text: string): LogQuery {
  if (text.length > MOST_CHARACTERS)
    throw new QueryError(
      `cannot read a query of ${text.length} characters`,
      MOST_CHARACTERS,
      `write at most ${MOST_CHARACTERS}`,
    );
  const scanner = new Scanner(text);
  const parser = new Conditions(scanner);
  const condition = scanner.isAtEnd || text[scanner.at] === "|" ? undefined : parser.or(0);
  const pipes: PipeNode[] = [];
  while (!scanner.isAtEnd) {
    if (!scanner.takeSymbol("|"))
      throw scanner.error(
        `cannot read the query from "${scanner.here}" on`,
        scanner.at,
        text[scanner.at] === ")" ? "there is no ( for this )" : undefined,
      );
    if (pipes.length === MOST_PIPES)
      throw scanner.error(`cannot run more than ${MOST_PIPES} pipes`, scanner.at - 1, "leave some of them out");
    pipes.push(parsePipe(scanner, () => parser.or(0)));
  }
  return { text, ...(condition === undefined ? {} : { condition }), pipes };
}

class Conditions {
  readonly #scanner: Scanner;
  /** Within `key:( … )` every text is a value of the key. */
  #key: KeyNode | undefined;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  or(depth: number): ConditionNode {
    const of = [this.#and(depth)];
    while (this.#scanner.takeKeyword("or") !== undefined || this.#scanner.takeSymbol("||")) of.push(this.#and(depth));
    return of.length === 1 ? of[0] : { kind: "or", of, start: of[0].start, end: of[of.length - 1].end };
  }

  #and(depth: number): ConditionNode {
    const of = [this.#term(depth, false)];
    while (true) {
      const isJoined = this.#scanner.takeKeyword("and") !== undefined || this.#scanner.takeSymbol("&&");
      if (!isJoined && this.#isAtEnd()) break;
      const before = of[of.length - 1];
      of.push(this.#term(depth, !isJoined && before.kind === "text" && before.value.quote === "none"));
    }
    return of.length === 1 ? of[0] : { kind: "and", of, start: of[0].start, end: of[of.length - 1].end };
  }

  /** Nothing more is joined by "and" here. */
  #isAtEnd(): boolean {
    const scanner = this.#scanner;
    if (scanner.isAtEnd || /[|)]/.test(scanner.text[scanner.at])) return true;
    const before = scanner.at;
    const isOr = scanner.takeKeyword("or") !== undefined;
    scanner.at = before;
    return isOr;
  }

  /** @param followsWord a plain word stands before, with nothing in between: then "not" may be one too */
  #term(depth: number, followsWord: boolean): ConditionNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const start = scanner.at;
    if (depth > MOST_DEPTH)
      throw scanner.error("cannot read conditions nested so deeply", start, `nest at most ${MOST_DEPTH}`);
    const isNot = !(followsWord && this.#isWordNot()) && scanner.takeKeyword("not") !== undefined;
    if (isNot || scanner.takeHere(/[-!](?=[^\s|)])/y)) {
      const of = this.#term(depth + 1, false);
      return { kind: "not", of, start, end: of.end };
    }
    if (scanner.takeSymbol("(")) {
      const inner: ConditionNode = scanner.takeSymbol(")")
        ? { kind: "every", start, end: scanner.at }
        : this.#inParentheses(start, depth);
      return { ...inner, start, end: scanner.at };
    }
    if (this.#key) return this.#valueOf(this.#key, start);
    const keyed = scanner.takeKeyed();
    if (keyed) return this.#field(keyed.key, keyed.operator, start, depth);
    const value = scanner.takeRegex();
    if (value) return { kind: "regex", value, start, end: value.end };
    const text = this.#text();
    // A * alone is what other languages write for "every record".
    if (text.quote === "none" && text.text === "*") return { kind: "every", start, end: text.end };
    return { kind: "text", value: text, start, end: text.end };
  }

  /** The "not" of "could not connect": in lower case between two plain words. */
  #isWordNot(): boolean {
    const scanner = this.#scanner;
    const before = scanner.at;
    const isNot = scanner.takeHere(/not(?=\s+[^\s("'`/|)-])/y) !== undefined && scanner.takeKeyed() === undefined;
    scanner.at = before;
    return isNot;
  }

  #inParentheses(start: number, depth: number): ConditionNode {
    const inner = this.or(depth + 1);
    if (!this.#scanner.takeSymbol(")"))
      throw this.#scanner.error("cannot read the query: a ( is not closed", start, "write ) behind its conditions");
    return inner;
  }

  #text(): TextNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.isAtQuote()) return scanner.takeQuoted();
    const { at } = scanner;
    const word = scanner.takeWord();
    if (word) {
      if (/^(?:and|or)$/i.test(word.text)) throw this.#missing(`before "${word.text}"`, at, word.text);
      return word;
    }
    const { here } = scanner;
    if (here === "|" || here === ")" || here === "the end") throw this.#missing(`before ${quoted(here)}`, at);
    throw scanner.error(`cannot read ${quoted(here)} here`, at, 'write a word, "a phrase", key:value or /expression/');
  }

  #missing(where: string, at: number, word?: string) {
    const hint = word ? `to look for the word itself, quote it: "${word}"` : "write a word, key:value or /expression/";
    return this.#scanner.error(`cannot read the query: a condition is missing ${where}`, at, hint);
  }

  #field(key: KeyNode, operator: string, start: number, depth: number): ConditionNode {
    const scanner = this.#scanner;
    const field = (test: TestNode): ConditionNode => ({ kind: "field", key, test, start, end: scanner.at });
    const not = (of: ConditionNode): ConditionNode => ({ kind: "not", of, start, end: scanner.at });
    switch (operator) {
      case ":": {
        const nested = scanner.takeHere(/(?=\()/y);
        if (!nested) return this.#valueOf(key, start);
        const opened = scanner.at++;
        this.#key = key;
        const inner = this.#inParentheses(opened, depth);
        this.#key = undefined;
        return { ...inner, start, end: scanner.at };
      }
      case "=":
      case "==":
        return field({ kind: "equals", value: this.#value(key) });
      case "!=":
        return not(field({ kind: "equals", value: this.#value(key) }));
      case "=~":
      case "!~": {
        const { text: pattern, start: at, quote } = this.#value(key);
        const value = {
          pattern,
          patternStart: quote === "none" ? at : at + 1,
          ignoreCase: false,
          whole: true,
          start: at,
          end: scanner.at,
        };
        const matches = field({ kind: "regex", value });
        return operator === "=~" ? matches : not(matches);
      }
      default:
        return field({ kind: "compare", operator: operator as Comparison, value: this.#value(key) });
    }
  }

  /** What may stand behind `key:`, in parentheses too. */
  #valueOf(key: KeyNode, start: number): ConditionNode {
    const scanner = this.#scanner;
    const field = (test: TestNode): ConditionNode => ({ kind: "field", key, test, start, end: scanner.at });
    scanner.skipSpace();
    const regex = scanner.takeRegex();
    if (regex) return field({ kind: "regex", value: regex });
    const comparison = scanner.takeHere(/>=|<=|>|<|=/y)?.[0];
    if (comparison === "=") return field({ kind: "equals", value: this.#value(key) });
    if (comparison !== undefined)
      return field({ kind: "compare", operator: comparison as Comparison, value: this.#value(key) });
    const opening = scanner.takeHere(/[[{](?=[^\]}]*\s(?:TO|to|To)\s)/y)?.[0];
    if (opening !== undefined) return field(this.#bracketRange(opening, scanner.at - 1));
    const value = this.#value(key);
    if (value.quote === "none") {
      if (value.text === "*") return field({ kind: "exists" });
      const range = dottedRange(value);
      if (range) return field(range);
    }
    return field({ kind: "equals", value });
  }

  #value(key: KeyNode): TextNode {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.isAtQuote()) return scanner.takeQuoted();
    const { at } = scanner;
    const word = scanner.takeWord();
    if (word) return word;
    throw scanner.error(
      `cannot read the query: there is no value for ${key.name}`,
      at,
      `write ${key.name}:value, or ${key.name}:* for every record that has it`,
    );
  }

  /** `[400 TO 499]`, `{0 TO *]`; the opening one is read. */
  #bracketRange(opening: string, start: number): TestNode {
    const scanner = this.#scanner;
    const end = (): TextNode => {
      scanner.skipSpace();
      if (scanner.isAtQuote()) return scanner.takeQuoted();
      const { at } = scanner;
      const word = scanner.takeWord(/[\s()|"'`\]}]/);
      if (!word) throw scanner.error("cannot read a range: an end is missing", at, "write [400 TO 499] or [400 TO *]");
      return word;
    };
    const least = end();
    if (scanner.takeKeyword("to") === undefined)
      throw scanner.error("cannot read a range: TO is missing", scanner.at, "write [400 TO 499]");
    const most = end();
    const closing = scanner.take(/[\]}]/y)?.[0];
    if (closing === undefined)
      throw scanner.error(`cannot read a range: ${opening} is not closed`, start, "write [400 TO 499]");
    return rangeOf({ value: least, inclusive: opening === "[" }, { value: most, inclusive: closing === "]" });
  }
}

/** `400..499`, `400..`, `..499`, `warn..fatal`; undefined for any other text with dots. */
function dottedRange({ text, start, end }: TextNode): TestNode | undefined {
  const found = /^([^.]*(?:\.\d+[^.]*)?)\.\.((?:[^.]|\.\d)*)$/.exec(text);
  if (!found || text === "..") return undefined;
  const [, low, high] = found;
  const isEnd = (part: string) => /^(?:[-+]?[\d.]+[A-Za-zµ]*|[A-Za-z]+|\*)?$/.test(part);
  if (!isEnd(low) || !isEnd(high)) return undefined;
  const node = (part: string, at: number): TextNode => ({
    text: part === "" ? "*" : part,
    quote: "none",
    start: at,
    end: at + part.length,
  });
  return rangeOf(
    { value: node(low, start), inclusive: true },
    { value: node(high, end - high.length), inclusive: true },
  );
}

/** A * doesn't limit. */
function rangeOf(least: RangeEnd, most: RangeEnd): TestNode {
  const isOpen = ({ value }: RangeEnd) => value.quote === "none" && value.text === "*";
  return { kind: "range", ...(isOpen(least) ? {} : { least }), ...(isOpen(most) ? {} : { most }) };
}

function quoted(here: string): string {
  return here === "the end" ? here : `"${here}"`;
}
