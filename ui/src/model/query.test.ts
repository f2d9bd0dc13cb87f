import { expect, test } from "vitest";
import { editAt, suggest, type Known } from "./query-completion.ts";
import { formatTerm, hasWord, parseTerms, readTerm, splitWords, writeTerm, writeWord } from "./query-text.ts";
import { applySuggestion } from "./suggestions.ts";

test("terms have keys, operators and values, quoted or not", () => {
  const text = 'service:checkout error duration>500ms operation:"GET /a \\"b\\"" http.route:/pay';
  expect(parseTerms(text).map(({ key, operator, value }) => [key, operator, value])).toEqual([
    ["service", ":", "checkout"],
    ["", "", "error"],
    ["duration", ">", "500ms"],
    ["operation", ":", 'GET /a "b"'],
    ["http.route", ":", "/pay"],
  ]);
  expect(parseTerms('a:"open end').map((term) => term.value)).toEqual(["open end"]);
  expect(splitWords('service:"a b"  x')).toEqual(["service:a b", "x"]);
});

test("values are quoted only where they must be", () => {
  expect(formatTerm("http.route", ":", "/pay")).toBe("http.route:/pay");
  expect(formatTerm("operation", ":", "GET /pay")).toBe('operation:"GET /pay"');
  expect(formatTerm("server.address", ":", "[::1]:80")).toBe("server.address:[::1]:80");
  expect(formatTerm("note", ":", 'say "hi"')).toBe('note:"say \\"hi\\""');
  expect(formatTerm("empty", ":", "")).toBe('empty:""');
});

test("controls change their term and leave the rest as it was written", () => {
  const text = "service:cart  error duration>1s";
  expect(writeTerm(text, "service", [":"], "payments")).toBe("service:payments error duration>1s");
  expect(writeTerm(text, "service", [":"], undefined)).toBe("error duration>1s");
  expect(writeTerm(text, "duration", ["<"], "2s")).toBe("service:cart error duration>1s duration<2s");
  expect(writeWord(text, "error", false)).toBe("service:cart duration>1s");
  expect(writeWord("", "error", true)).toBe("error");
  expect(readTerm(text, "duration", ">")).toBe("1s");
  expect([hasWord(text, "error"), hasWord("error:no", "error")]).toEqual([true, false]);
});

const known: Known = {
  services: ["payments", "orders"],
  operations: ["POST /charge"],
  keys: [{ text: "http.route", count: 9 }],
  values: [{ text: "/pay", count: 3 }],
};

/** Suggestions for a text with the cursor at |, and the text after the first was taken. */
function complete(marked: string): [labels: string[], after: string] {
  const cursor = marked.indexOf("|");
  const text = marked.replace("|", "");
  const edit = editAt(text, cursor);
  const suggestions = suggest(edit, known);
  const { text: after, cursor: at } = suggestions[0] ? applySuggestion(text, edit, suggestions[0]) : { text, cursor };
  return [suggestions.map((suggestion) => suggestion.label), `${after.slice(0, at)}|${after.slice(at)}`];
}

test("completion follows what is being written", () => {
  expect(complete("ser|")).toEqual([["service:"], "service:|"]);
  expect(complete("service:pa|")).toEqual([["payments"], "service:payments |"]);
  expect(complete("service:| error")).toEqual([["payments", "orders"], "service:payments |error"]);
  expect(complete("operation:|")).toEqual([["POST /charge"], 'operation:"POST /charge" |']);
  expect(complete("http|")).toEqual([["http.route:"], "http.route:|"]);
  expect(complete("http.route:|")).toEqual([["/pay"], "http.route:/pay |"]);
  expect(complete("duration>5|")[0]).toContain("500ms");
});
