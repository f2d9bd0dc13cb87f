import { describe, expect, it } from "vitest";
import { fingerprintOf } from "./labels.ts";
import { formatMatchers, matchesAll } from "./matcher.ts";
import { parseMatcher, parseMatchers } from "./parse-matchers.ts";

describe("matchers are read in both syntaxes", () => {
  it.each([
    ['foo="bar"', ['foo="bar"']],
    ["foo=bar", ['foo="bar"']],
    ['{foo = "bar", dings != "bums", }', ['foo="bar"', 'dings!="bums"']],
    ["foo=bar,dings!=bums", ['foo="bar"', 'dings!="bums"']],
    ['statuscode=~"5.."', ['statuscode=~"5.."']],
    ["service=~foo1|foo2", ['service=~"foo1|foo2"']],
    ['a !~ "x,y"', ['a!~"x,y"']],
    // Only the UTF-8 syntax has names in quotes and names that are no classic ones.
    ['"a b"="c"', ['"a b"="c"']],
    ["Σ.b=c", ['Σ.b="c"']],
    ['a="\\u0042"', ['a="\\\\u0042"']],
    // Only the classic one takes spaces, lone backslashes and empty values without quotes.
    ["foo=a b", ['foo="a b"']],
    ['foo=~"a\\.b"', ['foo=~"a\\\\.b"']],
    ["foo=", ['foo=""']],
    ['q="She said: \\"Hi, ladies!\\""', ['q="She said: \\"Hi, ladies!\\""']],
    ["", []],
    ["{}", []],
  ])("%s", (text, expected) => {
    expect(parseMatchers(text).map(String)).toEqual(expected);
  });

  it.each([
    ["foo", "expected one of = != =~ !~ after foo"],
    ['foo="bar', "has no end"],
    ['="bar"', "expected the name of a label"],
    ['"a b"="c', "has no end"],
    ['foo=~"("', "missing closing )"],
  ])("%s is refused", (text, message) => {
    expect(() => parseMatchers(text)).toThrow(message);
  });

  it("one matcher is one", () => {
    expect(String(parseMatcher("a=b"))).toBe('a="b"');
    expect(() => parseMatcher("a=b,c=d")).toThrow("it holds 2");
    expect(() => parseMatcher("{a=b}")).toThrow("without braces");
  });
});

describe("labels match", () => {
  it.each([
    ["a=b", { a: "b" }, true],
    ["a=b", { a: "bb" }, false],
    ["a!=b", {}, true],
    ["a=", {}, true],
    ["a!=", {}, false],
    ["a=~b|c", { a: "c" }, true],
    ["a=~b", { a: "bb" }, false],
    ["a=~.*", {}, true],
    ["a!~b.*", { a: "bc" }, false],
    ["a=b,c=d", { a: "b" }, false],
    ["constructor=", {}, true],
    ["toString!=", {}, false],
  ])("%s on %o: %s", (text, labels, expected) => {
    expect(matchesAll(parseMatchers(text), labels as Record<string, string>)).toBe(expected);
  });

  it("they have one order", () => {
    expect(formatMatchers(parseMatchers("b=1,a=~2"))).toBe('{a=~"2",b="1"}');
  });
});

describe("fingerprints", () => {
  it.each([
    [{}, "cbf29ce484222325"],
    // FNV-1a of name, 0xff, value, 0xff.
    [{ __name__: "test_metric" }, fingerprintByBigInt({ __name__: "test_metric" })],
    [{ b: "2", a: "ü" }, fingerprintByBigInt({ a: "ü", b: "2" })],
  ])("of %o", (labels, expected) => {
    expect(fingerprintOf(labels as Record<string, string>)).toBe(expected);
  });

  it("do not mix names with values", () => {
    expect(fingerprintOf({ ab: "c" })).not.toBe(fingerprintOf({ a: "bc" }));
  });
});

/** FNV-1a as its definition says, in 64-bit arithmetic. */
function fingerprintByBigInt(labels: Record<string, string>): string {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const text of Object.keys(labels)
    .sort()
    .flatMap((name) => [name, labels[name]])) {
    for (const byte of new TextEncoder().encode(text)) add(byte);
    add(0xff);
  }
  return hash.toString(16).padStart(16, "0");
}
