/**
 * The process's own metrics under the Collector's names
 * (https://github.com/open-telemetry/opentelemetry-collector/blob/main/service/documentation.md). Register them in one thread only:
 * they are of the whole process.
 */
import type { Telemetry } from "../component/telemetry.ts";

/** @param startedAt epoch milliseconds */
export function registerProcessMetrics(telemetry: Telemetry, startedAt: number, now: () => number = Date.now): void {
  const uptime = () => (now() - startedAt) / 1000;
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const rss = () => process.memoryUsage.rss();
  const heap = () => process.memoryUsage().heapUsed;
  telemetry.observedCounter("otelcol_process_uptime", "Uptime of the process.", uptime);
  telemetry.observedCounter("otelcol_process_cpu_seconds", "CPU time, user and system.", cpuSeconds);
  telemetry.observedGauge("otelcol_process_memory_rss", "Resident set size.", rss);
  telemetry.observedGauge("otelcol_process_runtime_heap_alloc_bytes", "JavaScript heap in use, main thread.", heap);
}
