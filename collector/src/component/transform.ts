/**
 * Consumers of a processor that turns each batch into another one at once: the shape that attributes, resource, filter and
 * redaction share. What changes nothing returns the batch it was given; a batch left without records goes no further.
 */
import type { EditableBatch } from "../model/edit-columns.ts";
import type { BatchOf, Consumer, Consumers } from "./consumer.ts";

export type ChangeBatch = <B extends EditableBatch>(batch: B) => B;

/** Traces and logs; only the signals that `next` takes. */
export function transformRecords(next: Consumers, change: ChangeBatch): Consumers {
  const result: { -readonly [S in keyof BatchOf]?: Consumer<BatchOf[S]> } = {};
  if (next.traces) result.traces = through(next.traces, change);
  if (next.logs) result.logs = through(next.logs, change);
  return result;
}

function through<B extends EditableBatch>(next: Consumer<B>, change: ChangeBatch): Consumer<B> {
  return {
    async consume(batch) {
      const changed = change(batch);
      return changed.count === 0 && batch.count > 0 ? undefined : next.consume(changed);
    },
  };
}
