/** What holds for every kind: its reads heed the signal and share what it carries of limits. */
import { describe, expect, test } from "vitest";
import { openScope, scopeOf } from "../../base/work-scope.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { StoreReader } from "../../store/store.ts";
import type { KindRule } from "../evaluate/alerting-rule.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { RuleKinds } from "./rule-kinds.ts";

const NOW = Date.UTC(2026, 10, 26, 10);

const SOURCES = {
  logs: "logs: {query: 'level:error', window: 5m}",
  "traces, from sums": "traces: {query: 'service:a', measure: count, window: 5m}",
  "traces, from spans": "traces: {query: 'service:a x:1', measure: count, window: 5m}",
  "error ratio": "baseline: {signal: error_ratio}",
  latency: "baseline: {signal: latency}",
  saturation: "baseline: {signal: saturation}",
  memory: "baseline: {signal: memory}",
  dependencies: "baseline: {signal: dependency_errors}",
  slo: "slo: {service: a, objective: 99.9%, window: 30d}",
  "slo of latency": "slo: {service: a, objective: 99.9%, window: 30d, indicator: {latency: 300ms}}",
  "absent service": "absence: {service: .*, after: 5m}",
  "absent series": "absence: {series: up, after: 5m}",
  "absent logs": "absence: {logs: 'service:a', after: 5m}",
  "new errors": "new_error: {service: .*}",
};

function ruleOf(source: string): KindRule {
  const { groups, issues } = parseRules(`groups:\n- name: g\n  rules:\n  - {alert: A, ${source}}`);
  expect(issues).toEqual([]);
  return groups[0].rules[0] as KindRule;
}

/** A store that tells with which signal each read came, and answers when `answers` says so. */
function watched(answers: boolean) {
  const store = new MemoryStore();
  const signals: (AbortSignal | undefined)[] = [];
  const watch = <T extends object>(object: T, skipped: readonly string[]): T =>
    new Proxy(object, {
      get(target, name) {
        if (name === "metrics") return watch(store.metrics, ["metricMetadata"]);
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function" || skipped.includes(String(name))) return value;
        return (...request: unknown[]) => {
          const signal = request.find((each) => each instanceof AbortSignal);
          signals.push(signal);
          scopeOf(signal).addRows(1);
          const answer = (value as (...all: unknown[]) => Promise<unknown>).apply(target, request);
          if (answers) return answer;
          return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
        };
      },
    });
  return { reader: watch<StoreReader>(store, ["documents", "dataRange"]), signals };
}

describe.each(Object.entries(SOURCES))("%s", (_, source) => {
  test("reads with the signal of its evaluation alone", async () => {
    const { reader, signals } = watched(true);
    const { signal } = new AbortController();
    await new RuleKinds({ reader }).find(ruleOf(source), NOW, signal);
    expect(signals.length).toBeGreaterThan(0);
    expect(new Set(signals)).toEqual(new Set([signal]));
  });

  test("ends with it, in the middle of a step", async () => {
    const { reader, signals } = watched(false);
    const stop = new AbortController();
    const found = new RuleKinds({ reader }).find(ruleOf(source), NOW, stop.signal);
    await expect.poll(() => signals.length).toBeGreaterThan(0);
    stop.abort(new Error("stopped"));
    await expect(found).rejects.toThrow("stopped");
  });

  test("is held to its limits", async () => {
    const { reader } = watched(true);
    const { signal } = openScope(undefined, { timeoutMillis: 0, maxBytes: 0, maxRows: 0.5 });
    await expect(new RuleKinds({ reader }).find(ruleOf(source), NOW, signal)).rejects.toThrow(
      "needs more than 0.5 rows",
    );
  });
});

test("an evaluation that was broken off leaves the next one nothing half-done", async () => {
  const { reader, signals } = watched(false);
  const kinds = new RuleKinds({ reader });
  const rules = [SOURCES.slo, SOURCES["absent service"], SOURCES["error ratio"]].map(ruleOf);
  const stop = new AbortController();
  const first = Promise.allSettled(rules.map((rule) => kinds.find(rule, NOW, stop.signal)));
  await expect.poll(() => signals.length).toBeGreaterThan(0);
  const next = new AbortController();
  const second = rules.map((rule) => kinds.find(rule, NOW, next.signal));
  stop.abort(new Error("stopped"));
  expect((await first).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  // Each has begun reads of its own, and waits for those.
  await expect.poll(() => signals.filter((signal) => signal === next.signal).length).toBeGreaterThanOrEqual(2);
  next.abort(new Error("stopped as well"));
  for (const found of second) await expect(found).rejects.toThrow("stopped as well");
});
