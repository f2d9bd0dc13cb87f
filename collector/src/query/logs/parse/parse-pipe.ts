/** What stands behind a | of a log query -> a node. Which functions there are and what they take is the plan's affair. */
import { nearest } from "../../../base/suggest.ts";
import type { AggregateNode, ConditionNode, EveryNode, KeyNode, NumberNode, PipeNode } from "./ast.ts";
import type { Scanner } from "./scanner.ts";

/** Every function there is. */
const AGGREGATE_NAMES: readonly string[] = [
  "count",
  "count_unique",
  "sum",
  "avg",
  "min",
  "max",
  "quantile",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
  "p999",
  "rate",
];

/** Other languages' words for the same. */
const SAME_FUNCTION: Readonly<Record<string, string>> = {
  count_distinct: "count_unique",
  distinct: "count_unique",
  cardinality: "count_unique",
  uniq: "count_unique",
  dc: "count_unique",
  mean: "avg",
  average: "avg",
  median: "p50",
  percentile: "quantile",
  count_over_time: "count",
};
const PIPE_NAMES = ["where", "filter", "top", "patterns", "fields", "sort", "limit", "head", "stats"];

/** The scanner stands behind the |. @param condition reads conditions at the scanner */
export function parsePipe(scanner: Scanner, condition: () => ConditionNode): PipeNode {
  scanner.skipSpace();
  const start = scanner.at;
  refuseLineFilter(scanner, start);
  const place = () => ({ start, end: scanner.at });
  const name = scanner.take(/[A-Za-z_][A-Za-z0-9_]*/y)?.[0].toLowerCase();
  switch (name) {
    case "where":
    case "filter":
      return { kind: "where", condition: condition(), ...place() };
    case "top": {
      const count = number(scanner, "top", "top 10 service");
      scanner.takeKeyword("by");
      const by = keys(scanner, "top 10 service");
      const every = takeEvery(scanner);
      return { kind: "top", count, by, ...(every && { every }), ...place() };
    }
    case "patterns": {
      const isEnd = scanner.isAtEnd || scanner.text[scanner.at] === "|";
      return { kind: "patterns", ...(isEnd ? {} : { count: number(scanner, "patterns", "patterns 20") }), ...place() };
    }
    case "fields":
      return { kind: "fields", keys: keys(scanner, "fields service, http.route"), ...place() };
    case "sort":
    case "order": {
      scanner.takeKeyword("by");
      return { kind: "sort", by: sortKeys(scanner), ...place() };
    }
    case "limit":
    case "head":
      return { kind: "limit", count: number(scanner, name, `${name} 100`), ...place() };
    case "stats":
      scanner.skipSpace();
      return aggregate(scanner, start, scanner.at, undefined);
    case undefined:
      throw scanner.error(
        `cannot read the query: a pipe is missing before ${scanner.here === "the end" ? "the end" : `"${scanner.here}"`}`,
        scanner.at,
        "write | count by service, | top 10 service, | fields service, | sort, | limit 100 or | patterns",
      );
    default:
      return aggregate(scanner, start, start, name);
  }
}

function aggregate(scanner: Scanner, start: number, first: number, firstName: string | undefined): PipeNode {
  const aggregates = [takeAggregate(scanner, first, firstName)];
  while (scanner.takeSymbol(",")) {
    scanner.skipSpace();
    aggregates.push(takeAggregate(scanner, scanner.at, undefined));
  }
  let every = takeEvery(scanner);
  const by = scanner.takeKeyword("by") === undefined ? [] : keys(scanner, "count by service, level");
  every ??= takeEvery(scanner);
  // `by` binds to the function before it in other languages: several of them are no reason to fail.
  if (scanner.text[scanner.at] === ",")
    throw scanner.error(
      "cannot read another function behind by",
      scanner.at,
      "write all functions first: | count, avg(duration_ms) by service every 1m",
    );
  return { kind: "aggregate", aggregates, by, ...(every && { every }), start, end: scanner.at };
}

