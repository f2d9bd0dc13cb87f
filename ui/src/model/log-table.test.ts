import { expect, test } from "vitest";
import type { WireLogTable } from "goldspan/contract";
import { formatCell, formatOrder, nameRow, orderRows, parseOrder, tableCsv, tableLines } from "./log-table.ts";

const TABLE: WireLogTable = {
  progress: 1,
  columns: [
    { name: "service", kind: "text" },
    { name: "count", kind: "number" },
    { name: "p95(duration)", kind: "number", unit: "ms" },
  ],
  rows: [
    ["cart", 7, 12.5],
    ["orders", 5, null],
    ["v10", 5, 3],
    ["v9", 1, 1500],
  ],
  series: {
    startMillis: 1000,
    stepMillis: 60_000,
    values: [
      [
        [3, 4],
        [1, null],
      ],
      [
        [5, null],
        [null, null],
      ],
      [
        [1, 4],
        [2, 2],
      ],
      [
        [1, 0],
        [3, 3],
      ],
    ],
  },
  matched: 18,
  otherGroups: 0,
};

test("rows are in the order of the answer, or of a column; absent values last", () => {
  expect(orderRows(TABLE, undefined)).toEqual([0, 1, 2, 3]);
  expect(orderRows(TABLE, { column: 2, descending: true })).toEqual([3, 0, 2, 1]);
  expect(orderRows(TABLE, { column: 2, descending: false })).toEqual([2, 0, 3, 1]);
  expect(orderRows(TABLE, { column: 0, descending: false })).toEqual([0, 1, 3, 2]);
});

test("an order is written and read; what is none is none", () => {
  expect(parseOrder("-2", 3)).toEqual({ column: 2, descending: true });
  expect(formatOrder({ column: 2, descending: true })).toBe("-2");
  expect(["3", "x", null].map((text) => parseOrder(text, 3))).toEqual([undefined, undefined, undefined]);
});

test("numbers have their unit, absent ones a dash", () => {
  const [, count, p95] = TABLE.columns;
  expect([formatCell(7, count), formatCell(1_234_567, count), formatCell(1500, p95), formatCell(null, p95)]).toEqual([
    "7",
    "1.23\u202fM",
    "1.5\u202fs",
    "–",
  ]);
});

test("the first rows become lines, the others are counted", () => {
  const lines = tableLines(TABLE, 1, 3);
  expect(lines?.times).toEqual([1000, 61_000]);
  expect(lines?.series.map(({ label, values }) => [label, values])).toEqual([
    ["cart", [1, null]],
    ["orders", [null, null]],
    ["v10", [2, 2]],
  ]);
  expect(lines?.hidden).toBe(1);
  expect(tableLines({ ...TABLE, series: undefined }, 0, 3)).toBeUndefined();
});

test("a table without groups is about all", () => {
  expect(nameRow({ ...TABLE, columns: [{ name: "count", kind: "number" }], rows: [[3]] }, 0)).toBe("all");
});

test("CSV quotes what must be, and is no formula", () => {
  const table = {
    ...TABLE,
    columns: TABLE.columns.slice(0, 2),
    rows: [
      ['a,"b"', 1],
      ["=1+1", null],
    ] as WireLogTable["rows"],
  };
  expect(tableCsv(table, [1, 0])).toBe('service,count\r\n\'=1+1,\r\n"a,""b""",1\r\n');
});
