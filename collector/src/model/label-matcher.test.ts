import { expect, test } from "vitest";
import { compileMatcher, type LabelMatcherText } from "./label-matcher.ts";

function check(text: string, meets: readonly string[], misses: readonly string[]): void {
  const [, operator, value] = /^(=~|!~|!=|=)([\s\S]*)$/.exec(text) ?? [];
  const { test } = compileMatcher({ name: "x", operator: operator as LabelMatcherText["operator"], value });
  for (const one of meets) expect(test(one), `${text} takes ${JSON.stringify(one)}`).toBe(true);
  for (const one of misses) expect(test(one), `${text} leaves ${JSON.stringify(one)}`).toBe(false);
}

test("equality compares, an absent label is empty", () => {
  check("=a.c", ["a.c"], ["abc", ""]);
  check("!=a", ["b", ""], ["a"]);
  check("=", [""], ["a"]);
});

test("expressions hold for the whole value and their dot matches a newline", () => {
  check("=~a.c", ["abc", "a\nc"], ["abcd", "xabc", "ac"]);
  check("!~a.c", ["abcd", ""], ["abc"]);
  check("=~.*", ["", "a\nb"], []);
  check("=~.+", ["a\nb"], [""]);
  check("=~a|b|", ["a", "b", ""], ["ab", "c"]);
  check("=~(?:GET|POST)", ["GET", "POST"], ["GETPOST"]);
  check("=~/api.*", ["/api", "/api/x\n"], ["/ap"]);
  check("=~/api.+", ["/api/"], ["/api"]);
  check("=~ab?", ["a", "ab"], ["b"]);
  check("=~abc|d.*", ["abc", "d", "dx"], ["abcx"]);
  check("=~(?i)get", ["GET"], ["GETS"]);
});

test("what can be looked up is told apart", () => {
  const told = (operator: LabelMatcherText["operator"], value: string) => {
    const { literals, prefix, matchesEmpty } = compileMatcher({ name: "x", operator, value });
    return { literals, prefix, matchesEmpty };
  };
  expect(told("=", "a")).toEqual({ literals: ["a"], prefix: undefined, matchesEmpty: false });
  expect(told("=~", "a|b|a")).toEqual({ literals: ["a", "b"], prefix: undefined, matchesEmpty: false });
  expect(told("=~", "(a|)")).toEqual({ literals: ["a", ""], prefix: undefined, matchesEmpty: true });
  expect(told("=~", "api-.*")).toEqual({ literals: undefined, prefix: "api-", matchesEmpty: false });
  expect(told("=~", "api-[0-9]+")).toEqual({ literals: undefined, prefix: "api-", matchesEmpty: false });
  expect(told("=~", "api-?x")).toEqual({ literals: undefined, prefix: undefined, matchesEmpty: false });
  expect(told("!~", "a|b")).toEqual({ literals: undefined, prefix: undefined, matchesEmpty: true });
});

test("a bad expression says where it goes wrong", () => {
  expect(() => compileMatcher({ name: "x", operator: "=~", value: "ab(?=c)" })).toThrow(
    expect.objectContaining({ name: "PatternError", position: 2 }),
  );
});

test("an expression that would take JavaScript's engine for ever takes no time", () => {
  const { test } = compileMatcher({ name: "x", operator: "=~", value: "(?:(a+)+|b)*c" });
  expect(test(`${"a".repeat(5000)}!`)).toBe(false);
  expect(test(`${"a".repeat(5000)}bc`)).toBe(true);
});
