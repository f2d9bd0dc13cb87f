/** The shipped configuration, from exceptions over OTLP to their groups: counted once, and remembered over kill -9. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { FREE_PORTS, startCollector } from "../kit/collector-process.ts";
import { tempDirectory } from "../kit/stores.ts";

const SHIPPED = readFileSync(join(import.meta.dirname, "../../../otel-config.yaml"), "utf8");
const PATIENCE_MILLIS = 20_000;
const temp = tempDirectory();
const ends: (() => unknown)[] = [() => temp.remove()];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

type Collector = Awaited<ReturnType<typeof startCollector>>;

async function start(): Promise<Collector> {
  const collector = await startCollector({
    config: SHIPPED,
    args: ["--config", FREE_PORTS, "--config", "yaml:{connectors: {exceptions: {metrics_flush_interval: 100ms}}}"],
    env: { GOLDSPAN_DATA: join(temp.path, "data") },
  });
  ends.push(async () => {
    await collector.end();
    collector.remove();
  });
  return collector;
}

const attributes = (of: Record<string, string>) =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** A request with one failed span, which tells of an exception. */
function failure(trace: number, version: string): string {
  const time = String(BigInt(Date.now()) * 1_000_000n);
  const stack = `CardError: no route ${trace}\n    at pay (/app/pay.js:${trace}:1)`;
  const exception = {
    "exception.type": "CardError",
    "exception.message": `no route ${trace}`,
    "exception.stacktrace": stack,
  };
  const span = {
    traceId: String(trace).padStart(32, "a"),
    spanId: String(trace).padStart(16, "b"),
    name: "charge",
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    status: { code: 2 },
    events: [{ name: "exception", timeUnixNano: time, attributes: attributes(exception) }],
  };
  const resource = { attributes: attributes({ "service.name": "pay", "service.version": version }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

async function post(collector: Collector, body: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${collector.otlp}/v1/traces`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
}

/** The groups, as soon as the first is as wanted and remembered: until then they are looked for in the newest failures. */
async function groups(
  collector: Collector,
  wanted: { readonly message: string; readonly count: number },
): Promise<Record<string, unknown>[]> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (true) {
    const response = await fetch(`${collector.web}/api/v1/exceptions`);
    const { groups: found } = (await response.json()) as { groups: Record<string, unknown>[] };
    const [first] = found;
    const isRemembered = first?.firstEverUnixNano !== undefined;
    if ((isRemembered && first.message === wanted.message && first.count === wanted.count) || Date.now() > deadline)
      return found;
    await sleep(50);
  }
}

test("an exception is counted once over resends, and known since when after kill -9", { timeout: 60_000 }, async () => {
  const before = await start();
  const body = failure(1, "1.0");
  await post(before, body);
  await post(before, body);
  await post(before, failure(2, "1.0"));
  const [first] = await groups(before, { message: "no route 2", count: 2 });
  expect(first).toMatchObject({ type: "CardError", service: "pay", culprit: "pay (pay.js)", count: 2 });
  await before.end("SIGKILL");

  const after = await start();
  await post(after, failure(3, "2.0"));
  const all = await groups(after, { message: "no route 3", count: 3 });
  expect(all).toMatchObject([
    {
      fingerprint: first.fingerprint,
      firstEverUnixNano: first.firstEverUnixNano,
      count: 3,
      message: "no route 3",
      versions: ["2.0", "1.0"],
    },
  ]);
  const detail = await fetch(`${after.web}/api/v1/exceptions/${String(first.fingerprint)}`);
  const { occurrences, operations } = (await detail.json()) as { occurrences: object[]; operations: object[] };
  expect(occurrences.length).toBe(3);
  expect(operations).toEqual([{ name: "charge", count: 3 }]);
});
