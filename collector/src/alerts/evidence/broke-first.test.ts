/** Where trouble begins, in traces of every way to go wrong. */
import { describe, expect, test } from "vitest";
import { tracesRequest, type SimpleSpan } from "../../../test/kit/simple-otlp.ts";
import { spansOf } from "../../../test/kit/stores.ts";
import { buildTraceTrees } from "../../query/traces/trace-tree.ts";
import { answeringServices, beginOfTrouble, usualPath } from "./broke-first.ts";
import type { SampledTrace } from "./sample-traces.ts";

const [SERVER, CLIENT] = [2, 3];

/** The first span is the request that is looked at. */
function traceOf(...spans: Omit<SimpleSpan, "trace">[]): SampledTrace {
  const [tree] = buildTraceTrees([spansOf(tracesRequest(...spans.map((span) => ({ trace: 1, ...span }))))]).values();
  return { tree, span: tree.root };
}

function begin(bad: SampledTrace, good: readonly SampledTrace[], seenBy: "error" | "slow") {
  const known = { usual: usualPath(good), services: answeringServices(good) };
  const { span, text } = beginOfTrouble(bad, seenBy, known);
  return `${span.service} ${span.name} | ${text}`;
}

const call = { name: "POST", kind: CLIENT, attributes: { "server.address": "10.0.0.7", "server.port": 80 } };

describe("a failed request", () => {
  test("broke in the deepest failed span that began first", () => {
    const trace = traceOf(
      { id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: 100, error: true },
      { id: 2, parent: 1, service: "b", name: "late", start: 50, durationMs: 10, error: true },
      { id: 3, parent: 1, service: "c", name: "way", start: 10, durationMs: 30, error: true },
      { id: 4, parent: 3, service: "d", name: "first", start: 20, durationMs: 5, error: true },
    );
    expect(begin(trace, [], "error")).toBe("d first | d first: failed");
  });

  test("whose callee does not answer names the service that usually answers there", () => {
    const good = traceOf(
      { id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: 100 },
      { id: 2, parent: 1, service: "a", ...call, start: 10, durationMs: 30 },
      { id: 3, parent: 2, service: "stock", name: "POST /", kind: SERVER, start: 12, durationMs: 20 },
    );
    const bad = traceOf(
      { id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: 100, error: true },
      { id: 2, parent: 1, service: "a", ...call, start: 10, durationMs: 30, error: true },
    );
    expect(begin(bad, [good], "error")).toBe("a POST | a POST: failed, calling stock at 10.0.0.7:80");
    expect(begin(bad, [], "error")).toBe("a POST | a POST: failed, calling 10.0.0.7:80");
  });

  test("that gave up on a callee which was only late broke in what the callee waited for", () => {
    const trace = traceOf(
      { id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: 1000, error: true },
      { id: 2, parent: 1, service: "a", ...call, start: 0, durationMs: 1000, error: true },
      { id: 3, parent: 2, service: "stock", name: "POST /", kind: SERVER, start: 5, durationMs: 990 },
      { id: 4, parent: 3, service: "stock", name: "SELECT", kind: CLIENT, start: 10, durationMs: 980 },
    );
    expect(begin(trace, [], "error")).toBe("stock SELECT | a POST gave up after 1 s: stock SELECT takes 980 ms");
  });

  test("with the same failure again and again says how often it was tried", () => {
    const tries = [0, 1, 2].map((i) => ({
      id: 2 + i,
      parent: 1,
      service: "b",
      name: "try",
      start: i * 10,
      durationMs: 5,
      error: true,
    }));
    const trace = traceOf({ id: 1, service: "a", kind: SERVER, durationMs: 100, error: true }, ...tries);
    expect(begin(trace, [], "error")).toBe("b try | b try: failed, 3 attempts");
  });
});

describe("a slow request", () => {
  const spans = (query: number, other: number) =>
    traceOf(
      { id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: query + other + 10 },
      { id: 2, parent: 1, service: "a", name: "render", start: 0, durationMs: other },
      { id: 3, parent: 1, service: "a", name: "query", start: other, durationMs: query },
    );

  test("broke where it spends more than good ones do, not where it spends most", () => {
    expect(begin(spans(80, 200), [], "slow")).toMatch(/^a render/);
    expect(begin(spans(80, 200), [spans(5, 200)], "slow")).toBe("a query | a query takes 80 ms of 290 ms");
  });

  test("of many short calls is slow by all of them together", () => {
    const calls = Array.from({ length: 20 }, (_, i) => ({
      id: 10 + i,
      parent: 1,
      service: "a",
      name: "SELECT",
      start: i * 5,
      durationMs: 5,
    }));
    const trace = traceOf({ id: 1, service: "a", name: "GET /", kind: SERVER, durationMs: 130 }, ...calls);
    expect(begin(trace, [], "slow")).toBe("a SELECT | a SELECT takes 100 ms of 130 ms in 20 spans");
  });
});
