import { expect, it } from "vitest";
import { QueryError } from "../../../base/errors.ts";
import type { ConditionNode, PipeNode, TestNode } from "./ast.ts";
import { parseLogQuery } from "./parse-query.ts";

/** The tree as text, so that a table can be read. */
function show(text: string): string {
  const { condition, pipes } = parseLogQuery(text);
  return [condition ? formatCondition(condition) : "", ...pipes.map((pipe) => `| ${formatPipe(pipe)}`)]
    .join(" ")
    .trim();
}

function formatCondition(node: ConditionNode): string {
  switch (node.kind) {
    case "every":
      return "every";
    case "and":
    case "or":
      return `(${node.kind} ${node.of.map(formatCondition).join(" ")})`;
    case "not":
      return `(not ${formatCondition(node.of)})`;
    case "text":
      return { none: node.value.text, words: JSON.stringify(node.value.text), exact: `'${node.value.text}'` }[
        node.value.quote
      ];
    case "regex":
      return `/${node.value.pattern}/${node.value.ignoreCase ? "i" : ""}`;
    case "field":
      return `[${node.key.isAttribute ? "@" : ""}${node.key.name} ${formatTest(node.test)}]`;
  }
}

function formatTest(test: TestNode): string {
  switch (test.kind) {
    case "exists":
      return "*";
    case "equals":
      return test.value.quote === "none" ? test.value.text : JSON.stringify(test.value.text);
    case "regex":
      return `${test.value.whole ? "=" : ""}/${test.value.pattern}/`;
    case "compare":
      return `${test.operator} ${test.value.text}`;
    case "range":
      return `${test.least ? `${test.least.inclusive ? ">=" : ">"} ${test.least.value.text}` : ""}..${test.most ? `${test.most.inclusive ? "<=" : "<"} ${test.most.value.text}` : ""}`;
  }
}

function formatPipe(pipe: PipeNode): string {
  const names = (keys: readonly { name: string }[]) => keys.map(({ name }) => name).join(",");
  switch (pipe.kind) {
    case "aggregate": {
      const functions = pipe.aggregates.map(
        ({ name, arguments: args, as }) => `${name}(${names(args)})${as ? ` as ${as.name}` : ""}`,
      );
      return `${functions.join(", ")} by ${names(pipe.by)}${pipe.every ? ` every ${pipe.every.text}` : ""}`;
    }
    case "top":
      return `top ${pipe.count.value} ${names(pipe.by)}${pipe.every ? ` every ${pipe.every.text}` : ""}`;
    case "where":
      return `where ${formatCondition(pipe.condition)}`;
    case "fields":
      return `fields ${names(pipe.keys)}`;
    case "sort":
      return `sort ${pipe.by.map(({ name, descending }) => `${name}${descending === undefined ? "" : descending ? " desc" : " asc"}`).join(",")}`;
    case "limit":
      return `limit ${pipe.count.value}`;
    case "patterns":
      return `patterns ${pipe.count?.value ?? ""}`.trim();
  }
}

it.each([
  ["", ""],
  ["  ", ""],
  ["*", "every"],
  ["()", "every"],
  ["timeout", "timeout"],
  ["connection timeout", "(and connection timeout)"],
  ['"connection timed out"', '"connection timed out"'],
  ["'a=b: c'", "'a=b: c'"],
  ["`C:\\temp`", "'C:\\temp'"],
  ['"say \\"no\\""', '"say \\"no\\""'],
  ["a and b or c AND d", "(or (and a b) (and c d))"],
  ["a && b || c", "(or (and a b) c)"],
  ["a (b or c)", "(and a (or b c))"],
  ["-a", "(not a)"],
  ["!a", "(not a)"],
  ["not a", "(not a)"],
  ["a NOT b", "(and a (not b))"],
  ["a and not b", "(and a (not b))"],
  ["service:a not b", "(and [service a] (not b))"],
  ["a not level:debug", "(and a (not [level debug]))"],
  ["a not (b c)", "(and a (not (and b c)))"],
  ["not not a", "(not (not a))"],
  ["--a", "(not (not a))"],
  ["could not connect", "(and could not connect)"],
  ["foo-bar", "foo-bar"],
  ["a - b", "(and a - b)"],
  ["order android notice", "(and order android notice)"],
  ["service:checkout", "[service checkout]"],
  ['service:"my shop"', '[service "my shop"]'],
  ["service=checkout", "[service checkout]"],
  ["service==checkout", "[service checkout]"],
  ["service != checkout", "(not [service checkout])"],
  ['service=~"a|b"', "[service =/a|b/]"],
  ["service!~`a.*`", "(not [service =/a.*/])"],
  ["level>=warn", "[level >= warn]"],
  ["level >= warn", "[level >= warn]"],
  ["http.status_code>=500", "[http.status_code >= 500]"],
  ["status:>=500", "[status >= 500]"],
  ["key:*", "[key *]"],
  ["-key:*", "(not [key *])"],
  ["key:foo*bar", "[key foo*bar]"],
  ["key:(a or b)", "(or [key a] [key b])"],
  ["key:(a or -b* >5)", "(or [key a] (and (not [key b*]) [key > 5]))"],
  ["key:(a) b", "(and [key a] b)"],
  ["@level:high", "[@level high]"],
  ['"my key":1', "[@my key 1]"],
  ["key:/pay.*/", "[key /pay.*/]"],
  ["/time(d )?out/i", "/time(d )?out/i"],
  ["/a\\/b/ c", "(and /a/b/ c)"],
  ["/api/v1/orders", "/api/v1/orders"],
  ["GET /api/v1/orders", "(and GET /api/v1/orders)"],
  ["key:[400 TO 499]", "[key >= 400..<= 499]"],
  ["key:{400 to 499]", "[key > 400..<= 499]"],
  ["key:[400 TO *}", "[key >= 400..]"],
  ["key:400..499", "[key >= 400..<= 499]"],
  ["key:1.5..2.5", "[key >= 1.5..<= 2.5]"],
  ["key:100ms..2s", "[key >= 100ms..<= 2s]"],
  ["key:400..", "[key >= 400..]"],
  ["key:..499", "[key ..<= 499]"],
  ["level:warn..fatal", "[level >= warn..<= fatal]"],
  ["key:../etc/passwd", "[key ../etc/passwd]"],
  ["key:[]", "[key []]"],
  ["http://shop/pay?a=b", "http://shop/pay?a=b"],
  ["12:30:05", "12:30:05"],
  ["10.0.0.1:8080", "10.0.0.1:8080"],
  ["std::io::Error", "std::io::Error"],
  ["Error: refused", "(and Error: refused)"],
  ["user@example.com", "user@example.com"],
  ["f(x) g", "(and f(x) g)"],
  ["don't", "don't"],
  ["größe:5 ärger:1", "(and [größe 5] [ärger 1])"],
  ["naïve 東京", "(and naïve 東京)"],
  ["url:http://shop:80/x", "[url http://shop:80/x]"],
  ["| count", "| count() by"],
  ["a | count by service, level every 1m", "a | count() by service,level every 1m"],
  ["a | count every 1m by service", "a | count() by service every 1m"],
  [
    "| count() as n, avg(duration_ms), p95(http.x) as slow by @route",
    "| count() as n, avg(duration_ms), p95(http.x) as slow by route",
  ],
  ["| quantile(0.9, x)", "| quantile(0.9,x) by"],
  ["| stats sum(bytes) by host", "| sum(bytes) by host"],
  ["| mean(x), median(x), count_distinct(user.id)", "| avg(x), p50(x), count_unique(user.id) by"],
  ["| top 10 user.id", "| top 10 user.id"],
  ["| top 5 by a, b every 1h", "| top 5 a,b every 1h"],
  ["| rate by service", "| rate() by service"],
  ["| patterns", "| patterns"],
  ["a | patterns 20", "a | patterns 20"],
  ['| fields a, b.c, "d e"', "| fields a,b.c,d e"],
  ["| sort count desc, service | limit 3", "| sort count desc,service | limit 3"],
  ["| sort -count", "| sort count desc"],
  ["| sort by avg(x) asc", "| sort avg(x) asc"],
  ["a | where level>=warn b | limit 5", "a | where (and [level >= warn] b) | limit 5"],
  ["| head 5", "| limit 5"],
])("reads %s", (text, expected) => {
  expect(show(text)).toBe(expected);
});

