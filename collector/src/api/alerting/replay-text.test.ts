import { expect, test } from "vitest";
import { EPOCH, logsRequest } from "../../../test/kit/simple-otlp.ts";
import { logsOf } from "../../../test/kit/stores.ts";
import { RuleFileError } from "../../alerts/engine/alerting-service.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { StoreReader } from "../../store/store.ts";
import { replayText } from "./replay-text.ts";

const MINUTE = 60_000;

/** @param dataStart in minutes, as the store says it */
function open({ dataStart }: { dataStart?: number } = {}) {
  const metrics = new MemoryMetrics();
  for (let minute = 0; minute <= 60; minute++)
    metrics.add(labelsOf({ __name__: "up", job: "a" }), minute * MINUTE, minute < 30 ? 1 : 0);
  const data = dataStart === undefined ? undefined : { start: BigInt(dataStart * MINUTE) * 1_000_000n, end: 0n };
  const reportStorage = async () => ({ signals: [{ signal: "metrics", data }] });
  const reader = { metrics, reportStorage } as unknown as StoreReader;
  return (
    text: string,
    { line, signal = new AbortController().signal }: { line?: number; signal?: AbortSignal } = {},
  ) => replayText(reader, { text, startMillis: 0, endMillis: 60 * MINUTE, line }, MINUTE, signal);
}

const RULES = "groups: [{ name: g, rules: [{ alert: Down, expr: up == 0, for: 1m }] }]";

test("rules of a text are replayed over a range", async () => {
  expect(await open()(RULES)).toEqual({
    startMillis: 0,
    endMillis: 60 * MINUTE,
    reachedMillis: 60 * MINUTE,
    stepMillis: MINUTE,
    dataStartMillis: null,
    rules: [
      {
        group: "g",
        name: "Down",
        fired: 1,
        error: "",
        chart: null,
        episodes: [
          {
            labels: { alertname: "Down", job: "a" },
            activeAtMillis: 30 * MINUTE,
            firedAtMillis: 31 * MINUTE,
            resolvedAtMillis: null,
          },
        ],
      },
    ],
  });
});

test("a text that cannot run is refused with what is wrong", async () => {
  await expect(open()("groups: 1")).rejects.toThrow(RuleFileError);
});

test("nobody who waits ends it", async () => {
  await expect(open()(RULES, { signal: AbortSignal.abort() })).rejects.toThrow();
});

const TWO = `groups:
  - name: g
    rules:
      - { record: "job:up:sum", expr: sum by (job) (up) }
      - alert: Other
        expr: up < 5
      - alert: Down
        expr: job:up:sum < 1
`;

test("one rule alone is replayed with what it looks at, from where the data begins", async () => {
  const found = await open({ dataStart: 25 })(TWO, { line: 8 });
  expect([found.dataStartMillis, found.startMillis]).toEqual([25 * MINUTE, 0]);
  expect(found.rules.map(({ name, fired }) => [name, fired])).toEqual([["Down", 1]]);
  const { chart } = found.rules[0];
  expect(chart).toMatchObject({ title: "job:up:sum", threshold: 1, side: "below", hidden: 0, band: null });
  expect(chart?.series.map(({ labels }) => labels)).toEqual([{ __name__: "job:up:sum", job: "a" }]);
  const at = (minute: number) => chart?.series[0].values[chart.timesMillis.findIndex((t) => t >= minute * MINUTE)];
  expect([chart?.timesMillis[0], at(20), at(40)]).toEqual([15 * MINUTE, 1, 0]);
  await expect(open({ dataStart: 25 })(TWO, { line: 4 })).rejects.toThrow("there is no alerting rule");
});

test("what rules of Goldspan's kinds count is drawn, also where it is no reason to fire", async () => {
  const store = new MemoryStore();
  for (const [i, minute] of [10, 11, 11, 12].entries())
    await store.append(
      logsOf(logsRequest({ body: `declined ${i}`, service: "pay", severity: 17, time: minute * MINUTE })),
    );
  const text = "groups: [{ name: g, rules: [{ alert: A, logs: { query: 'level:error', window: 1m, above: 1 } }] }]";
  const start = Number(EPOCH / 1_000_000n);
  const request = { text, startMillis: start, endMillis: start + 30 * MINUTE, line: 1 };
  const { rules } = await replayText(store, request, MINUTE, new AbortController().signal);
  expect(rules[0].episodes.length).toBe(1);
  const { chart } = rules[0];
  expect([chart?.title, chart?.threshold]).toEqual(["log records", 1]);
  const counts = chart?.series[0].values.filter((value) => value !== null && value > 0);
  expect(counts).toEqual([1, 3, 3, 1]);
});
