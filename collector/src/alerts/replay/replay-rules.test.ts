/** Rules over history: what would have fired and when, the same as evaluating step by step, with nothing written. */
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { SimulatedShop } from "../../../test/kit/simulated-shop.ts";
import { scopeOf } from "../../base/work-scope.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import type { StoreReader } from "../../store/store.ts";
import { DEFAULT_RULES } from "../default-rules/default-rules.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import { replayRules, type ReplaySettings } from "./replay-rules.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** `up` of two jobs each minute for an hour: b is down from 20 to 30 and from 40 on. */
function upAndDown(): StoreReader {
  const metrics = new MemoryMetrics();
  for (let minute = 0; minute <= 60; minute++) {
    metrics.add(labelsOf({ __name__: "up", job: "a" }), minute * MINUTE, 1);
    const isDown = (minute >= 20 && minute < 30) || minute >= 40;
    metrics.add(labelsOf({ __name__: "up", job: "b" }), minute * MINUTE, isDown ? 0 : 1);
  }
  return { metrics } as unknown as StoreReader;
}

async function replay(rules: string, settings: Partial<ReplaySettings> = {}) {
  const { groups, issues } = parseRules(rules);
  expect(issues).toEqual([]);
  const reader = upAndDown();
  const request = { reader, groups, startMillis: 0, endMillis: HOUR, intervalMillis: MINUTE, ...settings };
  return replayRules(request);
}

test("episodes of an alert, from pending to the end", async () => {
  const { rules, ...rest } = await replay(`
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        annotations: { summary: "{{ $labels.job }} is down" }`);
  const times = { startMillis: 0, endMillis: HOUR, reachedMillis: HOUR, stepMillis: MINUTE };
  expect(rest).toEqual({ ...times, isComplete: true, chart: undefined });
  const minutes = rules[0].episodes.map(({ activeAtMillis, firedAtMillis, resolvedAtMillis, summary }) => [
    activeAtMillis / MINUTE,
    firedAtMillis / MINUTE,
    resolvedAtMillis === null ? null : resolvedAtMillis / MINUTE,
    summary,
  ]);
  expect([rules[0].fired, minutes]).toEqual([
    2,
    [
      [20, 22, 30, "b is down"],
      [40, 42, null, "b is down"],
    ],
  ]);
});

test("rules see what those before them recorded, and what the store has of it does not count", async () => {
  const reader = upAndDown();
  const stored = reader.metrics as MemoryMetrics;
  for (let minute = 0; minute <= 60; minute++) stored.add(labelsOf({ __name__: "jobs:up" }), minute * MINUTE, 0);
  const { rules } = await replay(
    `
groups:
  - name: g
    rules:
      - { record: "jobs:up", expr: sum(up) }
      - { alert: NoneUp, expr: "jobs:up == 0" }
      - { alert: OneUp, expr: "jobs:up < 2" }
      - { alert: Told, expr: 'count_over_time(ALERTS{alertname="OneUp"}[1m]) > 0' }`,
    { reader },
  );
  expect(rules.map(({ name, fired }) => [name, fired])).toEqual([
    ["NoneUp", 0],
    ["OneUp", 2],
    ["Told", 2],
  ]);
});

test("expressions asked over many steps at once give what one by one gives", async () => {
  const alert = (name: string, expr: string) => `      - { alert: ${name}, expr: '${expr}' }`;
  const rules = `
groups:
  - name: g
    rules:
${alert("Rate", "avg_over_time(up[5m]) < 0.7")}
${alert("At", "up @ 0 - up > 0")}
${alert("Absent", 'absent(up{job="c"}) and on () (up{job="b"} == 0)')}
${alert("Subquery", "max_over_time((1 - up)[10m:1m]) > 0 unless up == 0")}
${alert("Any", '{__name__=~"up"} == 0')}`;
  const { rules: found } = await replay(rules);
  const fired = found.map(({ name, episodes, error }) => [
    name,
    error,
    ...episodes.map(({ firedAtMillis, resolvedAtMillis }) => [
      firedAtMillis / MINUTE,
      (resolvedAtMillis ?? NaN) / MINUTE,
    ]),
  ]);
  expect(fired).toEqual([
    ["Rate", "", [21, 33], [41, NaN]],
    ["At", "", [20, 30], [40, NaN]],
    ["Absent", "", [20, 30], [40, NaN]],
    ["Subquery", "", [30, 39]],
    ["Any", "", [20, 30], [40, NaN]],
  ]);
});

