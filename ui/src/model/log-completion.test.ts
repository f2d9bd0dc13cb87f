import { expect, test } from "vitest";
import { logEditAt, suggestLog, type LogKnown } from "./log-completion.ts";
import { applySuggestion } from "./suggestions.ts";

const KNOWN: LogKnown = {
  fields: [
    { name: "user.id", count: 12 },
    { name: "http.route", count: 7 },
  ],
  values: [
    { text: "checkout", count: 3 },
    { text: "card service", count: 1 },
  ],
};

/** The cursor stands at "^". */
function complete(marked: string): { kind: string; of: string; labels: string[]; first: string } {
  const cursor = marked.indexOf("^");
  const text = marked.replace("^", "");
  const edit = logEditAt(text, cursor);
  const suggestions = suggestLog(edit, KNOWN);
  const applied = suggestions[0] && applySuggestion(text, edit, suggestions[0]);
  return {
    kind: edit.kind,
    of: edit.of,
    labels: suggestions.map(({ label }) => label),
    first: applied ? `${applied.text.slice(0, applied.cursor)}^${applied.text.slice(applied.cursor)}` : "",
  };
}

test.each([
  ["us^", "term", "", "user.id:^"],
  ["error rou^", "term", "", "error http.route:^"],
  ["service:^", "value", "service", "service:checkout ^"],
  ["service:che^ck x", "value", "service", "service:checkout ^x"],
  ["level>=wa^", "value", "level", "level>=warn ^"],
  ['service:"card ^', "value", "service", 'service:"card service" ^'],
  ["error | co^", "pipe", "", "error | count by ^"],
  ["error | count by ht^", "argument", "count", "error | count by http.route^"],
  ["| count every 5^", "argument", "every", "| count every 5m^"],
  ["| top 10 ^", "argument", "top", "| top 10 user.id^"],
])("%s", (marked, kind, of, first) => {
  expect(complete(marked)).toMatchObject({ kind, of, first });
});

test("within a phrase and behind an expression nothing is suggested", () => {
  expect(complete('"card decl^').labels).toEqual([]);
  expect(complete("/conn.*reset/^").labels).toEqual([]);
});

test("an empty field suggests how to begin", () => {
  expect(complete("^").labels.slice(0, 3)).toEqual(["service:", "level:", "level>=warn"]);
});
