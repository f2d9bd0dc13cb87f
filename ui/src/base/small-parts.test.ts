import { expect, test } from "vitest";
import { fuzzyScore } from "./fuzzy.ts";
import { panInterval, zoomInterval } from "./interval.ts";
import { ChordReader, nameKey } from "./key-chord.ts";
import { nanosBetween, parseNanos } from "./nanos.ts";
import { changeParams, formatHref } from "./params.ts";
import { derive, Signal } from "./signal.ts";
import { clockTicks, linearTicks, logTicks } from "./ticks.ts";

test("differences of nanoseconds are exact", () => {
  const at = (text: string) => parseNanos(text);
  expect(nanosBetween(at("1700000000000000001"), at("1700000001000000003"))).toBe(1_000_000_002);
  expect(nanosBetween(at("18446744073709551615"), at("18446744073709551614"))).toBe(-1);
  expect(parseNanos("no number")).toEqual({ seconds: 0, nanos: 0 });
  expect(parseNanos(undefined)).toEqual({ seconds: 0, nanos: 0 });
});

test("ticks are round and inside the range", () => {
  expect(linearTicks(0, 569, 6)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(linearTicks(130, 350, 4)).toEqual([200, 300]);
  expect(logTicks(7, 1500)).toEqual([10, 30, 100, 300, 1000]);
  const from = new Date(2026, 10, 23, 7, 52, 10).getTime();
  expect(clockTicks(from, from + 30 * 60_000, 4).map((tick) => tick.label)).toEqual(["08:00", "08:10", "08:20"]);
});

test("zooming keeps the anchor in place and stays within bounds", () => {
  const bounds = { from: 0, to: 1000 };
  expect(zoomInterval(bounds, bounds, 0.5, 250, 10)).toEqual({ from: 125, to: 625 });
  expect(zoomInterval({ from: 0, to: 100 }, bounds, 4, 0, 10)).toEqual({ from: 0, to: 400 });
  expect(zoomInterval({ from: 100, to: 105 }, bounds, 0.1, 100, 10)).toEqual({ from: 100, to: 110 });
  expect(panInterval({ from: 900, to: 1000 }, bounds, 50)).toEqual({ from: 900, to: 1000 });
});

test("keys have names, and chords are told from single keys", () => {
  expect(nameKey({ key: "k", metaKey: true })).toBe("mod+k");
  expect(nameKey({ key: "N", shiftKey: true })).toBe("N");
  expect(nameKey({ key: "Enter", shiftKey: true })).toBe("shift+enter");
  const known = ["g s", "s", "j"];
  const reader = new ChordReader();
  expect(reader.read({ key: "g" }, known, 0)).toBeUndefined();
  expect(reader.read({ key: "s" }, known, 100)).toBe("g s");
  expect(reader.read({ key: "s" }, known, 200)).toBe("s");
  reader.read({ key: "g" }, known, 300);
  expect(reader.read({ key: "s" }, known, 5000)).toBe("s");
  reader.read({ key: "g" }, known, 6000);
  expect(reader.read({ key: "j" }, known, 6100)).toBe("j");
});

test("fuzzy matching prefers whole words, and rejects letters out of order", () => {
  const rank = (query: string, ...names: string[]) =>
    names
      .filter((name) => fuzzyScore(query, name) !== undefined)
      .sort((a, b) => (fuzzyScore(query, b) ?? 0) - (fuzzyScore(query, a) ?? 0));
  expect(rank("pay", "repay", "payments", "yap")).toEqual(["payments", "repay"]);
  expect(rank("pch", "POST /charge", "checkout")).toEqual(["POST /charge"]);
});

test("parameters change without touching the others, and read well", () => {
  const params = changeParams(new URLSearchParams("last=1h&q=a"), {
    q: "http.route:/pay",
    live: true,
    last: undefined,
  });
  expect(formatHref("/traces", params)).toBe("/traces?q=http.route:/pay&live=1");
  expect(formatHref("/traces", new URLSearchParams())).toBe("/traces");
});

test("a signal tells on change only, a derived one when its value differs", () => {
  const source = new Signal(1);
  const even = derive(source, (value) => value % 2 === 0);
  const told: boolean[] = [];
  const stop = even.subscribe((value) => told.push(value));
  for (const value of [1, 3, 4, 6, 7]) source.value = value;
  stop();
  source.value = 8;
  expect(told).toEqual([true, false]);
});
