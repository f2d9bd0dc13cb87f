import { afterEach, beforeEach, expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { limitsOf, memoryLimiterConfig } from "./config.ts";
import { createMemoryLimiter, processProbe } from "./memory-limiter.ts";

const MIB = 1024 * 1024;
const batch = spanBatch({ records: [{}, {}] });

let clock: FakeClock;
beforeEach(() => {
  // Each test later than the one before: the time of the last garbage collection is the thread's.
  clock = new FakeClock((starts += 3_600_000));
});
afterEach(() => clock.restore());
let starts = Date.UTC(2024, 0, 1);

/** A limiter in a process whose memory the test sets. */
async function create(yaml: string, usedMib: number) {
  const memory = { used: usedMib, collected: 0, freed: 0 };
  const sinks = createSinks();
  const settings = testSettings("processor", "memory_limiter");
  const limiter = createMemoryLimiter(settings, readConfig(memoryLimiterConfig, yaml), sinks, {
    usedBytes: () => memory.used * MIB,
    totalBytes: () => 1000 * MIB,
    collectGarbage() {
      memory.collected++;
      memory.used -= memory.freed;
    },
  });
  await limiter.start?.();
  const send = () =>
    limiter.traces?.consume(batch).then(
      () => "taken",
      (error: unknown) => error,
    );
  return { memory, sinks, settings, limiter, send };
}

test("takes data below the soft limit and refuses it above, until memory is there again", async () => {
  const { memory, settings, sinks, send } = await create(
    "{limit_mib: 100, spike_limit_mib: 20, check_interval: 1s}",
    79,
  );
  expect(await send()).toBe("taken");
  memory.used = 81;
  await clock.advance(1000);
  expect(await send()).toMatchObject({
    name: "RetryableError",
    // As the Collector's: UNAVAILABLE, 503.
    overloaded: false,
    retryAfterMillis: 1000,
    message: "cannot take more data now: the process uses 81 MiB, the soft limit is 80 MiB",
  });
  memory.used = 50;
  await clock.advance(1000);
  expect(await send()).toBe("taken");
  expect(sinks.traces.batches).toEqual([batch, batch]);
  expect(settings.lines.map(({ msg }) => msg)).toEqual([
    "memory is short: refusing data",
    "memory is within its limits again: taking data",
  ]);
  expect(await settings.samples("_spans")).toEqual([
    'otelcol_processor_memory_limiter_accepted_spans{processor="memory_limiter"} 4',
    'otelcol_processor_memory_limiter_refused_spans{processor="memory_limiter"} 2',
  ]);
});

test("measures at the start already", async () => {
  expect(await (await create("limit_mib: 100", 90)).send()).toMatchObject({ name: "RetryableError" });
});

test("collects garbage before it refuses, rarely above the soft limit and always above the hard one", async () => {
  const { memory, send } = await create("{limit_mib: 100, check_interval: 1s}", 10);
  memory.used = 90;
  memory.freed = 50;
  await clock.advance(1000);
  expect([memory.collected, await send()]).toEqual([1, "taken"]);
  memory.used = 90;
  memory.freed = 0;
  await clock.advance(5000);
  expect(memory.collected).toBe(1);
  memory.used = 110;
  await clock.advance(2000);
  expect(memory.collected).toBe(3);
});

test("stops measuring when it is shut down", async () => {
  const { memory, limiter, send } = await create("limit_mib: 100", 10);
  await limiter.shutdown?.(clock.now);
  memory.used = 500;
  await clock.advance(5000);
  expect(await send()).toBe("taken");
});

/** Soft and hard limit in MiB where 1000 MiB are there. */
function checkLimits(yaml: string, soft: number, hard: number): void {
  const limits = limitsOf(readConfig(memoryLimiterConfig, yaml), 1000 * MIB);
  expect([limits.soft / MIB, limits.hard / MIB], yaml).toEqual([soft, hard]);
}

test("limits in MiB, in percent, and by default", () => {
  checkLimits("{limit_mib: 4000, spike_limit_mib: 500}", 3500, 4000);
  checkLimits("limit_mib: 100", 80, 100);
  checkLimits("limit_percentage: 50", 400, 500);
  checkLimits("{limit_percentage: 50, spike_limit_percentage: 30}", 200, 500);
  checkLimits("", 640, 800);
});

test("a mistake in the configuration is said", () => {
  const issues = (yaml: string) => tryConfig(memoryLimiterConfig, yaml).issues;
  expect(issues("check_interval: 0s")).toEqual(["check_interval: must be greater than zero; write 1s"]);
  expect(issues("{limit_mib: 10, spike_limit_mib: 10}")).toEqual([
    "spike_limit_mib: must be smaller than limit_mib (10)",
  ]);
  expect(issues("spike_limit_percentage: 90")).toEqual([
    "spike_limit_percentage: must be smaller than limit_percentage (80)",
  ]);
});

test("the real probe measures this process and can collect garbage", () => {
  expect(processProbe.usedBytes()).toBeGreaterThan(10 * MIB);
  expect(processProbe.totalBytes()).toBeGreaterThan(processProbe.usedBytes());
  processProbe.collectGarbage();
});
