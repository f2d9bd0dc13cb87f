import { expect, test } from "vitest";
import { cutPieces } from "./code-pieces.ts";

function cut(marks: { start: number; end: number }[]): string {
  const pieces = [
    { text: "sum", kind: "function" },
    { text: "(foo)", kind: "" },
  ];
  return cutPieces(pieces, marks)
    .map(({ text, marked }) => (marked ? `[${text}]` : text))
    .join("|");
}

test("pieces are cut where marks begin and end, and nothing is lost", () => {
  expect(cut([])).toBe("sum|(foo)");
  expect(cut([{ start: 4, end: 7 }])).toBe("sum|(|[foo]|)");
  expect(cut([{ start: 2, end: 5 }])).toBe("su|[m]|[(f]|oo)");
  expect(cut([{ start: 1, end: 1 }])).toBe("s|[u]|m|(foo)");
  expect(cut([{ start: 90, end: 91 }])).toBe("sum|(foo)");
});
