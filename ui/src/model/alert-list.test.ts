import { expect, test } from "vitest";
import type { WireAlert } from "goldspan/contract";
import { filterAlerts, otherLabels, phaseOf, severityTone, sortAlerts } from "./alert-list.ts";

const alert = (name: string, more: Partial<WireAlert> = {}): WireAlert => ({
  id: name,
  fingerprint: name,
  name,
  state: "firing",
  silencedBy: [],
  inhibitedBy: [],
  labels: { alertname: name },
  annotations: {},
  summary: "",
  severity: "",
  service: "",
  operation: "",
  value: 1,
  activeAtMillis: 1000,
  firedAtMillis: 2000,
  resolvedAtMillis: null,
  ruleId: "",
  generatorUrl: "",
  receivers: [],
  traceIds: [],
  ...more,
});

test("alerts that fire come first, the worst and the newest of them before the others", () => {
  const alerts = [
    alert("resolved", { state: "resolved", resolvedAtMillis: 9000, severity: "page" }),
    alert("pending", { state: "pending", firedAtMillis: null }),
    alert("old", { severity: "warning" }),
    alert("silenced", { silencedBy: ["s"], severity: "critical" }),
    alert("new", { severity: "warning", firedAtMillis: 3000 }),
    alert("page", { severity: "page" }),
    alert("custom", { severity: "P3" }),
    alert("info", { severity: "info" }),
  ];
  expect(sortAlerts(alerts).map(({ name }) => name)).toEqual([
    "page",
    "new",
    "old",
    "custom",
    "info",
    "pending",
    "silenced",
    "resolved",
  ]);
});

test("an inhibited alert counts as silenced until it is resolved", () => {
  expect(phaseOf(alert("a", { inhibitedBy: ["b"] }))).toBe("silenced");
  expect(phaseOf(alert("a", { inhibitedBy: ["b"], state: "resolved" }))).toBe("resolved");
});

test("alerts are found by service, phase and all words of a text", () => {
  const alerts = [
    alert("ErrorRatio", { service: "payments", summary: "Payments fail", labels: { zone: "eu" } }),
    alert("Latency", { service: "orders", receivers: ["on-call"] }),
  ];
  const names = (filter: object) =>
    filterAlerts(alerts, { text: "", service: "", phase: "", receiver: "", ...filter }).map(({ name }) => name);
  expect(names({ text: "fail EU" })).toEqual(["ErrorRatio"]);
  expect(names({ text: "fail us" })).toEqual([]);
  expect(names({ service: "orders" })).toEqual(["Latency"]);
  expect(names({ phase: "pending" })).toEqual([]);
  expect(names({ receiver: "on-call" })).toEqual(["Latency"]);
});

test("tones go by severity, and labels that are said already are left out", () => {
  const tones = ["critical", "page", "warning", "P3", "info"].map(severityTone);
  expect(tones).toEqual(["error", "error", "warn", "plain", "plain"]);
  const labels = { alertname: "A", service_name: "pay", zone: "eu", severity: "page" };
  expect(otherLabels(alert("A", { labels, service: "pay", severity: "page" }))).toEqual([["zone", "eu"]]);
});
