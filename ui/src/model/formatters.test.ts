import { expect, test } from "vitest";
import { decodeJsonText, formatAnyValue, toPlainJson } from "./any-value.ts";
import { filterGroups, groupAttributes } from "./attribute-groups.ts";
import { severityLevel } from "./severity.ts";
import { toKeyValues } from "../../test/kit/otlp-values.ts";
import { formatLogFields } from "./log-fields.ts";
import { formatSql } from "./sql-format.ts";
import { parseStackTrace } from "./stack-trace.ts";

test("a log line's fields are one text: without what only its code knows, long values shortened in the middle", () => {
  const pairs = toKeyValues({
    orderId: "fa86579b-1f96-4793-b309-22d6a5ab5215",
    lines: 3,
    "code.lineno": 7,
    note: "two\nlines",
  });
  expect(formatLogFields(pairs)).toBe("orderId=fa86579b-1f96…22d6a5ab5215  lines=3  note=two lines");
});

test("SQL breaks at its clauses, and not inside brackets or quotes", () => {
  const lines = formatSql(
    "SELECT a, (SELECT max(b) FROM t WHERE x = 1) FROM orders o LEFT JOIN users u ON u.id = o.user_id WHERE o.note = 'from where' AND o.id IN ($1, $2) ORDER BY a LIMIT 5",
  );
  expect(`\n${lines.map((line) => "  ".repeat(line.indent) + line.text).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    SELECT a, (SELECT max(b) FROM t WHERE x = 1)
    FROM orders o
    LEFT JOIN users u ON u.id = o.user_id
    WHERE o.note = 'from where'
      AND o.id IN ($1, $2)
    ORDER BY a
    LIMIT 5
    "
  `);
  const upsert = formatSql("INSERT INTO t (id, n) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET n = excluded.n", 0);
  expect(upsert.map((line) => line.text)).toEqual([
    "INSERT INTO t (id, n)",
    "VALUES (?, ?)",
    "ON CONFLICT (id)",
    "DO UPDATE SET n = excluded.n",
  ]);
  expect(formatSql("SELECT 1")).toEqual([{ indent: 0, text: "SELECT 1" }]);
});

test("stack traces tell one's own frames from libraries' and causes", () => {
  const kinds = (text: string): string[] => parseStackTrace(text).map((line) => line.kind);
  expect(
    kinds(`Error: no
    at pay (/app/src/pay.ts:3:1)
    at Layer.handle (/app/node_modules/hono/dist/base.js:9:2)
    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)`),
  ).toEqual(["message", "frame", "library", "library"]);
  expect(
    kinds(`com.shop.X: no
\tat com.shop.Pay.run(Pay.java:3)
\tat org.springframework.web.Servlet.run(Servlet.java:1)
Caused by: java.io.IOException: gone
\t... 14 more`),
  ).toEqual(["message", "frame", "library", "cause", "library"]);
  expect(
    kinds(`Traceback (most recent call last):
  File "/app/pay.py", line 3, in run
    charge()
  File "/usr/lib/python3.13/site-packages/requests/api.py", line 59, in request
ValueError: no`),
  ).toEqual(["cause", "frame", "frame", "library", "message"]);
});

test("attributes are grouped by meaning, errors first, and filtered by key or value", () => {
  const pair = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const groups = groupAttributes([
    pair("http.route", "/pay"),
    pair("shop.tier", "gold"),
    pair("error.type", "502"),
    pair("db.query.text", "SELECT 1"),
    pair("http.request.method", "POST"),
    pair("payload", '{"a":[1]}'),
  ]);
  const text = groups.map(
    (group) => `${group.title}: ${group.attributes.map(({ key, form }) => `${key} (${form})`).join(", ")}`,
  );
  expect(text).toEqual([
    "Error: error.type (line)",
    "Other: payload (json), shop.tier (line)",
    "HTTP: http.request.method (line), http.route (line)",
    "Database: db.query.text (sql)",
  ]);
  expect(filterGroups(groups, "GOLD").map((group) => group.title)).toEqual(["Other"]);
});

test("values become text without losing digits", () => {
  expect(formatAnyValue({ intValue: "9223372036854775807" })).toBe("9223372036854775807");
  expect(toPlainJson({ intValue: "9223372036854775807" })).toBe("9223372036854775807");
  expect(formatAnyValue({ arrayValue: { values: [{ boolValue: true }, { doubleValue: "NaN" }] } })).toBe(
    '[true,"NaN"]',
  );
  expect([formatAnyValue(undefined), formatAnyValue({})]).toEqual(["", ""]);
  expect([decodeJsonText('{"a":1}'), decodeJsonText("{broken"), decodeJsonText("12")]).toEqual([
    { a: 1 },
    undefined,
    undefined,
  ]);
});

test("severity numbers have letters", () => {
  expect([0, 1, 8, 9, 13, 17, 24].map((number) => severityLevel(number).letter).join("")).toBe("·TDIWEF");
});
