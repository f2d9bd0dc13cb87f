import { describe, expect, it } from "vitest";
import { decodeJson } from "../../src/wire/otlp/json-to-protobuf.ts";
import { LOGS_REQUEST, TRACES_REQUEST, type MessageSpec } from "../../src/wire/otlp/schema.ts";
import { oracleDecode } from "../../test/kit/oracle.ts";
import { Random } from "../../test/kit/random.ts";
import { LogWorkload, NEEDLE } from "./log-workload.ts";
import type { Form } from "./marks.ts";
import { singleSpanRequest } from "./single-span.ts";
import { SpanWorkload } from "./span-workload.ts";

const START = 1_700_000_000_123_456_789n;
const SPANS = 2000;

function spanWorkload(form: Form = "protobuf", uniqueAttributes = false): SpanWorkload {
  return new SpanWorkload({
    seed: 5,
    form,
    poolSpans: SPANS,
    spansPerRequest: 512,
    uniqueAttributes,
    startUnixNano: START,
    spansPerSecond: 50_000,
    giants: false,
  });
}

function logWorkload(form: Form = "protobuf"): LogWorkload {
  const shape = { poolLines: 1000, linesPerRequest: 500, linesPerSecond: 50_000 };
  return new LogWorkload({ seed: 5, form, startUnixNano: START, ...shape });
}

/** All requests of one round through the pool. */
function roundOf({ pool }: SpanWorkload | LogWorkload, round: number): Buffer[] {
  const { length } = pool.templates;
  return Array.from({ length }, (_, i) => pool.render(round * length + i));
}

const spansOf = (bodies: readonly Uint8Array[]): any[] =>
  bodies.flatMap((body) => oracleDecode("traces", body).resourceSpans[0].scopeSpans[0].spans);
const linesOf = (bodies: readonly Uint8Array[]): any[] =>
  bodies.flatMap((body) => oracleDecode("logs", body).resourceLogs[0].scopeLogs[0].logRecords);
const attribute = (span: any, key: string): string | undefined =>
  span.attributes.find((each: any) => each.key === key)?.value.stringValue;
const fromJson = (bodies: readonly Buffer[], spec: MessageSpec) => bodies.map((body) => decodeJson(body, spec));
const bytesEach = (bodies: readonly Buffer[], count: number) =>
  bodies.reduce((sum, { length }) => sum + length, 0) / count;

describe("the span workload", () => {
  const workload = spanWorkload();
  const bodies = roundOf(workload, 0);
  const spans = spansOf(bodies);
  const later = spansOf(roundOf(workload, 3));

  it("has the frozen sizes, attributes, traces and errors", () => {
    const bytes = bytesEach(bodies, spans.length);
    expect(bytes).toBeGreaterThan(480);
    expect(bytes).toBeLessThan(540);
    expect(spans.every((span) => span.attributes.length === 12)).toBe(true);
    const sizes = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].map(({ length }) => length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(68);
    const errors = spans.filter((span) => span.status?.code === 2);
    expect(errors.length / spans.length).toBeGreaterThan(0.01);
    expect(errors.length / spans.length).toBeLessThan(0.03);
    expect(errors.every((span) => span.events[0].name === "exception")).toBe(true);
  });

  it("renders traces with fresh ids, users, texts and times, and keeps their shape", () => {
    const ids = (all: any[]) => new Set(all.flatMap(({ traceId, spanId }) => [traceId, spanId]));
    expect(ids([...spans, ...later]).size).toBe(2 * ids(spans).size);
    expect(ids(later).size).toBe(ids(spans).size);
    later.forEach((span, i) => {
      const first = spans[i];
      const at = (text: string) => BigInt(text);
      expect(at(span.endTimeUnixNano) - at(span.startTimeUnixNano)).toBe(
        at(first.endTimeUnixNano) - at(first.startTimeUnixNano),
      );
      expect(at(span.startTimeUnixNano)).toBeGreaterThan(at(first.startTimeUnixNano));
      if (first.events) expect(span.events[0].timeUnixNano).toBe(span.endTimeUnixNano);
      expect(attribute(span, "user.id")).toMatch(/^user-\d{5}$/);
      expect(attribute(span, "user.id")).not.toBe(attribute(first, "user.id"));
    });
    const parents = later.filter((span) => span.parentSpanId?.length > 0);
    const known = ids(later);
    expect(parents.length).toBe(spans.filter((span) => span.parentSpanId?.length > 0).length);
    expect(parents.every((span) => known.has(span.parentSpanId))).toBe(true);
  });

  it("has message ids that occur once, and in its second shape two attributes that do", () => {
    const messages = [...spans, ...later].map((span) => attribute(span, "messaging.message.id")).filter(Boolean);
    expect(messages.length).toBeGreaterThan(50);
    expect(new Set(messages).size).toBe(messages.length);
    const second = spanWorkload("protobuf", true);
    const all = [0, 1].flatMap((round) => spansOf(roundOf(second, round)));
    expect(all.every((span) => span.attributes.length === 14)).toBe(true);
    expect(new Set(all.map((span) => attribute(span, "request.id"))).size).toBe(all.length);
    expect(new Set(all.map((span) => attribute(span, "session.token"))).size).toBe(all.length);
  });

  it("is the same in JSON", () => {
    const json = spansOf(fromJson(roundOf(spanWorkload("json"), 3), TRACES_REQUEST));
    expect(json).toEqual(later);
  });

  it("tells facts about what it sent", () => {
    const { length } = workload.pool.templates;
    const all = [spans, spansOf(roundOf(workload, 1))].flat();
    for (const fact of workload.sample(10, length * 2, new Random(1))) {
      const trace = all.filter(({ traceId }) => traceId === fact.traceId);
      expect(trace.length).toBe(fact.spans);
      expect(attribute(trace[0], "user.id")).toBe(fact.user);
      expect(all.filter((span) => attribute(span, "messaging.message.id") === fact.messageId).length).toBe(1);
      expect(["cart", "shipping", "inventory"]).toContain(fact.messageService);
    }
  });
});

describe("the log workload", () => {
  it("has lines of 120 to 300 bytes, mixed levels, trace ids on most, and a needle that occurs once", () => {
    const workload = logWorkload();
    const bodies = roundOf(workload, 0);
    const lines = linesOf(bodies);
    const bytes = bytesEach(bodies, lines.length);
    expect(bytes).toBeGreaterThan(150);
    expect(bytes).toBeLessThan(200);
    expect(new Set(lines.map(({ severityText }) => severityText)).size).toBe(4);
    const traced = lines.filter(({ traceId }) => traceId?.length > 0).length / lines.length;
    expect(traced).toBeGreaterThan(0.6);
    expect(traced).toBeLessThan(0.8);
    const later = linesOf(roundOf(workload, 2));
    expect(new Set([...lines, ...later].map(({ timeUnixNano }) => timeUnixNano)).size).toBeGreaterThan(1950);
    expect(lines.some(({ body }) => body.stringValue.includes(NEEDLE))).toBe(false);
    expect(linesOf(workload.once.map((request) => request.bytes)).map(({ body }) => body.stringValue)).toEqual([
      NEEDLE,
    ]);
    expect(linesOf(fromJson(roundOf(logWorkload("json"), 2), LOGS_REQUEST))).toEqual(later);
  });
});

it("makes single spans for probes", () => {
  const { traceId, body } = singleSpanRequest();
  expect(spansOf([body]).map((span) => span.traceId)).toEqual([traceId]);
});
