import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FaultBoard } from "./fault-board.ts";
import { parseFaultRequest } from "./parse-fault-request.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const events: string[] = [];
  const board = new FaultBoard({
    effects: {
      memory_growth: ({ mostMebibytes }) => {
        events.push(`grow to ${mostMebibytes}`);
        return () => events.push("shrink");
      },
    },
    onChange: (fault, active) => events.push(`${fault} ${active ? "on" : "off"}`),
  });
  return { board, events };
}

test("a fault has its effect for its time and ends by itself", () => {
  const { board, events } = open();
  board.activate(parseFaultRequest({ fault: "memory_growth", durationSeconds: 10, mostMebibytes: 32 }));
  vi.advanceTimersByTime(9_999);
  expect(board.list()).toMatchObject([{ fault: "memory_growth", endsAtMillis: Date.now() + 1 }]);
  vi.advanceTimersByTime(1);
  expect(board.list()).toEqual([]);
  expect(events).toEqual(["grow to 32", "memory_growth on", "shrink", "memory_growth off"]);
});

test("switching a fault on again replaces it and its time", () => {
  const { board, events } = open();
  board.activate(parseFaultRequest({ fault: "memory_growth", durationSeconds: 10, mostMebibytes: 32 }));
  vi.advanceTimersByTime(9_000);
  board.activate(parseFaultRequest({ fault: "memory_growth", durationSeconds: 10, mostMebibytes: 64 }));
  vi.advanceTimersByTime(9_000);
  expect(board.parameters("memory_growth")).toMatchObject({ mostMebibytes: 64 });
  expect(events.filter((event) => event === "shrink")).toHaveLength(1);
});

test("clearing ends faults at once, and only once", () => {
  const { board, events } = open();
  board.activate(parseFaultRequest({ fault: "memory_growth" }));
  board.activate(parseFaultRequest({ fault: "payment_errors" }));
  board.clearAll();
  board.clearAll();
  vi.advanceTimersByTime(120_000);
  expect(events.slice(3)).toEqual(["shrink", "memory_growth off", "payment_errors off"]);
});

test("a fault with a ratio strikes that share, and never when it is off", () => {
  const { board } = open();
  expect(board.strikes("payment_errors")).toBe(false);
  board.activate(parseFaultRequest({ fault: "payment_errors", ratio: 0 }));
  expect(board.strikes("payment_errors")).toBe(false);
  board.activate(parseFaultRequest({ fault: "payment_errors", ratio: 1 }));
  expect(board.strikes("payment_errors")).toBe(true);
  board.activate(parseFaultRequest({ fault: "payment_errors", ratio: 0.3 }));
  const strikes = Array.from({ length: 5_000 }, () => board.strikes("payment_errors")).filter(Boolean).length;
  expect(strikes / 5_000).toBeCloseTo(0.3, 1);
});
