import { describe, expect, it } from "vitest";
import { fitParts, limitBytes, limitEscaped, limitJson, limitRunes, limitUnits } from "./limit-text.ts";
import { escapeMrkdwn, limitHtml } from "./markup.ts";

describe("texts are cut between characters", () => {
  it.each([
    [limitRunes("abc", 3), "abc"],
    [limitRunes("abcd", 3), "ab…"],
    [limitRunes("😀😀😀", 3), "😀😀😀"],
    [limitRunes("😀😀😀😀", 3), "😀😀…"],
    [limitRunes("ab", 0), ""],
    [limitUnits("😀😀", 4), "😀😀"],
    [limitUnits("😀😀", 3), "😀…"],
    [limitUnits("a😀😀", 3), "a…"],
    [limitBytes("üü", 4), "üü"],
    [limitBytes("üüü", 5), "ü…"],
    [limitBytes("üüü", 2), ""],
    [limitEscaped("<<", 8, escapeMrkdwn), "&lt;&lt;"],
    [limitEscaped("<<<", 8, escapeMrkdwn), "&lt;…"],
    [limitJson('""""', 6), '"…'],
    [limitHtml("<b>abcdef</b>", 12), "<b>abcd…</b>"],
    [limitHtml("a&amp;b", 5), "a…"],
  ])("%s", (text, expected) => {
    expect(text).toBe(expected);
  });

  it("or between parts", () => {
    expect(fitParts(["aa", "bb"], 5, "\n")).toBe("aa\nbb");
    expect(fitParts(["aa", "bb", "cc", "dddddddddddddddd"], 20, "\n")).toBe("aa\nbb\n… and 2 more");
    expect(fitParts(["a".repeat(50), "b"], 20, "\n")).toBe("… and 2 more");
  });
});
