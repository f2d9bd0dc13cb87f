/**
 * Refuses batches while the process is short of memory: measures the resident set at an interval, and above the soft limit tells
 * senders to come back. It also has garbage collected then, since freed buffers go back to the system only when V8 looks.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { BatchOf, Consumer, Consumers } from "../../component/consumer.ts";
import { RetryableError } from "../../component/errors.ts";
import { ITEMS_OF } from "../../component/item-names.ts";
import { memoryLimitBytes } from "../../component/memory-limit.ts";
import { limitsOf, type MemoryLimiterConfig } from "./config.ts";

const MIB = 1024 * 1024;

/** What the limiter looks at and does; tests bring their own. */
export interface MemoryProbe {
  /** Memory that the process uses. */
  usedBytes(): number;
  /** Memory that it may use: the container's limit, else the machine's. */
  totalBytes(): number;
  collectGarbage(): void;
}

export const processProbe: MemoryProbe = {
  usedBytes: () => process.memoryUsage.rss(),
  totalBytes: memoryLimitBytes,
  collectGarbage() {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // Buffers go back while the next collection begins: after one 381 of 395 MB were still there, after two 96.
    collect();
    collect();
  },
};

/** The thread has one heap, however many limiters watch it. */
let collectedAt = -Infinity;

export function createMemoryLimiter(
  settings: Settings,
  config: MemoryLimiterConfig,
  next: Consumers,
  probe: MemoryProbe = processProbe,
): ConsumingComponent {
  const { logger } = settings;
  const limits = limitsOf(config, probe.totalBytes());
  const inMib = (bytes: number) => Math.round(bytes / MIB);
  let used = 0;
  let refusing = false;
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    used = probe.usedBytes();
    if (used > limits.soft) {
      const distance =
        used > limits.hard ? config.min_gc_interval_when_hard_limited : config.min_gc_interval_when_soft_limited;
      if (Date.now() - collectedAt >= distance) {
        probe.collectGarbage();
        collectedAt = Date.now();
        used = probe.usedBytes();
      }
    }
    const over = used > limits.soft;
    if (over !== refusing) {
      const fields = { used_mib: inMib(used), soft_limit_mib: inMib(limits.soft), hard_limit_mib: inMib(limits.hard) };
      if (over) logger.warn("memory is short: refusing data", fields);
      else logger.info("memory is within its limits again: taking data", fields);
    }
    refusing = over;
  }

  function limited<S extends keyof BatchOf>(signal: S, consumer: Consumer<BatchOf[S]>): Consumer<BatchOf[S]> {
    const counter = (outcome: string, help: string) =>
      settings.telemetry.counter(`otelcol_processor_memory_limiter_${outcome}_${ITEMS_OF[signal]}`, help, [
        "processor",
      ]);
    const accepted = counter("accepted", "Number of items pushed into the next component in the pipeline.");
    const refused = counter("refused", "Number of items refused because memory was short.");
    const labels = { processor: settings.id.text };
    return {
      async consume(batch) {
        if (refusing) {
          refused.add(batch.count, labels);
          throw new RetryableError(
            `cannot take more data now: the process uses ${inMib(used)} MiB, the soft limit is ${inMib(limits.soft)} MiB`,
            Math.max(1000, config.check_interval),
          );
        }
        accepted.add(batch.count, labels);
        return consumer.consume(batch);
      },
    };
  }

  return {
    ...(next.traces && { traces: limited("traces", next.traces) }),
    ...(next.logs && { logs: limited("logs", next.logs) }),
    ...(next.metrics && { metrics: limited("metrics", next.metrics) }),
    async start() {
      check();
      timer = setInterval(check, config.check_interval);
      timer.unref();
    },
    async shutdown() {
      clearInterval(timer);
    },
  };
}
