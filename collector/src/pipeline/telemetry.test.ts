import { expect, test } from "vitest";
import { createTelemetry, formatMetrics } from "./telemetry.ts";
import { registerProcessMetrics } from "./process-metrics.ts";

async function lines(...threads: ReturnType<typeof createTelemetry>[]): Promise<string[]> {
  // What a thread sends is plain data.
  const parts = await Promise.all(threads.map(async (thread) => structuredClone(await thread.collect())));
  return (await formatMetrics(parts))
    .trim()
    .split("\n")
    .filter((line) => line !== "");
}

test("asking again for a name gives the same instrument", async () => {
  const telemetry = createTelemetry();
  telemetry.counter("a_total", "A.", ["x"]).add(1, { x: "1" });
  telemetry.counter("a_total", "A.", ["x"]).add(2, { x: "1" });
  telemetry.gauge("b", "B.").set(5);
  telemetry.gauge("b", "B.").set(6);
  expect(await lines(telemetry)).toEqual([
    "# HELP a_total A.",
    "# TYPE a_total counter",
    'a_total{x="1"} 3',
    "# HELP b B.",
    "# TYPE b gauge",
    "b 6",
  ]);
});

test("the numbers of all threads are put together", async () => {
  const [main, ingest] = [createTelemetry(), createTelemetry()];
  main.counter("a_total", "A.", ["thread"]).add(1, { thread: "main" });
  ingest.counter("a_total", "A.", ["thread"]).add(2, { thread: "ingest" });
  main.counter("shared_total", "S.").add(1);
  ingest.counter("shared_total", "S.").add(2);
  for (const thread of [main, ingest]) thread.histogram("h", "H.", [1, 5]).record(3);
  const text = await lines(main, ingest);
  expect(text).toContain('a_total{thread="main"} 1');
  expect(text).toContain('a_total{thread="ingest"} 2');
  expect(text).toContain("shared_total 3");
  expect(text).toContain('h_bucket{le="1"} 0');
  expect(text).toContain('h_bucket{le="5"} 2');
  expect(text).toContain("h_sum 6");
});

test("observed instruments are asked when somebody looks, and add up", async () => {
  const telemetry = createTelemetry();
  let value = 1;
  telemetry.observedGauge("g", "G.", () => value);
  telemetry.observedGauge("g", "G.", () => 10);
  telemetry.observedCounter("c_total", "C.", () => value);
  expect(await lines(telemetry)).toEqual(expect.arrayContaining(["g 11", "c_total 1"]));
  value = 4;
  expect(await lines(telemetry)).toEqual(expect.arrayContaining(["g 14", "c_total 4"]));
});

test("the process's own metrics carry the Collector's names", async () => {
  const telemetry = createTelemetry();
  registerProcessMetrics(telemetry, 1_000, () => 3_500);
  const text = await lines(telemetry);
  expect(text).toContain("otelcol_process_uptime 2.5");
  for (const name of ["cpu_seconds", "memory_rss", "runtime_heap_alloc_bytes"])
    expect(text.some((line) => line.startsWith(`otelcol_process_${name} `))).toBe(true);
});