function takeAggregate(scanner: Scanner, start: number, given: string | undefined): AggregateNode {
  const name = given ?? scanner.take(/[A-Za-z_][A-Za-z0-9_]*/y)?.[0].toLowerCase();
  const known = name === undefined ? undefined : (SAME_FUNCTION[name] ?? name);
  if (name === undefined || known === undefined || !AGGREGATE_NAMES.includes(known)) {
    const near = nearest(name ?? "", [...AGGREGATE_NAMES, ...(given === undefined ? [] : PIPE_NAMES)]);
    const list = given === undefined ? AGGREGATE_NAMES : [...PIPE_NAMES, ...AGGREGATE_NAMES];
    throw scanner.error(
      name === undefined ? "cannot read the query: a function is missing" : `cannot find the pipe "${name}"`,
      start,
      near ? `did you mean "${near}"?` : `there are: ${list.join(", ")}`,
    );
  }
  const args: KeyNode[] = [];
  const opened = scanner.at;
  if (scanner.takeSymbol("(") && !scanner.takeSymbol(")")) {
    do {
      const argument = scanner.takeName();
      if (!argument) throw scanner.error(`cannot read what ${name} is of`, scanner.at, `write ${name}(duration_ms)`);
      args.push(argument);
    } while (scanner.takeSymbol(","));
    if (!scanner.takeSymbol(")"))
      throw scanner.error("cannot read the query: a ( is not closed", opened, `write ${name}(duration_ms)`);
  }
  const end = scanner.at;
  if (scanner.takeKeyword("as") === undefined) return { name: known, arguments: args, start, end };
  const as = scanner.takeName();
  if (!as) throw scanner.error("cannot read a name behind as", scanner.at, `write ${name} as requests`);
  return { name: known, arguments: args, as, start, end: scanner.at };
}

function keys(scanner: Scanner, example: string): KeyNode[] {
  const found: KeyNode[] = [];
  do {
    const key = scanner.takeName();
    if (!key) throw scanner.error("cannot read the query: a field is missing", scanner.at, `write ${example}`);
    found.push(key);
  } while (scanner.takeSymbol(","));
  return found;
}

function sortKeys(scanner: Scanner): (KeyNode & { descending?: boolean })[] {
  const found: (KeyNode & { descending?: boolean })[] = [];
  do {
    const isMinus = scanner.takeSymbol("-");
    const key = scanner.takeName();
    if (!key)
      throw scanner.error(
        "cannot read the query: a column is missing",
        scanner.at,
        "write sort count desc or sort time asc",
      );
    let end = scanner.at;
    // `sort p95(duration)` means the column of that name.
    if (scanner.takeHere(/\([^()|]*\)/y)) end = scanner.at;
    const name = scanner.text.slice(key.start, end).replace(/^["@]+|"$/g, "");
    const direction = scanner.takeKeyword("asc", "desc", "ascending", "descending");
    const descending = isMinus ? true : direction === undefined ? undefined : direction.startsWith("desc");
    found.push({ ...key, name, end, ...(descending === undefined ? {} : { descending }) });
  } while (scanner.takeSymbol(","));
  return found;
}

function takeEvery(scanner: Scanner): EveryNode | undefined {
  if (scanner.takeKeyword("every", "bin", "interval") === undefined) return undefined;
  scanner.skipSpace();
  const start = scanner.at;
  const text = scanner.take(/[A-Za-z0-9.µ]+/y)?.[0];
  if (text === undefined) throw scanner.error("cannot read a time behind every", start, "write every 1m or every auto");
  return { text, start, end: scanner.at };
}

function number(scanner: Scanner, pipe: string, example: string): NumberNode {
  scanner.skipSpace();
  const start = scanner.at;
  const text = scanner.take(/[^\s,|()]+/y)?.[0] ?? "";
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1_000_000)
    throw scanner.error(
      `cannot read ${text === "" ? "how many" : `"${text}"`} behind ${pipe}`,
      start,
      `write a whole number from 1 on, as in | ${example}`,
    );
  return { value, start, end: scanner.at };
}

/** LogQL's |= "text", |~ "expression" and parsers. */
function refuseLineFilter(scanner: Scanner, start: number): void {
  const found = /^(=|~|>|!=|!~)/.exec(scanner.text.slice(start));
  if (!found) return;
  const hint =
    found[1] === "~" || found[1] === "!~"
      ? "write /expression/ before the first pipe"
      : 'write "the text" before the first pipe; -"the text" for what must not be there';
  throw scanner.error(`cannot read the line filter |${found[1]}`, start - 1, hint);
}
