import { expect, it } from "vitest";
import { oracleDecode } from "../test/kit/oracle.ts";
import { SpanWorkload } from "./span-workload.ts";

it("is the frozen workload: sizes, attributes, errors, and fresh ids and times each round", () => {
  const workload = new SpanWorkload({ requests: 40, startUnixNano: 1_700_000_000_000_000_000n });
  const spansOf = (n: number) => {
    const request = oracleDecode("traces", workload.render(n));
    return request.resourceSpans.flatMap((r: any) => r.scopeSpans.flatMap((s: any) => s.spans));
  };
  const spans = Array.from({ length: 40 }, (_, n) => spansOf(n)).flat();
  expect(spans.length).toBe(40 * 512);
  const bytes = Array.from({ length: 40 }, (_, n) => workload.render(n).length).reduce((a, b) => a + b) / spans.length;
  expect(bytes).toBeGreaterThan(480);
  expect(bytes).toBeLessThan(540);
  expect(spans.every((span) => span.attributes.length === 12)).toBe(true);
  const errors = spans.filter((span) => span.status?.code === 2).length / spans.length;
  expect(errors).toBeGreaterThan(0.01);
  expect(errors).toBeLessThan(0.025);
  const [first, again] = [spansOf(3), spansOf(43)];
  again.forEach((span: any, i: number) => {
    expect(span.traceId).not.toBe(first[i].traceId);
    expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(
      BigInt(first[i].endTimeUnixNano) - BigInt(first[i].startTimeUnixNano),
    );
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThan(BigInt(first[i].startTimeUnixNano));
  });
});
