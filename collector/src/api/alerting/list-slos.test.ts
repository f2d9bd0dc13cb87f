import { expect, test } from "vitest";
import { NO_LIMITS } from "../../base/work-scope.ts";
import { RuleKinds } from "../../alerts/kinds/rule-kinds.ts";
import { parseRules } from "../../alerts/rules/parse-rules.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { listSlos } from "./list-slos.ts";

const NOW = Date.UTC(2026, 10, 26, 10);

/** Objectives of some services, over a store whose first read waits until it is told. */
function open(services: readonly string[]) {
  const rules = services.map(
    (service) => `{alert: ${service}, slo: {service: ${service}, objective: 99.9%, window: 30d}}`,
  );
  const { groups, issues } = parseRules(`groups: [{name: g, rules: [${rules.join(", ")}]}]`);
  expect(issues).toEqual([]);
  const [group] = groups;
  const status = { file: "f", group, intervalMillis: 1, lastEvaluation: undefined, lastDurationMillis: 0, missed: 0 };
  const list = group.rules.map((rule, i) => {
    return { rule, id: String(i), health: "ok", lastError: undefined, lastEvaluation: undefined, alerts: [] } as const;
  });
  const store = new MemoryStore();
  const first = Promise.withResolvers<void>();
  let reads = 0;
  store.metrics.selectSeries = async () => {
    reads++;
    await first.promise;
    return [];
  };
  const service = { groups: () => [{ ...status, rules: list }], now: () => NOW };
  return { service, kinds: new RuleKinds({ reader: store }), release: first.resolve, reads: () => reads };
}

test("each objective is told of once, by its rule", async () => {
  const { service, kinds, release } = open(["a", "b", "a"]);
  release();
  const slos = await listSlos(service, kinds, NO_LIMITS, undefined);
  expect(slos.map(({ service: name, state, attained }) => [name, state, attained])).toEqual([
    ["a", "ok", null],
    ["b", "ok", null],
  ]);
});

test("nothing more is read for whoever has left, also in the middle of an objective", async () => {
  const { service, kinds, reads } = open(["a", "b"]);
  const left = new AbortController();
  const slos = listSlos(service, kinds, NO_LIMITS, left.signal);
  await expect.poll(reads).toBe(1);
  left.abort();
  await expect(slos).rejects.toThrow(/abort/i);
  expect(reads()).toBe(1);
});
