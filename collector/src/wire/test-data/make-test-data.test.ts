import { expect, test } from "vitest";
import { oracleDecode } from "../../../test/kit/oracle.ts";
import { encodeMessage } from "../otlp/json-to-protobuf.ts";
import { REQUESTS } from "../otlp/schema.ts";
import { makeTestData } from "./make-test-data.ts";
import { LINES, STEPS } from "./steps.ts";

const NOW = 1_700_000_000_000;
let seed = 0;
const data = makeTestData(NOW, (length) => new Uint8Array(length).fill(++seed));

interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { code: number };
}

function spans(): Span[] {
  const { resourceSpans } = data.requests.traces as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
}

test("is one trace: every span but one lies within its parent, and it ends now", () => {
  const byId = new Map(spans().map((span) => [span.spanId, span]));
  expect(byId.size).toBe(data.spans);
  const roots = [...byId.values()].filter(({ parentSpanId }) => parentSpanId === undefined);
  expect(roots.map(({ endTimeUnixNano }) => endTimeUnixNano)).toEqual([`${NOW}000000`]);
  for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano } of byId.values()) {
    if (parentSpanId === undefined) continue;
    const parent = byId.get(parentSpanId) as Span;
    expect(BigInt(startTimeUnixNano) >= BigInt(parent.startTimeUnixNano)).toBe(true);
    expect(BigInt(endTimeUnixNano) <= BigInt(parent.endTimeUnixNano)).toBe(true);
  }
});

test("has one fault, seen by who failed and who called it", () => {
  expect(spans().filter(({ status }) => status?.code === 2).length).toBe(2);
  expect(STEPS.filter(({ exception }) => exception).length).toBe(1);
});

test("logs stand in spans that were open then", () => {
  for (const { step, at } of LINES) {
    const span = STEPS.find(({ key }) => key === step);
    expect(span && at >= span.at[0] && at <= span.at[1], `${step} at ${at}`).toBe(true);
  }
});

test("is OTLP: an independent decoder reads all of it, with the trace's id on spans and logs", () => {
  const decode = (signal: "traces" | "logs" | "metrics") =>
    JSON.stringify(oracleDecode(signal, encodeMessage(data.requests[signal], REQUESTS[signal])), (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
  const count = (text: string, part: string) => text.split(part).length - 1;
  expect(count(decode("traces"), `"${data.traceId}"`)).toBe(data.spans);
  expect(count(decode("logs"), `"${data.traceId}"`)).toBe(data.logs);
  expect(count(decode("metrics"), '"dataPoints"')).toBe(data.points);
  for (const service of data.services) expect(decode("metrics")).toContain(`"${service}"`);
});

test("buckets hold every request that was counted", () => {
  const texts = JSON.stringify(data.requests.metrics).matchAll(/"count":"(\d+)".*?"bucketCounts":\[([^\]]*)\]/g);
  const sums = [...texts].map(([, count, buckets]) => [
    Number(count),
    buckets.split(",").reduce((sum, each) => sum + Number(each.replaceAll('"', "")), 0),
  ]);
  expect(sums.length).toBe(data.services.length);
  for (const [count, sum] of sums) expect(sum).toBe(count);
});
