import { expect, test } from "vitest";
import { DeliveryNotice } from "./delivery-notice.ts";
import { Environment } from "./environment.ts";
import { readOtlpTarget } from "./otlp-target.ts";
import type { PostOutcome } from "./otlp-transport.ts";

const RETRY: PostOutcome = { kind: "retry", reason: "connect ECONNREFUSED" };
const ACCEPTED: PostOutcome = { kind: "accepted", body: new Uint8Array() };

function open(endpoint = "http://user:secret@otel:4318") {
  const lines: string[] = [];
  const losses: string[] = [];
  const clock = { nowMillis: 0 };
  const notice = new DeliveryNotice({
    write: (line) => lines.push(line),
    reportLoss: (signal, lostItems) => losses.push(`${lostItems} ${signal}`),
    now: () => clock.nowMillis,
  });
  const target = readOtlpTarget(new Environment({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }), "logs");
  return { lines, losses, clock, notice, target };
}

test("a collector that comes within five seconds is no news; one that does not is told once, without secrets", () => {
  const { lines, clock, notice, target } = open();
  notice.record(target, RETRY, 0);
  clock.nowMillis = 4_999;
  notice.record(target, RETRY, 0);
  expect(lines).toEqual([]);
  for (clock.nowMillis = 5_000; clock.nowMillis < 90_000; clock.nowMillis += 10_000) notice.record(target, RETRY, 0);
  expect(lines).toEqual([
    "goldspan agent: cannot send telemetry to http://otel:4318/v1/logs (connect ECONNREFUSED); is the collector running " +
      "there? If it is elsewhere, set OTEL_EXPORTER_OTLP_ENDPOINT. The app goes on without it",
  ]);
});

test("a collector that does not know a signal is told of once for the signal, a later outage still is", () => {
  const { lines, clock, notice, target } = open("http://otel:4318");
  for (let n = 0; n < 3; n++) notice.record(target, { kind: "refused", reason: "404 Not Found" }, 1);
  expect(lines).toEqual([expect.stringContaining("or set OTEL_LOGS_EXPORTER=none if logs are not wanted there")]);
  notice.record(target, RETRY, 1);
  clock.nowMillis = 60_000;
  notice.record(target, RETRY, 1);
  expect(lines).toHaveLength(2);
});

test("what a collector refuses is told at once; port 4317 gets its own advice", () => {
  const { lines, notice, target } = open("http://otel:4317");
  notice.record(target, { kind: "refused", reason: "404 Not Found" }, 1);
  expect(lines[0]).toMatch(/\(404 Not Found\); 4317 is usually the port for gRPC: use port 4318/);
});

test("an end is told of when nothing ever arrived, not when the collector is stopped together with the app", () => {
  const never = open();
  never.notice.record(never.target, RETRY, 0);
  never.notice.recordEnd();
  expect(never.lines).toHaveLength(1);
  const stopped = open();
  stopped.notice.record(stopped.target, ACCEPTED, 0);
  stopped.notice.record(stopped.target, RETRY, 0);
  stopped.notice.recordEnd();
  expect(stopped.lines).toEqual([]);
});

test("losses are reported to the collector that is back", () => {
  const { losses, notice, target } = open();
  notice.record(target, RETRY, 7);
  expect(losses).toEqual([]);
  notice.record(target, ACCEPTED, 9);
  expect(losses).toEqual(["9 logs"]);
});
