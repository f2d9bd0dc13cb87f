/** Evidence of faults that are known: it names them. */
import { describe, expect, test } from "vitest";
import { shopTelemetry, type Fault } from "../../../test/kit/faulty-shop.ts";
import { EPOCH, logsRequest, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { CollectedLog, logsOf, spansOf } from "../../../test/kit/stores.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { queryVectorOf } from "../evaluate/query-vector.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { Evidence } from "../channels/notification.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import type { EvidenceTools, StretchSubject } from "./gather.ts";

const MINUTE = 60_000;
const EPOCH_MILLIS = Number(EPOCH / 1_000_000n);
/** The fault begins here; 40 minutes of normal traffic lie before it. */
const BEGIN = 40 * MINUTE;
const ERRORS = `sum by (service_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}[5m])) > 0.1`;
const LATENCY = `histogram_quantile(0.95, sum by (le, service_name) (rate(traces_span_metrics_duration_seconds_bucket[5m]))) > 0.2`;

const failing: Fault = (request) => void (request.fails = true);

function ruleOf(expr: string, alert = "Rule"): AlertingRule {
  const { groups, issues } = parseRules(JSON.stringify({ groups: [{ name: "g", rules: [{ alert, expr }] }] }));
  expect(issues).toEqual([]);
  return groups[0].rules[0] as AlertingRule;
}

/** @param from when the data begins */
async function storeWith(fault: Fault, from = 0): Promise<MemoryStore> {
  const store = new MemoryStore();
  const { spans, logs } = shopTelemetry([
    { from, until: BEGIN, requests: 150 },
    { from: BEGIN, until: BEGIN + 5 * MINUTE, requests: 100, fault },
  ]);
  await store.append(spansOf(tracesRequest(...spans)));
  await store.append(logsOf(logsRequest(...logs)));
  return store;
}

/** What was left out fails the test: nothing is to be, but where it is meant. */
async function gather(
  store: MemoryStore,
  expr: string,
  labels: Record<string, string>,
  tools: Partial<EvidenceTools> = {},
  previous?: Evidence,
  stretch?: StretchSubject,
): Promise<Evidence> {
  const log = new CollectedLog();
  const evidence = await gatherEvidence(
    {
      id: "a-1",
      labels: { alertname: "Rule", ...labels },
      annotations: {},
      value: 1,
      startMillis: EPOCH_MILLIS + BEGIN - MINUTE,
      rule: ruleOf(expr),
      previous,
      stretch,
      activeAtMillis: EPOCH_MILLIS + BEGIN + 4 * MINUTE,
      nowMillis: EPOCH_MILLIS + BEGIN + 5 * MINUTE,
    },
    {
      reader: store,
      query: queryVectorOf({ reader: store.metrics }),
      externalUrl: "https://gold.example",
      signal: new AbortController().signal,
      // Of a busy machine that runs tests.
      limits: { cpuMillis: 60_000, wallMillis: 60_000 },
      log,
      ...tools,
    },
  );
  expect(log.lines).toEqual([]);
  return evidence as Evidence;
}

describe("evidence of a failing service behind another", () => {
  const fault: Fault = (request, random) => void (request.fails = random.next() < 0.4);

  test("names the service that broke first, with its message, a trace and a log line", async () => {
    const evidence = await gather(await storeWith(fault), ERRORS, { service_name: "gateway" });
    expect(evidence).toMatchObject({ service: "gateway", operation: "GET /checkout", release: "" });
    expect(evidence.brokeFirst).toMatchObject({ kind: "span", service: "payments", text: "POST /charge" });
    expect(evidence.brokeFirst?.detail).toMatch(/^CardError: card \d+ declined$/);
    expect(evidence.brokeFirst?.share).toBeGreaterThan(0.9);
    expect(evidence.traces).toHaveLength(3);
    expect(evidence.traces[0]).toMatchObject({ service: "payments", operation: "POST /charge", error: true });
    expect(evidence.logs[0]).toMatchObject({ severity: "error", service: "payments" });
    expect(evidence.logs[0].body).toMatch(/^cannot charge card of order \d+$/);
    expect(evidence.operations?.[0]).toMatchObject({ service: "gateway", operation: "GET /checkout", share: 1 });
    expect(evidence.operations?.[0].text).toMatch(/^\d\d % of requests fail, before 0 %$/);
  });
});

describe("evidence of a stretch that somebody looks at", () => {
  const about = (store: MemoryStore, from: number, to: number) =>
    gather(store, "vector(1)", { service_name: "gateway" }, {}, undefined, {
      startMillis: EPOCH_MILLIS + from,
      endMillis: EPOCH_MILLIS + to,
      about: "errors",
    });

  test("is that of an alert, held against the time before it, and pins nothing", async () => {
    const store = await storeWith((request, random) => void (request.fails = random.next() < 0.4));
    const evidence = await about(store, BEGIN, BEGIN + 5 * MINUTE);
    expect(evidence.brokeFirst).toMatchObject({ kind: "span", service: "payments", text: "POST /charge" });
    expect(evidence.operations?.[0].text).toMatch(/^\d\d % of requests fail, before 0 %$/);
    expect(evidence.traces).toHaveLength(3);
    expect(await store.pins.list()).toEqual([]);
  });

  test("says nothing of what came after it", async () => {
    const evidence = await about(await storeWith(failing), BEGIN - 10 * MINUTE, BEGIN - 5 * MINUTE);
    expect(evidence.operations).toEqual([]);
    expect(evidence.traces.every(({ error }) => !error)).toBe(true);
    expect(evidence.brokeFirst).toBeUndefined();
  });
});

describe("evidence of a slow query behind services that wait for it", () => {
  const fault: Fault = (request, random) => void (request.queryMs = 400 + random.below(200));

  test("names the query, by what the critical path has more of than in good requests", async () => {
    const evidence = await gather(await storeWith(fault), LATENCY, { service_name: "gateway" });
    expect(evidence).toMatchObject({ service: "gateway", operation: "GET /checkout" });
    expect(evidence.brokeFirst).toMatchObject({ kind: "span", service: "inventory", text: "SELECT stock", share: 1 });
    expect(evidence.brokeFirst?.detail).toMatch(/^\d{3} ms of \d{3} ms, calling postgresql db$/);
    expect(evidence.traces[0]).toMatchObject({
      service: "inventory",
      operation: "SELECT stock",
      criticalSpan: "inventory SELECT stock",
      error: false,
    });
    expect(evidence.operations?.[0].text).toMatch(/^p95 \d{3} ms, before \d\d(\.\d)? ms$/);
  });
});

describe("evidence of one bad host among four", () => {
  const fault: Fault = (request) => void (request.fails ||= request.host === 3);

  test("names the host, once, with its share among bad and good requests", async () => {
    const evidence = await gather(await storeWith(fault), ERRORS, { service_name: "payments" });
    expect(evidence.attributes?.[0]).toMatchObject({ key: "host.name", value: "pay-3", service: "payments" });
    expect(evidence.attributes?.[0].badShare).toBeGreaterThan(0.95);
    expect(evidence.attributes?.[0].goodShare).toBeLessThan(0.25);
    // Its instance is the same fact, ids and regions are none.
    expect(evidence.attributes).toHaveLength(1);
  });
});

describe("evidence of a bad release", () => {
  const fault: Fault = (request, random) => {
    request.version = "2.0.0";
    request.fails ||= random.chance(0.5);
  };

  test("names the version, the one before and when it came, and that it differs", async () => {
    const evidence = await gather(await storeWith(fault), ERRORS, { service_name: "gateway" });
    expect(evidence.release).toBe("2.0.0");
    expect(evidence.releaseChange).toMatchObject({ service: "payments", version: "2.0.0", before: "1.0.0" });
    expect(Math.abs((evidence.releaseChange?.firstSeen ?? 0) - (EPOCH_MILLIS + BEGIN))).toBeLessThan(MINUTE);
    expect(evidence.attributes?.[0]).toMatchObject({ key: "service.version", value: "2.0.0", service: "payments" });
  });
});

describe("evidence of a retry storm", () => {
  const fault: Fault = (request, random) => {
    request.fails ||= random.chance(0.7);
    if (request.fails) request.attempts = 6;
  };

  test("says how often it was tried", async () => {
    const evidence = await gather(await storeWith(fault), ERRORS, { service_name: "gateway" });
    expect(evidence.brokeFirst).toMatchObject({ service: "payments", text: "POST /charge" });
    expect(evidence.brokeFirst?.detail).toMatch(/6 attempts$/);
    expect(evidence.neighbours).toContainEqual(
      expect.objectContaining({ service: "payments", direction: "downstream", isUnhealthy: true }),
    );
  });
});

describe("pins of evidence", () => {
  test("keep its traces, in place of the oldest of alerts and never of those that people pinned", async () => {
    const store = await storeWith(failing);
    const ids = [1, 2, 3].map((n) => Buffer.from(n.toString(16).padStart(32, "0"), "hex"));
    await store.pins.pin(ids[0], "for the postmortem");
    await store.pins.pin(ids[1], "alert: Old");
    await store.pins.pin(ids[2], "alert: Newer");
    const { traces } = await gather(
      store,
      ERRORS,
      { service_name: "gateway" },
      {
        limits: { pinnedTraces: 4, cpuMillis: 60_000, wallMillis: 60_000 },
      },
    );
    const pins = (await store.pins.list()).map(({ traceId, reason }) => [Buffer.from(traceId).toString("hex"), reason]);
    expect(pins.slice(3).map(([, reason]) => reason)).toEqual(["alert: Newer", "for the postmortem"]);
    expect(new Set(pins.slice(0, 3))).toEqual(new Set(traces.map(({ traceId }) => [traceId, "alert: Rule"])));
  });
});

describe("parts of evidence", () => {
  test("that fail are told of and absent, the others stand", async () => {
    const store = await storeWith(failing);
    store.findLogs = () => Promise.reject(new Error("the disk is gone"));
    const log = new CollectedLog();
    const evidence = await gather(store, ERRORS, { service_name: "gateway" }, { log });
    expect(evidence.logs).toEqual([]);
    expect(evidence.traces).toHaveLength(3);
    expect(log.lines).toMatchObject([{ level: "warn", fields: { missing: ["logs: the disk is gone"] } }]);
  });

  test("are left out when no time is left", async () => {
    const store = await storeWith(failing);
    const log = new CollectedLog();
    const evidence = await gather(store, ERRORS, { service_name: "gateway" }, { log, limits: { cpuMillis: -1 } });
    expect(evidence).toMatchObject({ service: "gateway", traces: [] });
    expect(log.lines[0].fields.missing).toContain("traces: no time was left");
  });
});

describe("a second look", () => {
  test("keeps the traces of the first while they are as good, and all of it when it finds none", async () => {
    const store = await storeWith((request, random) => void (request.fails = random.chance(0.4)));
    const first = await gather(store, ERRORS, { service_name: "gateway" });
    const more = shopTelemetry(
      [{ from: BEGIN + 4.5 * MINUTE, until: BEGIN + 5 * MINUTE, requests: 30, fault: failing }],
      2,
    );
    // Other traces than those before.
    for (const span of more.spans) span.trace += 10_000;
    await store.append(spansOf(tracesRequest(...more.spans)));
    const second = await gather(store, ERRORS, { service_name: "gateway" }, {}, first);
    expect(second.traces.map(({ traceId }) => traceId)).toEqual(first.traces.map(({ traceId }) => traceId));
    const third = await gather(new MemoryStore(), ERRORS, { service_name: "gateway" }, {}, first);
    expect(third).toMatchObject({ traces: first.traces, brokeFirst: first.brokeFirst, waterfall: first.waterfall });
  });
});

describe("a service that runs out of a resource", () => {
  const saturated: Fault = (request, random) => {
    request.queryMs = 400 + random.below(200);
    request.fails = random.next() < 0.04;
  };

  test.each([
    ["is shown slow, not by the errors of its everyday", 0],
    ["is shown slow also when the store has begun minutes before", BEGIN - 3 * MINUTE],
  ])("%s", async (_, from) => {
    const store = await storeWith(saturated, from);
    const evidence = await gather(store, "nodejs_eventloop_utilization_ratio > 0.9", { service_name: "gateway" });
    expect(evidence.operation).toBe("GET /checkout");
    expect(evidence.traces.length).toBeGreaterThan(0);
    for (const { durationMs } of evidence.traces) expect(durationMs).toBeGreaterThan(300);
  });

  test("has its operation named by the traces where sums show nothing", async () => {
    // As slow before as now.
    const store = new MemoryStore();
    const { spans } = shopTelemetry([{ from: 0, until: BEGIN + 5 * MINUTE, requests: 250, fault: saturated }]);
    await store.append(spansOf(tracesRequest(...spans)));
    const evidence = await gather(store, "nodejs_eventloop_utilization_ratio > 0.9", { service_name: "inventory" });
    expect(evidence).toMatchObject({ service: "inventory", operation: "GET /stock", operations: [] });
    for (const { durationMs } of evidence.traces) expect(durationMs).toBeGreaterThan(300);
  });

  test("is shown by requests that took the time in it, where there are any", async () => {
    const mixed: Fault = (request, random) => void (request.queryMs = random.chance(0.8) ? 500 : 0);
    const own = await gather(await storeWith(mixed), "process_cpu_ratio > 0.9", { service_name: "inventory" });
    for (const { service } of own.traces) expect(service).toBe("inventory");
    const evidence = await gather(await storeWith(mixed), "process_cpu_ratio > 0.9", { service_name: "payments" });
    expect(evidence.service).toBe("payments");
  });
});
