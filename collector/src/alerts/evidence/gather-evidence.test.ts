/** Evidence of faults that are known: it names them. */
import { describe, expect, test } from "vitest";
import { shopTelemetry, type Fault } from "../../../test/kit/faulty-shop.ts";
import { EPOCH, logsRequest, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { logsOf, spansOf } from "../../../test/kit/stores.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { Evidence } from "../channels/notification.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import type { EvidenceTools } from "./evidence-subject.ts";

const MINUTE = 60_000;
const EPOCH_MILLIS = Number(EPOCH / 1_000_000n);
/** The fault begins here; 40 minutes of normal traffic lie before it. */
const BEGIN = 40 * MINUTE;
const ERRORS = `sum by (service_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}[5m])) > 0.1`;
const LATENCY = `histogram_quantile(0.95, sum by (le, service_name) (rate(traces_span_metrics_duration_seconds_bucket[5m]))) > 0.2`;

function ruleOf(expr: string, alert = "Rule"): AlertingRule {
  const { groups, issues } = parseRules(JSON.stringify({ groups: [{ name: "g", rules: [{ alert, expr }] }] }));
  expect(issues).toEqual([]);
  return groups[0].rules[0] as AlertingRule;
}

async function storeWith(fault: Fault): Promise<MemoryStore> {
  const store = new MemoryStore();
  const { spans, logs } = shopTelemetry([
    { from: 0, until: BEGIN, requests: 600 },
    { from: BEGIN, until: BEGIN + 5 * MINUTE, requests: 300, fault },
  ]);
  await store.append(spansOf(tracesRequest(...spans)));
  await store.append(logsOf(logsRequest(...logs)));
  return store;
}

async function gather(
  store: MemoryStore,
  expr: string,
  labels: Record<string, string>,
  tools: Partial<EvidenceTools> = {},
): Promise<Evidence> {
  return gatherEvidence(
    {
      id: "a-1",
      labels: { alertname: "Rule", ...labels },
      rule: ruleOf(expr),
      activeAtMillis: EPOCH_MILLIS + BEGIN + 4 * MINUTE,
      nowMillis: EPOCH_MILLIS + BEGIN + 5 * MINUTE,
    },
    { reader: store, externalUrl: "https://gold.example", ...tools },
  );
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
    expect(evidence.operations?.[0].text).toMatch(/^\d\d % of requests fail, before 0\.\d+ %$/);
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
