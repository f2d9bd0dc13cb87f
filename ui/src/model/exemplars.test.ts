import { expect, test } from "vitest";
import { exemplarDots, splitExemplarKey } from "./exemplars.ts";

function exemplar(
  timestamp: number,
  value: string,
  labels: Record<string, string>,
): { exemplars: [{ timestamp: number; value: string; labels: Record<string, string> }] } {
  return { exemplars: [{ timestamp, value, labels }] };
}

test("the slowest of each stretch becomes a dot that leads to its trace", () => {
  const dots = exemplarDots(
    [
      exemplar(1, "0.2", { trace_id: "a" }),
      exemplar(2, "0.5", { trace_id: "b", span_id: "s" }),
      exemplar(8, "0.1", { trace_id: "c" }),
    ],
    { start: 0, end: 10_000 },
    2,
  );
  expect(dots.map(({ key, x, y }) => [key, x, y])).toEqual([
    ["b/s", 2000, 500],
    ["c", 8000, 100],
  ]);
  expect(splitExemplarKey(dots[0].key)).toEqual({ traceId: "b", spanId: "s" });
  expect(splitExemplarKey("c")).toEqual({ traceId: "c", spanId: undefined });
});

test("what leads nowhere or lies outside is left out", () => {
  const raw = [exemplar(1, "1", {}), exemplar(99, "1", { trace_id: "a" }), exemplar(1, "NaN", { trace_id: "a" })];
  expect(exemplarDots(raw, { start: 0, end: 10_000 }, 4)).toEqual([]);
});
