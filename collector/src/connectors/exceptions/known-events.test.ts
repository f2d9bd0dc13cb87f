import { expect, test } from "vitest";
import { ProtoWriter } from "../../base/protobuf.ts";
import { KnownEvents } from "./known-events.ts";

const BEFORE = "what stands before it";

/** An Event message: time, then a name; where it lies in its bytes. */
function event(time: number, name: string, timeFirst = true) {
  const start = new ProtoWriter(64).stringField(15, BEFORE).finish().length;
  const write = new ProtoWriter(64).stringField(15, BEFORE);
  if (timeFirst) write.fixed64Field(1, time, 7);
  write.stringField(2, name);
  if (!timeFirst) write.fixed64Field(1, time, 7);
  const bytes = write.finish();
  return { bytes, start, end: bytes.length, time: { timeLow: time, timeHigh: 7 } };
}

function create() {
  const known = new KnownEvents<object, string>();
  return {
    known,
    find: (of: object, { bytes, start, end }: ReturnType<typeof event>) => known.find(of, bytes, start, end),
    remember: (of: object, { bytes, start, end, time }: ReturnType<typeof event>, what: string) =>
      known.remember(of, bytes, start, end, time, what),
  };
}

const [CART, PAY] = [{}, {}];

test("knows an event again by everything but its time, resource by resource", () => {
  const { known, find, remember } = create();
  expect(find(CART, event(1, "exception"))).toBeUndefined();
  remember(CART, event(1, "exception"), "cart's");
  expect(find(CART, event(2, "exception"))).toBe("cart's");
  expect([known.timeLow, known.timeHigh]).toEqual([2, 7]);
  expect(find(PAY, event(2, "exception"))).toBeUndefined();
  expect(find(CART, event(2, "exceptioN"))).toBeUndefined();
  remember(PAY, event(3, "exception"), "pay's");
  expect([find(CART, event(4, "exception")), find(PAY, event(4, "exception"))]).toEqual(["cart's", "pay's"]);
});

test("leaves events alone that do not begin with their time, or have another one than was decoded", () => {
  const { find, remember } = create();
  remember(CART, event(1, "exception", false), "late");
  expect(find(CART, event(1, "exception", false))).toBeUndefined();
  remember(CART, { ...event(1, "exception"), time: { timeLow: 9, timeHigh: 9 } }, "twice");
  expect(find(CART, event(1, "exception"))).toBeUndefined();
});

test("begins anew rather than keep more than four megabytes, and when it is told to", () => {
  const { known, find, remember } = create();
  remember(CART, event(1, "first"), "first");
  for (let i = 0; i < 200; i++) remember(CART, event(1, `${i} ${"x".repeat(30_000)}`), String(i));
  expect(find(CART, event(1, "first"))).toBeUndefined();
  const last = event(1, `199 ${"x".repeat(30_000)}`);
  expect(find(CART, last)).toBe("199");
  known.clear();
  expect(find(CART, last)).toBeUndefined();
});
