/** Evidence in words: one glance tells whose fault, what, since when, what differs, and where to look. */
import { expect, test } from "vitest";
import { describeEvidence } from "./describe-evidence.ts";
import type { Evidence } from "./notification.ts";

const bare: Evidence = { service: "", operation: "", traces: [], logs: [], release: "", links: {} };
const TRACE = "ab".repeat(16);

test("says everything in lines, the most telling first", () => {
  const trace = { traceId: TRACE, spanId: "cd".repeat(8), service: "payments", operation: "POST /charge" };
  const evidence: Evidence = {
    ...bare,
    service: "gateway",
    operation: "GET /checkout",
    traces: [
      {
        ...trace,
        durationMs: 1234,
        error: true,
        text: "payments POST /charge: CardError: declined (in gateway GET /checkout, 2 s)",
      },
    ],
    logs: [{ time: 0, severity: "error", service: "payments", body: "cannot\ncharge", traceId: TRACE, count: 7 }],
    release: "2.0.0",
    releaseChange: { service: "payments", version: "2.0.0", before: "1.9.0", firstSeen: Date.UTC(2026, 0, 1, 14, 3) },
    brokeFirst: { ...trace, kind: "span", text: "POST /charge", detail: "CardError: declined", time: 0, share: 0.92 },
    operations: [
      { service: "gateway", operation: "GET /checkout", share: 0.8, text: "38 % of requests fail, before 0.2 %" },
      { service: "gateway", operation: "GET /cart", share: 0.2, text: "9 % of requests fail" },
    ],
    attributes: [{ key: "host.name", value: "pay-3", service: "payments", badShare: 0.97, goodShare: 0.004 }],
    neighbours: [
      { service: "payments", direction: "downstream", ratePerSecond: 12.345, errorShare: 0.4, isUnhealthy: true },
      { service: "edge", direction: "upstream", ratePerSecond: 12, errorShare: 0, isUnhealthy: false },
    ],
  };
  expect(describeEvidence(evidence)).toEqual([
    "Service: gateway, operation: GET /checkout",
    "Deviates: gateway GET /checkout, 38 % of requests fail, before 0.2 % (80 % of the deviation)",
    "Deviates: gateway GET /cart, 9 % of requests fail (20 % of the deviation)",
    "Broke first: payments POST /charge: CardError: declined (in 92 % of the bad requests)",
    "Since release: payments 2.0.0 (before 1.9.0), first seen 14:03 UTC",
    "Differs: host.name=pay-3 of payments in 97 % of bad requests, 0.4 % of good ones",
    "Downstream payments: 40 % of calls fail, 12/s",
    `Trace ${TRACE}: payments POST /charge, 1.23 s, error; CardError: declined (in gateway GET /checkout, 2 s)`,
    "Log error payments: cannot charge (7 times)",
  ]);
});

test("says nothing of what was not found", () => {
  expect(describeEvidence(bare)).toEqual([]);
  expect(describeEvidence({ ...bare, release: "7" })).toEqual(["Since release: 7"]);
});