test("a rule that fails says why, and the others go on", async () => {
  const { rules } = await replay(
    "groups: [{ name: g, rules: [{ alert: Bad, expr: 'up * on (x) up' }, { alert: Good, expr: up == 0 }] }]",
  );
  expect(rules.map(({ fired, error }) => [fired, error !== ""])).toEqual([
    [0, true],
    [2, false],
  ]);
});

test("it stops when its time is up, and long times go in larger steps", async () => {
  const rules = "groups: [{ name: g, rules: [{ alert: Down, expr: up == 0 }] }]";
  const progress: number[] = [];
  const stopped = await replay(rules, {
    endMillis: 24 * HOUR,
    intervalMillis: 1000,
    mostSteps: 100_000,
    timeoutMillis: 30,
    onProgress: (share) => progress.push(share),
  });
  expect([stopped.isComplete, stopped.reachedMillis < 24 * HOUR]).toEqual([false, true]);
  expect(progress.at(-1)).toBe(1);
  const coarse = await replay(rules, { intervalMillis: 1000, mostSteps: 12 });
  expect(coarse.rules[0].episodes.map(({ firedAtMillis }) => firedAtMillis / MINUTE)).toEqual([20, 40]);
});

test("a query that is too slow by itself ends with the time, and so does the drawing", async () => {
  const { groups } = parseRules("groups: [{ name: g, rules: [{ alert: Down, expr: sum(up) > 1 }] }]");
  const reader = upAndDown();
  const metrics = {
    // Takes its time, and looks at the limits now and then, as stores do.
    selectSeries: async (...request: Parameters<StoreReader["metrics"]["selectSeries"]>) => {
      for (let i = 0; i < 1000; i++) {
        scopeOf(request[2]).check();
        await setTimeout(10);
      }
      return reader.metrics.selectSeries(...request);
    },
  };
  const charted = groups[0].rules[0] as AlertingRule;
  const began = performance.now();
  const stopped = await replayRules({
    reader: { metrics } as unknown as StoreReader,
    groups,
    startMillis: 0,
    endMillis: HOUR,
    timeoutMillis: 50,
    charted,
  });
  expect(stopped).toMatchObject({ isComplete: false, reachedMillis: 0, chart: undefined });
  expect(stopped.rules).toMatchObject([{ fired: 0, error: "" }]);
  expect(performance.now() - began).toBeLessThan(8000);
});

test("the default rules tell of a fault of yesterday", async () => {
  const now = Date.UTC(2026, 10, 26, 12);
  const [fromMillis, untilMillis] = [now - 3 * HOUR, now - 3 * HOUR + 20 * MINUTE];
  const fault = {
    fromMillis,
    untilMillis,
    operations: ({ service }: { service: string }) => (service === "payments" ? { errorShare: 0.7 } : undefined),
  };
  const shop = new SimulatedShop({
    startMillis: now - 8 * 24 * HOUR,
    endMillis: now,
    stepMillis: 15_000,
    faults: [fault],
  });
  const { rules } = await replay(DEFAULT_RULES, {
    reader: shop.reader,
    startMillis: now - 4 * HOUR,
    endMillis: now - 2 * HOUR,
  });
  const fired = rules.flatMap(({ name, episodes }) => episodes.map((one) => ({ name, ...one })));
  expect(fired).toMatchObject([{ name: "UnusualErrors", labels: { span_name: "POST /charges" } }]);
  expect([fired[0].firedAtMillis - fromMillis, (fired[0].resolvedAtMillis ?? 0) - untilMillis]).toEqual([
    expect.closeTo(MINUTE, -5),
    expect.closeTo(2 * MINUTE, -5.5),
  ]);
});
