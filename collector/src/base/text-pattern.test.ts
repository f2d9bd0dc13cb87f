import { describe, expect, it } from "vitest";
import { PatternError } from "./re2.ts";
import { compileFind, compilePattern } from "./text-pattern.ts";
import { runWithin } from "./work-scope.ts";

describe("a text pattern", () => {
  it("matches as RE2 does, anywhere or the whole text", () => {
    const check = (pattern: string, text: string, expected: boolean, options = {}) =>
      expect(compilePattern(pattern, options).test(text), `${pattern} in ${text}`).toBe(expected);
    check("o.b", "foo bar", true);
    check("o.b", "fo\nb", false);
    check("(?s)o.b", "fo\nb", true);
    check("foo", "a foo", true);
    check("foo", "a foo", false, { whole: true });
    check("a|ab", "ab", true, { whole: true });
    check("FOO", "a foo", false);
    check("FOO", "a foo", true, { ignoreCase: true });
    check("^foo$", "bar\nfoo", false);
    check("(?m)^foo$", "bar\nfoo", true);
  });

  it("comes to the same answers on long texts and with repetitions within repetitions", () => {
    const long = "x".repeat(100_000);
    expect(compilePattern("a+b$", {}).test(`${long}aab`)).toBe(true);
    expect(compilePattern("^a+b", {}).test(`${long}aab`)).toBe(false);
    expect(compilePattern("X+y", { ignoreCase: true }).test(`${long}Y`)).toBe(true);
    expect(compilePattern("(x+)+y", { whole: true }).test(`${long}y`)).toBe(true);
  });

  it("takes no time to speak of on texts made against it", () => {
    const started = process.cpuUsage();
    expect(compilePattern("(x+x+)+y", {}).test("x".repeat(5000))).toBe(false);
    expect(compilePattern("x*x*x*x*x*y", {}).test("x".repeat(5000))).toBe(false);
    expect(compilePattern("\\d+z", {}).test("7".repeat(300_000))).toBe(false);
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  });

  it("stops between texts when the work has to", () => {
    const pattern = compilePattern("x.*y.*z");
    const check = () => {
      throw new Error("the time is over");
    };
    const many = () => {
      for (let i = 0; i < 1_000_000; i++) pattern.test("x".repeat(500));
    };
    expect(() => runWithin({ check }, many)).toThrow("the time is over");
  });

  it("finds a match and its groups in texts of any length", () => {
    const find = compileFind("(?P<key>\\w+)=.*x.*y");
    expect(find("a b=1x2y")?.named).toEqual({ key: "b" });
    const long = "-".repeat(50_000);
    expect(find(`${long} b=1x2y ${long}`)).toMatchObject({ start: 50_001, end: 50_007, named: { key: "b" } });
    expect(find(`b=${"x".repeat(50_000)}`)).toBeUndefined();
    expect(compileFind("(?P<all>(x+)+)y")(`${"x".repeat(5000)}y`)?.named.all).toHaveLength(5000);
  });

  it("refuses what RE2 refuses, and says where", () => {
    expect(() => compilePattern("a(?=b)", {})).toThrow(PatternError);
    expect(() => compilePattern("a(b", {})).toThrow(PatternError);
  });
});
