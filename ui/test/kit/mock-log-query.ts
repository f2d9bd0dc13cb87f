/**
 * Log queries as the mock understands them: words, phrases, field:value with * and comparisons, and/or/not, brackets, and of the pipes
 * count, top, avg, min, max, sum, by, every, fields, limit. Enough to develop against. In: text; out: a predicate and pipes, or where it is wrong.
 */
import type { WireLog } from "goldspan/contract";
import { fieldOf } from "../../src/model/log-columns.ts";
import { tokenizeLogQuery, type LogToken } from "../../src/model/log-query-tokens.ts";
import { SEVERITY_LEVELS } from "../../src/model/severity.ts";
import { MockQueryError } from "./mock-query.ts";

export interface MockLogQuery {
  readonly test: (log: WireLog) => boolean;
  readonly functions: readonly { readonly name: string; readonly field: string }[];
  readonly by: readonly string[];
  readonly everyMillis?: number;
  readonly fields?: readonly string[];
  readonly limit?: number;
}

type Test = (log: WireLog) => boolean;

export function parseMockLogQuery(text: string): MockLogQuery {
  const tokens = tokenizeLogQuery(text);
  const pipe = tokens.findIndex(({ kind }) => kind === "pipe");
  const conditions = new Conditions(pipe < 0 ? tokens : tokens.slice(0, pipe));
  const query = { functions: [], by: [], test: conditions.parse() };
  return pipe < 0 ? query : { ...query, ...readPipes(tokens.slice(pipe)) };
}

class Conditions {
  private at = 0;
  private readonly tokens: readonly LogToken[];

  constructor(tokens: readonly LogToken[]) {
    this.tokens = tokens;
  }

  parse(): Test {
    if (this.tokens.length === 0) return () => true;
    const test = this.alternatives();
    const rest = this.tokens[this.at];
    if (rest)
      throw new MockQueryError(`cannot read the query from "${rest.text}" on`, rest.start, "there is no ( for this )");
    return test;
  }

  private alternatives(): Test {
    const tests = [this.joined()];
    while (this.takes(/^(?:or|\|\|)$/i)) tests.push(this.joined());
    return (log) => tests.some((test) => test(log));
  }

  private joined(): Test {
    const tests = [this.term()];
    for (
      let next = this.tokens[this.at];
      next && next.text !== ")" && !/^(?:or|\|\|)$/i.test(next.text);
      next = this.tokens[this.at]
    ) {
      this.takes(/^(?:and|&&)$/i);
      tests.push(this.term());
    }
    return (log) => tests.every((test) => test(log));
  }

