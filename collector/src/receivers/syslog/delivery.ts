/**
 * Hands batches of messages on until they are taken. Syslog has no answer to give: while a pipeline cannot take a batch it is offered again,
 * and whoever waits for that reads nothing further. Shared by UDP and TCP.
 */
import { messageOf } from "../../base/errors.ts";
import { admitBody } from "../../component/admit-body.ts";
import type { Admission } from "../../component/admission.ts";
import type { Consumer } from "../../component/consumer.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import type { Logger } from "../../component/logger.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { releaseBatch } from "../../model/release-batch.ts";

/** A disk that is full is looked at again so often. */
const LONGEST_WAIT_MILLIS = 5000;

export interface DeliveryParts {
  readonly next: Consumer<LogBatch>;
  readonly admission: Admission;
  readonly logger: Logger;
  /** Told of messages that were lost, and why: a word for a label. */
  readonly onLost: (messages: number, reason: string) => void;
}

export class Delivery {
  readonly #parts: DeliveryParts;
  /** Aborted when nobody waits any more. */
  readonly #end = new AbortController();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Resolves when the batch is durable, or lost for good; never rejects. @param sender for the admission */
  async deliver(batch: LogBatch, sender: string): Promise<void> {
    const { admission, logger, onLost, next } = this.#parts;
    const { signal } = this.#end;
    const arrival = { length: batch.bytes.length, isCompressed: false, sender };
    for (;;) {
      try {
        const place = await admitBody(admission, batch.bytes.length, arrival, signal);
        try {
          await next.consume(batch);
        } finally {
          place.leave();
        }
        return releaseBatch(batch);
      } catch (error) {
        if (error instanceof RetryableError && !signal.aborted) {
          await pause(Math.min(error.retryAfterMillis, LONGEST_WAIT_MILLIS), signal);
          continue;
        }
        const reason = signal.aborted ? "shutdown" : error instanceof PermanentError ? "refused" : "error";
        onLost(batch.count, reason);
        logger.error("messages are lost: the pipeline did not take them", {
          messages: batch.count,
          error: reason === "error" && error instanceof Error ? error.stack : messageOf(error),
        });
        return releaseBatch(batch);
      }
    }
  }

  /** Gives up what is still not taken. */
  abort(): void {
    this.#end.abort(new Error("the collector is stopping"));
  }
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, millis));
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
