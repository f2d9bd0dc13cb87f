import { describe, expect, it } from "vitest";
import { at, traceIdOf, tracesRequest, type SimpleSpan } from "../../test/kit/simple-otlp.ts";
import { spansOf } from "../../test/kit/stores.ts";
import { QueryError } from "../base/errors.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { chooseHue, serviceColors, SERVICE_HUES } from "./services/service-colors.ts";
import { summarizeOperations, summarizeServices } from "./services/red.ts";
import { parseTraceQuery } from "./traces/parse-query.ts";
import { searchTraces } from "./traces/search-traces.ts";

async function storeOf(...spans: SimpleSpan[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const span of spans) await store.append(spansOf(tracesRequest(span)));
  return store;
}

const ALWAYS = { start: 0n, end: 2n ** 64n - 1n };
const order: SimpleSpan[] = [
  { trace: 1, id: 1, service: "gateway", name: "POST /orders", kind: 2, start: 0, durationMs: 100 },
  { trace: 1, id: 2, parent: 1, service: "orders", name: "create", kind: 2, start: 10, durationMs: 80 },
  { trace: 1, id: 3, parent: 2, service: "orders", name: "INSERT", kind: 3, start: 20, durationMs: 5 },
  { trace: 1, id: 4, parent: 2, service: "payments", name: "charge", kind: 2, start: 30, durationMs: 50, error: true },
];

