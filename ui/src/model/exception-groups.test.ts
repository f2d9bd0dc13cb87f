/** Groups of exceptions: order, what is new, short names, queries. */
import type { WireExceptionGroup } from "goldspan/contract";
import { describe, expect, test } from "vitest";
import {
  exceptionLogQuery,
  isNewIn,
  parseExceptionColumn,
  sortExceptions,
  splitType,
  type ExceptionColumn,
} from "./exception-groups.ts";

const GROUP: WireExceptionGroup = {
  fingerprint: "f",
  type: "Timeout",
  message: "too late",
  service: "payments",
  culprit: "charge (gateway.ts:12)",
  count: 1,
  firstSeenUnixNano: "1000000000000000000",
  lastSeenUnixNano: "1000000000000000000",
  trend: [],
  versions: [],
};

describe("order", () => {
  const groups: WireExceptionGroup[] = [
    { ...GROUP, fingerprint: "often", count: 50, trend: [25, 25, 0, 0] },
    { ...GROUP, fingerprint: "new", count: 3, trend: [0, 0, 0, 3], firstSeenUnixNano: "1000000000000000900" },
    { ...GROUP, fingerprint: "last", count: 4, trend: [1, 1, 1, 1], lastSeenUnixNano: "1000000000000000999" },
  ];
  function check(column: ExceptionColumn, expected: string): void {
    test(`by ${column}`, () => {
      const sorted = sortExceptions(groups, column).map(({ fingerprint }) => fingerprint);
      expect(sorted.join(" ")).toBe(expected);
    });
  }
  check("count", "often last new");
  check("recent", "new last often");
  check("first", "new often last");
  check("last", "last often new");
});

test("an old one that comes back is not new, though it is the first in the range", () => {
  const start = 1_000_000_000_000;
  expect(isNewIn({ ...GROUP, firstEverUnixNano: "1000000000000000000" }, start)).toBe(true);
  expect(isNewIn({ ...GROUP, firstEverUnixNano: "999999999998000000" }, start)).toBe(false);
});

test("nothing is new where nobody knows what was before", () => {
  expect(isNewIn(GROUP, 0)).toBe(false);
});

test.each([
  ["com.shop.payments.ChargeDeclinedException", "ChargeDeclinedException", "com.shop.payments."],
  ["std::runtime_error", "runtime_error", "std::"],
  ["App\\Error\\NotFound", "NotFound", "App\\Error\\"],
  ["TypeError", "TypeError", ""],
  ["ends.", "ends.", ""],
  ["", "", ""],
])("%s is called %s", (type, name, from) => {
  expect(splitType(type)).toEqual({ name, from });
});

test("its log lines are found by type, or by level where there is no type", () => {
  expect(exceptionLogQuery(GROUP)).toBe("service:payments exception.type:Timeout");
  expect(exceptionLogQuery({ ...GROUP, type: "two words" })).toBe('service:payments exception.type:"two words"');
  expect(exceptionLogQuery({ ...GROUP, type: "" })).toBe("service:payments level>=error");
});

test("an address that names no column is by count", () => {
  expect(parseExceptionColumn("first")).toBe("first");
  expect(parseExceptionColumn(null)).toBe("count");
});
