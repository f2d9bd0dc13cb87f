/** Rule files in colour, and what is underlined in them. */
import { expect, test } from "vitest";
import { markAt, offsetOf, paintYaml } from "./yaml-tokens.ts";

const FILE = `groups: # ours
  - name: shop
    rules:
      - alert: Down
        expr: sum(up) > 3
        for: 5m
      - record: x
        expr: |
          sum by (job) (up)

      - { alert: A, logs: { query: 'level:(', above: 10 } }
`;

test("pieces cover the text, and tell keys, values, remarks and PromQL", () => {
  const pieces = paintYaml(FILE);
  expect(pieces.map(({ text }) => text).join("")).toBe(FILE);
  const kindOf = (part: string) => pieces.find(({ text }) => text.trim() === part)?.kind;
  const parts = ["groups", "# ours", "expr", "sum", "5m", "by", "'level:('", "10", "above"];
  expect(parts.map(kindOf)).toEqual([
    "key",
    "comment",
    "key",
    "function",
    "duration",
    "keyword",
    "string",
    "number",
    "key",
  ]);
});

test("half-written files have pieces too", () => {
  for (let end = 0; end <= FILE.length; end += 7) {
    const half = FILE.slice(0, end);
    expect(
      paintYaml(half)
        .map(({ text }) => text)
        .join(""),
    ).toBe(half);
  }
});

test("a problem underlines the value at its place", () => {
  const marked = (line: number, column: number) => {
    const { start, end } = markAt(FILE, line, column);
    return FILE.slice(start, end);
  };
  expect([marked(5, 15), marked(11, 36), marked(11, 54), marked(4, 9)]).toEqual([
    "sum(up) > 3",
    "'level:('",
    "10",
    "alert: Down",
  ]);
  expect(offsetOf(FILE, 99, 1)).toBe(FILE.length);
});
