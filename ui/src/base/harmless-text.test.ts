import { expect, test } from "vitest";
import { lineHarmless, linesHarmless, showHarmless } from "./harmless-text.ts";

test.each([
  ["plain <b>text</b>\tand\nlines", "plain <b>text</b>\tand\nlines"],
  ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
  ["bell\u0007 null\u0000 del\u007f c1\u0085", "bell␇ null␀ del␡ c1⟨U+0085⟩"],
  ["user\u202Etxt.exe", "user⟨U+202E⟩txt.exe"],
  ["half \ud800 and 😀", "half ⟨U+D800⟩ and 😀"],
  ["a\r\nb\rc", "a\nb␍c"],
])("%j is shown as %j", (text, expected) => {
  expect(showHarmless(text)).toBe(expected);
});

test("a line of a list has no breaks, no colours and an end", () => {
  expect(lineHarmless("\u001b[1;31mERR\u001b[m a\n  b\u001b]8;;http://x\u0007link", 100)).toBe("ERR a blink");
  expect(lineHarmless("x".repeat(50), 10)).toBe(`${"x".repeat(10)}…`);
  expect(linesHarmless("a\u001b[2J\nb", 100)).toBe("a\nb");
});

test("a megabyte of controls costs no second", () => {
  const before = performance.now();
  showHarmless("\u001b[".repeat(500_000));
  expect(performance.now() - before).toBeLessThan(1000);
});
