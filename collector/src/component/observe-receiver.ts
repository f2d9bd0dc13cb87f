/**
 * The receivers' part of self-telemetry: wraps a receiver's consumers so that what it hands on is counted under the Collector's
 * names, with the labels `receiver` and `transport`. Only the receiver knows its transport, so it asks for this itself.
 * Names: https://github.com/open-telemetry/opentelemetry-collector/blob/main/receiver/receiverhelper/documentation.md
 */
import type { Settings } from "./component.ts";
import type { BatchOf, Consumer, Consumers } from "./consumer.ts";
import { PermanentError, RetryableError } from "./errors.ts";
import { ITEMS_OF } from "./item-names.ts";

/**
 * accepted = taken by the pipeline; refused = the pipeline said no (any part rejected, PermanentError, RetryableError); failed = an
 * error nobody foresaw.
 * @param transport "grpc" or "http" as in the Collector; "" when there is none.
 */
export function observeReceiver(settings: Settings, transport: string, next: Consumers): Consumers {
  const result: { -readonly [S in keyof BatchOf]?: Consumer<BatchOf[S]> } = {};
  if (next.traces) result.traces = observe(settings, transport, "traces", next.traces);
  if (next.logs) result.logs = observe(settings, transport, "logs", next.logs);
  if (next.metrics) result.metrics = observe(settings, transport, "metrics", next.metrics);
  return result;
}

function observe<B extends { readonly count: number }>(
  { telemetry, id }: Settings,
  transport: string,
  signal: keyof BatchOf,
  next: Consumer<B>,
): Consumer<B> {
  const items = ITEMS_OF[signal];
  const names = ["receiver", "transport"];
  const counter = (outcome: string, help: string) =>
    telemetry.counter(`otelcol_receiver_${outcome}_${items}`, help, names);
  const accepted = counter("accepted", `Number of ${items} successfully pushed into the pipeline.`);
  const refused = counter("refused", `Number of ${items} that could not be pushed into the pipeline.`);
  const failed = counter("failed", `Number of ${items} that failed to be processed because of internal errors.`);
  const labels = { receiver: id.text, transport };
  for (const each of [accepted, refused, failed]) each.add(0, labels);
  return {
    async consume(batch) {
      try {
        const partial = await next.consume(batch);
        const rejected = Math.min(partial?.rejected ?? 0, batch.count);
        accepted.add(batch.count - rejected, labels);
        if (rejected > 0) refused.add(rejected, labels);
        return partial;
      } catch (error) {
        const expected = error instanceof RetryableError || error instanceof PermanentError;
        (expected ? refused : failed).add(batch.count, labels);
        throw error;
      }
    },
  };
}