it.each([
  ['"open', 0, /quote is not closed/],
  ["a 'open", 2, /single quote is not closed/],
  ["a (b or c", 2, /\( is not closed/],
  ["a b)", 3, /cannot read the query from "\)" on/],
  ["a or", 4, /missing before the end/],
  ["a and and b", 6, /missing before "and"/],
  ["or b", 0, /missing before "or"/],
  ["not", 3, /missing before the end/],
  ["service:", 8, /no value for service/],
  ["level>=", 7, /no value for level/],
  ["key:(a or b", 4, /\( is not closed/],
  ["key:[1 TO 2", 4, /\[ is not closed/],
  ["key:[1 TO ]", 10, /an end is missing/],
  ["a |", 3, /a pipe is missing/],
  ["a | cuont by x", 4, /cannot find the pipe "cuont"/],
  ["a | count, foo(x)", 11, /cannot find the pipe "foo"/],
  ["a | count by", 12, /a field is missing/],
  ["a | count by x, avg(y)", 19, /cannot read the query from|cannot read/],
  ["a | avg(x", 7, /\( is not closed/],
  ["a | count every", 15, /behind every/],
  ["a | top user", 8, /cannot read "user" behind top/],
  ["a | top 0 user", 8, /cannot read "0" behind top/],
  ["a | limit -1", 10, /cannot read "-1" behind limit/],
  ["a | fields", 10, /a field is missing/],
  ["a | count as", 12, /a name behind as/],
  ['{app="x"} |= "error"', 10, /line filter/],
  [`${"(".repeat(60)}a`, 51, /nested so deeply/],
])("says what is wrong with %s, and where", (text, position, message) => {
  let error: unknown;
  try {
    parseLogQuery(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(QueryError);
  expect((error as QueryError).message).toMatch(message);
  expect((error as QueryError).position).toBe(position);
});

it("gives every error of a mistyped name the nearest one", () => {
  expect(() => parseLogQuery("| cuont")).toThrow(expect.objectContaining({ hint: 'did you mean "count"?' }));
  expect(() => parseLogQuery("| fileds a")).toThrow(expect.objectContaining({ hint: 'did you mean "fields"?' }));
});

it("reads any text or says where it cannot, in time that grows with the text", () => {
  const pieces = [
    "a",
    ":",
    "(",
    ")",
    '"',
    "'",
    "`",
    "/",
    "|",
    "-",
    " ",
    "or",
    "and",
    "not",
    "key",
    ">=",
    "[",
    "]",
    "TO",
    "..",
    "*",
    "\\",
    "é",
    "\ud800",
    ",",
    "count",
    "by",
  ];
  let seed = 7;
  const next = (n: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % n;
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: next(15) + 1 }, () => pieces[next(pieces.length)]).join("");
    try {
      parseLogQuery(text);
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError);
      expect((error as QueryError).position).toBeLessThanOrEqual(text.length);
    }
  }
  for (const one of ["(", "-", '"', "a ", "key:(", "/a", "a..", "|"]) {
    const started = performance.now();
    try {
      parseLogQuery(one.repeat(20_000 / one.length));
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  }
});
