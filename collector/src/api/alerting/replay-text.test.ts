import { expect, test } from "vitest";
import { RuleFileError } from "../../alerts/engine/alerting-service.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import type { StoreReader } from "../../store/store.ts";
import { replayText } from "./replay-text.ts";

const MINUTE = 60_000;

function open() {
  const metrics = new MemoryMetrics();
  for (let minute = 0; minute <= 60; minute++)
    metrics.add(labelsOf({ __name__: "up", job: "a" }), minute * MINUTE, minute < 30 ? 1 : 0);
  const reader = { metrics } as unknown as StoreReader;
  return (text: string, signal = new AbortController().signal) =>
    replayText(reader, text, 0, 60 * MINUTE, MINUTE, signal);
}

const RULES = "groups: [{ name: g, rules: [{ alert: Down, expr: up == 0, for: 1m }] }]";

test("rules of a text are replayed over a range", async () => {
  expect(await open()(RULES)).toEqual({
    startMillis: 0,
    endMillis: 60 * MINUTE,
    reachedMillis: 60 * MINUTE,
    rules: [
      {
        group: "g",
        name: "Down",
        fired: 1,
        error: "",
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
  await expect(open()(RULES, AbortSignal.abort())).rejects.toThrow();
});
