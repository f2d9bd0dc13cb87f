/** Evidence of rules in PromQL: whose series they look at, and what is drawn of them. */
import { beforeAll, describe, expect, test } from "vitest";
import { CollectedLog } from "../../../test/kit/stores.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { Evidence } from "../channels/notification.ts";
import { queryVectorOf } from "../evaluate/query-vector.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import { gatherEvidence } from "./gather-evidence.ts";

const MINUTE = 60_000;
const NOW = 1_767_225_600_000;
const CALLS = "traces_span_metrics_calls_total";
const store = new MemoryStore();

/** Counters that grow by `before` a minute, and by `after` in the last four minutes. */
function counter(labels: Record<string, string>, before: number, after: number): void {
  let value = 1000;
  for (let minute = -60; minute <= 0; minute++) {
    store.metrics.add(labelsOf(labels), NOW + minute * MINUTE, value);
    value += minute < -4 ? before : after;
  }
}

beforeAll(() => {
  const call = (service: string, span: string, status: string) => ({
    __name__: CALLS,
    job: service,
    service_name: service,
    span_name: span,
    status_code: `STATUS_CODE_${status}`,
  });
  counter(call("orders", "POST /orders", "UNSET"), 6000, 6000);
  counter(call("orders", "POST /orders", "ERROR"), 60, 70);
  counter(call("orders", "GET /orders", "ERROR"), 1, 2);
  counter(call("payments", "POST /charge", "ERROR"), 1, 900);
  counter(call("payments", "POST /charge", "UNSET"), 2000, 1100);
  for (let minute = -60; minute <= 0; minute++)
    for (const [pod, value] of [
      ["shop/cart", minute < -4 ? 0.4 : 0.97],
      ["shop/mail", 0.6],
    ] as const)
      store.metrics.add(labelsOf({ __name__: "pool_used_ratio", job: pod }), NOW + minute * MINUTE, value);
});

async function gather(expr: string, labels: Record<string, string> = {}): Promise<Evidence | undefined> {
  const { groups } = parseRules(JSON.stringify({ groups: [{ name: "g", rules: [{ alert: "Rule", expr }] }] }));
  return gatherEvidence(
    {
      labels: { alertname: "Rule", severity: "page", ...labels },
      annotations: {},
      value: 1,
      rule: groups[0].rules[0] as AlertingRule,
      activeAtMillis: NOW - MINUTE,
      startMillis: NOW - 6 * MINUTE,
      nowMillis: NOW,
    },
    {
      reader: store,
      query: queryVectorOf({ reader: store.metrics }),
      externalUrl: "https://gold.example/",
      signal: new AbortController().signal,
      log: new CollectedLog(),
    },
  );
}

describe("a rule that keeps no label of a service", () => {
  test("is of the service and operation whose failed calls rose most, not of the one with most calls", async () => {
    const ratio = `sum(rate(${CALLS}{status_code="STATUS_CODE_ERROR"}[5m])) / sum(rate(${CALLS}[5m])) > 0.05`;
    expect(await gather(ratio)).toMatchObject({ service: "payments", operation: "POST /charge" });
  });

  test("is of the service whose gauge rose most, by its job without the namespace", async () => {
    expect(await gather("max(pool_used_ratio) > 0.9")).toMatchObject({ service: "cart" });
  });

  test("looks only at series that its labels allow", async () => {
    const errors = `sum by (span_name) (rate(${CALLS}{status_code="STATUS_CODE_ERROR"}[5m])) > 0.02`;
    expect(await gather(errors, { span_name: "GET /orders" })).toMatchObject({
      service: "orders",
      operation: "GET /orders",
    });
  });
});

describe("the chart of a rule", () => {
  test("is what it compares, of the alert's own series, with the threshold and the unit", async () => {
    const evidence = await gather(`sum by (service_name) (rate(${CALLS}{status_code="STATUS_CODE_ERROR"}[5m])) > 2`, {
      service_name: "payments",
    });
    const { chart } = evidence ?? {};
    expect(chart).toMatchObject({ unit: "1/s", threshold: 2 });
    expect(chart?.title).toBe(`sum by (service_name) (rate(${CALLS}{status_code="STATUS_CODE_ERROR"}[5m]))`);
    expect(chart?.values).toHaveLength(chart?.times.length ?? 0);
    expect(chart?.values[0]).toBeCloseTo(1 / 60, 3);
    expect(chart?.values.at(-1)).toBeGreaterThan(10);
    // Half an hour before the begin is seen.
    expect(chart?.times[0]).toBeLessThanOrEqual(NOW - 30 * MINUTE);
  });

  test("is absent where no series belongs to the alert", async () => {
    const evidence = await gather(`sum by (job) (rate(${CALLS}[5m])) > 2`, { job: "nobody" });
    expect(evidence?.chart).toBeUndefined();
  });
});

test("an alert of nothing that is stored has no evidence", async () => {
  expect(await gather("vector(1) > 0")).toMatchObject({ chart: { threshold: 0 } });
  expect(await gather("nothing > 0")).toBeUndefined();
});
