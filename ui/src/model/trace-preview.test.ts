import { expect, test } from "vitest";
import { previewTrace } from "./trace-preview.ts";

const SECOND = "1700000000";

function span(spanId: string, parentSpanId: string, from: number, to: number, failed = false) {
  const at = (millis: number): string => `${SECOND}${String(millis * 1e6).padStart(9, "0")}`;
  return {
    traceId: "ab",
    spanId,
    parentSpanId,
    name: `op ${spanId}`,
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    status: failed ? { code: 2 } : {},
  };
}

function resource(service: string, ...spans: ReturnType<typeof span>[]) {
  return {
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [{ spans }],
  };
}

test("a trace at a glance: its root, bars by depth, errors by service", () => {
  const summary = previewTrace("ab", {
    resourceSpans: [
      resource("cart", span("2", "1", 100, 300, true), span("3", "2", 150, 200)),
      resource("gateway", span("1", "", 50, 450)),
    ],
  });
  expect(summary).toMatchObject({
    rootService: "gateway",
    rootOperation: "op 1",
    rootComplete: true,
    durationNanos: "400000000",
    spanCount: 3,
    errorCount: 1,
  });
  expect(summary?.services[0]).toEqual({ name: "cart", spanCount: 2, errorCount: 1 });
  expect(summary?.preview).toEqual([
    { service: 1, offset: 0, width: 1, depth: 0, error: false },
    { service: 0, offset: 0.125, width: 0.5, depth: 1, error: true },
    { service: 0, offset: 0.25, width: 0.125, depth: 2, error: false },
  ]);
});

test("without a root the earliest span stands for it; without spans there is nothing", () => {
  expect(
    previewTrace("ab", { resourceSpans: [resource("cart", span("3", "lost", 20, 30), span("2", "lost", 10, 15))] }),
  ).toMatchObject({ rootOperation: "op 2", rootComplete: false });
  expect(previewTrace("ab", { resourceSpans: [] })).toBeUndefined();
});

test("parents that go round in circles end", () => {
  expect(
    previewTrace("ab", { resourceSpans: [resource("a", span("1", "2", 0, 1), span("2", "1", 0, 1))] })?.preview,
  ).toHaveLength(2);
});