describe("the text form of a trace search", () => {
  const check = (text: string, expected: object) => expect(parseTraceQuery(text)).toEqual(expected);
  it("is read word by word", () => {
    check("", {});
    check("service:checkout", { service: "checkout" });
    check("  error  ", { errorsOnly: true });
    check("service:checkout error duration>500ms http.route:/pay", {
      service: "checkout",
      errorsOnly: true,
      minDurationNanos: 500_000_001n,
      attributes: [{ key: "http.route", value: "/pay" }],
    });
    check('name:"GET /a b" kind:server status:error', { operation: "GET /a b", kind: 2, errorsOnly: true });
    check("duration>=1s duration<2s", { minDurationNanos: 1_000_000_000n, maxDurationNanos: 1_999_999_999n });
    check('url.full=http://x/?a=b k:"say \\"hi\\""', {
      attributes: [
        { key: "url.full", value: "http://x/?a=b" },
        { key: "k", value: 'say "hi"' },
      ],
    });
    check("empty:", { attributes: [{ key: "empty", value: "" }] });
  });
  const refuse = (text: string, position: number, message: RegExp, hint: RegExp) => {
    try {
      parseTraceQuery(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError);
      const { position: found, message: said, hint: hinted } = error as QueryError;
      expect([found, said, hinted]).toEqual([position, expect.stringMatching(message), expect.stringMatching(hint)]);
    }
  };
  it("says where and why it cannot be read", () => {
    refuse("service:a slow", 10, /cannot search for "slow" alone/, /key:value/);
    refuse("duration>fast", 9, /cannot read the duration "fast"/, /500ms/);
    refuse("a:b n>5", 5, /cannot compare n with >/, /only duration/);
    refuse('a:"open', 2, /quote is not closed/, /key:"a value/);
    refuse("kind:sever", 5, /cannot find the span kind/, /did you mean "server"/);
    refuse("duration:1s", 0, /exact duration/, /duration>500ms/);
  });
});

describe("a trace search", () => {
  it("summarises each trace: root, extent, services, errors, miniature waterfall", async () => {
    const store = await storeOf(...order);
    const { traces, truncated } = await searchTraces(store, [{ range: ALWAYS, service: "payments" }], 10);
    expect(truncated).toBe(false);
    expect(traces).toMatchObject([
      {
        traceId: traceIdOf(1).toString("hex"),
        rootService: "gateway",
        rootOperation: "POST /orders",
        rootComplete: true,
        startUnixNano: at(0),
        durationNanos: 100000000n,
        matchedAtUnixNano: at(30),
        spanCount: 4,
        errorCount: 1,
        services: [
          {
            name: "orders",
            spanCount: 2,
            errorCount: 0,
          },
          {
            name: "gateway",
            spanCount: 1,
          },
          {
            name: "payments",
            spanCount: 1,
            errorCount: 1,
          },
        ],
        preview: [
          {
            service: 1,
            offset: 0,
            width: 1,
            depth: 0,
            error: false,
          },
          {
            service: 0,
            offset: 0.1,
            width: 0.8,
            depth: 1,
          },
          {
            service: 0,
            offset: 0.2,
            width: 0.05,
            depth: 2,
          },
          {
            service: 2,
            offset: 0.3,
            width: 0.5,
            depth: 2,
            error: true,
          },
        ],
      },
    ]);
  });
  it("says when the root has not arrived, and when there is more", async () => {
    const store = await storeOf(
      { trace: 1, id: 2, parent: 1, name: "late root", start: 5 },
      { trace: 2, id: 1 },
      { trace: 3, id: 1, parent: 1, start: 9 },
    );
    const { traces, truncated } = await searchTraces(store, [{ range: ALWAYS }], 2);
    expect([traces.map(({ rootComplete }) => rootComplete), truncated]).toEqual([[false, false], true]);
  });
  it("survives circles among parents", async () => {
    const store = await storeOf(
      { trace: 1, id: 1, parent: 2 },
      { trace: 1, id: 2, parent: 1 },
      { trace: 1, id: 3, parent: 3 },
    );
    const { traces } = await searchTraces(store, [{ range: ALWAYS }], 1);
    expect(traces[0].spanCount).toBe(3);
  });
});

describe("RED figures", () => {
  const range = { start: at(0), end: at(10_000) };
  it("count a service by its entry spans, or by all where it has none", async () => {
    const store = await storeOf(...order, { trace: 2, id: 1, service: "cron", name: "tick", kind: 1, start: 5000 });
    const services = await summarizeServices(store, range, 2);
    expect(
      services.map(({ name, requestCount, errorCount, spanCount, countedBy }) => [
        name,
        requestCount,
        errorCount,
        spanCount,
        countedBy,
      ]),
    ).toEqual([
      ["cron", 1, 0, 1, "all"],
      ["gateway", 1, 0, 1, "entry"],
      ["orders", 1, 0, 2, "entry"],
      ["payments", 1, 1, 1, "entry"],
    ]);
    const [cron, gateway] = services;
    expect(cron.series.requests).toEqual([0, 1]);
    expect(gateway.ratePerSecond).toBeCloseTo(0.1);
    expect(gateway.p50Millis).toBeGreaterThan(80);
    expect(gateway.p50Millis).toBeLessThan(120);
    expect(gateway.series.p95Millis[1]).toBeNull();
  });
  it("have rates over the time there is data for", async () => {
    const store = await storeOf(...order);
    const long = { start: at(-1_000_000), end: at(10_000) };
    const [service] = await summarizeServices(store, long, 2);
    const [operation] = await summarizeOperations(store, service.name, long, 2);
    expect([service.ratePerSecond, operation.ratePerSecond]).toEqual([expect.closeTo(0.1), expect.closeTo(0.1)]);
  });
  it("rank operations by the time spent in them", async () => {
    const store = await storeOf(...order);
    expect((await summarizeOperations(store, "orders", range, 1)).map(({ name, kind }) => [name, kind])).toEqual([
      ["create", 2],
      ["INSERT", 3],
    ]);
  });
});

describe("service colours", () => {
  it("stay with a service, and are spread evenly", async () => {
    const store = new MemoryStore();
    const names = Array.from({ length: SERVICE_HUES * 2 }, (_, i) => `service-${i}`);
    const colors = await serviceColors(store.documents, names);
    const counts = new Array(SERVICE_HUES).fill(0);
    for (const hue of colors.values()) counts[hue]++;
    expect(counts).toEqual(new Array(SERVICE_HUES).fill(2));
    expect(await serviceColors(store.documents, ["service-3", "new"])).toMatchObject(
      new Map([...colors, ["new", expect.any(Number)]]),
    );
    expect(chooseHue("a", [])).toBe(chooseHue("a", []));
    expect([chooseHue("a", [0]), Math.abs(chooseHue("b", [0, 7]) - 7)]).toEqual([
      7,
      expect.toSatisfy((far: number) => far === 3 || far === 4),
    ]);
  });
});