  private term(): Test {
    const token = this.tokens[this.at];
    if (!token)
      throw new MockQueryError(
        "cannot read the query: a condition is missing",
        this.tokens.at(-1)?.end ?? 0,
        "write a word or field:value",
      );
    this.at += 1;
    if (token.kind === "minus" || /^not$/i.test(token.text)) {
      const test = this.term();
      return (log) => !test(log);
    }
    if (token.text === "(") {
      const test = this.alternatives();
      if (!this.takes(/^\)$/))
        throw new MockQueryError("cannot read the query: a ( is not closed", token.start, "write )");
      return test;
    }
    if (token.kind === "field") return this.comparison(token.text);
    if (token.kind === "regex") return (log) => regexOf(token.text).test(log.body);
    if (token.kind === "string" && !/^(["'`])[\s\S]*\1$/.test(token.text))
      throw new MockQueryError("cannot read the query: a quote is not closed", token.start, "close it");
    const words = plain(token.text).toLowerCase();
    return (log) => log.body.toLowerCase().includes(words.replaceAll("*", ""));
  }

  private comparison(field: string): Test {
    const [operator, value] = [this.tokens[this.at], this.tokens[this.at + 1]];
    if (!operator || !value)
      throw new MockQueryError(
        `cannot read what ${field} is compared with`,
        this.tokens[this.at]?.end ?? 0,
        "write a value",
      );
    this.at += 2;
    if (value.text === "(") {
      this.at -= 1;
      throw new MockQueryError("cannot read a list of values", value.start, "the mock knows single values only");
    }
    if (field === "level") return levelTest(operator.text, value);
    if (/[<>]/.test(operator.text)) return numberTest(field, operator.text, value);
    if (value.kind === "regex") return (log) => regexOf(value.text).test(fieldOf(log, field) ?? "");
    const wanted = plain(value.text);
    if (field === "body") return (log) => log.body.toLowerCase().includes(wanted.toLowerCase());
    if (value.kind === "word" && wanted.includes("*")) {
      const pattern = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
      return (log) => pattern.test(fieldOf(log, field) ?? "\n") && fieldOf(log, field) !== undefined;
    }
    return (log) => (fieldOf(log, field) === wanted) !== (operator.text === "!=");
  }

  private takes(pattern: RegExp): boolean {
    if (!pattern.test(this.tokens[this.at]?.text ?? "\0")) return false;
    this.at += 1;
    return true;
  }
}

function levelTest(operator: string, value: LogToken): Test {
  const name = plain(value.text).toLowerCase();
  const level = SEVERITY_LEVELS.find((known) => known.name === name);
  if (!level)
    throw new MockQueryError(
      `cannot find the level "${value.text}"`,
      value.start,
      "there are trace, debug, info, warn, error and fatal",
    );
  const top = level.number + 3;
  if (operator === ">=") return ({ severityNumber }) => severityNumber >= level.number;
  if (operator === ">") return ({ severityNumber }) => severityNumber > top;
  if (operator.startsWith("<"))
    return ({ severityNumber }) => severityNumber > 0 && severityNumber <= (operator === "<=" ? top : level.number - 1);
  return ({ severityNumber }) => severityNumber >= level.number && severityNumber <= top;
}

function numberTest(field: string, operator: string, value: LogToken): Test {
  const limit = Number(value.text.replace(/[a-z]+$/i, ""));
  if (Number.isNaN(limit))
    throw new MockQueryError(
      `cannot compare ${field} with "${value.text}": it is no number`,
      value.start,
      `write ${field}${operator}100`,
    );
  return (log) => {
    const number = Number(fieldOf(log, field) ?? Number.NaN);
    if (operator === ">") return number > limit;
    if (operator === ">=") return number >= limit;
    return operator === "<" ? number < limit : number <= limit;
  };
}

function readPipes(tokens: readonly LogToken[]): Partial<MockLogQuery> {
  const found: {
    functions: { name: string; field: string }[];
    by: string[];
    everyMillis?: number;
    fields?: string[];
    limit?: number;
  } = { functions: [], by: [] };
  tokens.forEach((token, index) => {
    if (token.kind !== "command") return;
    const end = tokens.findIndex((other, at) => at > index && other.kind === "pipe");
    const rest = tokens.slice(index + 1, end < 0 ? undefined : end);
    const names = rest.filter(({ kind }) => kind === "field").map(({ text }) => text);
    const every = rest.findIndex(({ text }) => text === "every");
    if (every >= 0) found.everyMillis = spanMillis(rest[every + 1]);
    if (token.text === "fields") found.fields = names;
    else if (token.text === "limit" || token.text === "head") found.limit = Number(rest[0]?.text ?? 100);
    else if (token.text === "top")
      Object.assign(found, {
        limit: Number(rest[0]?.text ?? 10),
        by: names,
        functions: [{ name: "count", field: "" }],
      });
    else if (/^(?:count|count_unique|avg|sum|min|max|p\d+|rate)$/.test(token.text)) {
      const inBrackets = rest[0]?.text === "(" ? (rest[1]?.text ?? "") : "";
      found.functions.push({ name: token.text, field: inBrackets });
      const by = rest.findIndex(({ text }) => text === "by");
      found.by =
        by < 0
          ? []
          : rest
              .slice(by + 1)
              .filter(({ kind }) => kind === "field")
              .map(({ text }) => text);
    } else if (!/^(?:sort|where|patterns)$/.test(token.text))
      throw new MockQueryError(
        `cannot find the pipe "${token.text}"`,
        token.start,
        "there are: count, top, avg, fields, limit",
      );
  });
  return found;
}

function spanMillis(token: LogToken | undefined): number {
  const [, count = "1", unit = "m"] = /^(\d+)([a-z]+)$/.exec(token?.text ?? "") ?? [];
  return Number(count) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 60_000);
}

function regexOf(text: string): RegExp {
  const [, pattern = "", flags = ""] = /^\/(.*)\/(i?)$/s.exec(text) ?? [];
  return new RegExp(pattern, `${flags}s`);
}

function plain(text: string): string {
  return /^["'`]/.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}
