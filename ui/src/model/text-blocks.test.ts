import { expect, test } from "vitest";
import { parseText, type TextBlock, type TextPiece } from "./text-blocks.ts";

function words(pieces: readonly TextPiece[]): string {
  return pieces.map(({ kind, text }) => (kind === "plain" ? text : `<${kind} ${text}>`)).join("");
}

function dump(block: TextBlock): string {
  if (block.kind === "list") return `list ${block.items.map(words).join(" | ")}`;
  return block.kind === "code" ? `code ${block.text}` : `${block.kind} ${words(block.pieces)}`;
}

test("headings, paragraphs, lists and code are told apart", () => {
  const text = "# Title\nfirst\nsecond\n\n- a `b`\n- **c** and *d*\n```\nx = 1\n```\nlast";
  expect(parseText(text).map(dump)).toEqual([
    "heading Title",
    "paragraph first second",
    "list a <code b> | <strong c> and <emphasis d>",
    "code x = 1",
    "paragraph last",
  ]);
});

test("markup is text, and what isn't closed stays as it is", () => {
  expect(parseText("<b>x</b> 2 * 3 * 4 `open").map(dump)).toEqual(["paragraph <b>x</b> 2 * 3 * 4 `open"]);
  expect(parseText("```\nno end").map(dump)).toEqual(["code no end"]);
  expect(parseText("")).toEqual([]);
});
