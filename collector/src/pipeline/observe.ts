/**
 * The graph's part of self-telemetry: wraps the consumers of processors and exporters so that the Collector's metrics appear,
 * whatever the component does. Receivers count for themselves (component/observe-receiver.ts): only they know their transport.
 * Names: .../processor/processorhelper/documentation.md and .../exporter/exporterhelper/documentation.md of the Collector.
 */
import type { BatchOf, Consumer } from "../component/consumer.ts";
import { ITEMS_OF } from "../component/item-names.ts";
import type { Telemetry } from "../component/telemetry.ts";

type Signal = keyof BatchOf;
interface Counted {
  readonly count: number;
}

/** Counts what goes into a processor. */
export function observeIncoming<B extends Counted>(
  telemetry: Telemetry,
  processor: string,
  signal: Signal,
  consumer: Consumer<B>,
): Consumer<B> {
  return countItems(telemetry, "incoming", "Number of items passed to the processor.", processor, signal, consumer);
}

/** Counts what a processor hands on. */
export function observeOutgoing<B extends Counted>(
  telemetry: Telemetry,
  processor: string,
  signal: Signal,
  next: Consumer<B>,
): Consumer<B> {
  return countItems(telemetry, "outgoing", "Number of items emitted from the processor.", processor, signal, next);
}

function countItems<B extends Counted>(
  telemetry: Telemetry,
  direction: "incoming" | "outgoing",
  help: string,
  processor: string,
  signal: Signal,
  consumer: Consumer<B>,
): Consumer<B> {
  const items = telemetry.counter(`otelcol_processor_${direction}_items`, help, ["processor", "otel_signal"]);
  const labels = { processor, otel_signal: signal };
  items.add(0, labels);
  return {
    async consume(batch) {
      items.add(batch.count, labels);
      return consumer.consume(batch);
    },
  };
}

/** Counts what an exporter delivered and what it could not; records it rejected for good count as failed. */
export function observeExporter<B extends Counted>(
  telemetry: Telemetry,
  exporter: string,
  signal: Signal,
  consumer: Consumer<B>,
): Consumer<B> {
  const items = ITEMS_OF[signal];
  const counter = (what: string, help: string) =>
    telemetry.counter(`otelcol_exporter_${what}_${items}`, help, ["exporter"]);
  const sent = counter("sent", `Number of ${items} successfully sent to destination.`);
  const failed = counter("send_failed", `Number of ${items} in failed attempts to send to destination.`);
  const labels = { exporter };
  sent.add(0, labels);
  failed.add(0, labels);
  return {
    async consume(batch) {
      try {
        const partial = await consumer.consume(batch);
        const rejected = Math.min(partial?.rejected ?? 0, batch.count);
        sent.add(batch.count - rejected, labels);
        if (rejected > 0) failed.add(rejected, labels);
        return partial;
      } catch (error) {
        failed.add(batch.count, labels);
        throw error;
      }
    },
  };
}
