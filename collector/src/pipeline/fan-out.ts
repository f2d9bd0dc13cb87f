/**
 * One batch to several consumers: the reference is shared, all are waited for. In: consumers of one signal; out: one consumer. What
 * one of them takes stays taken when another refuses; the sender then repeats, and stores drop what they have. Followers, who
 * count, come last: a batch that was refused or is a repetition does not reach them, so that it counts once.
 */
import { mergePartials, type Consumer, type PartialSuccess } from "../component/consumer.ts";
import { PermanentError, RetryableError } from "../component/errors.ts";

/** A single consumer is returned as it is. */
export function fanOut<B>(consumers: readonly Consumer<B>[], followers: readonly Consumer<B>[] = []): Consumer<B> {
  if (followers.length === 0) return together(consumers);
  if (consumers.length === 0) return together(followers);
  const [first, then] = [together(consumers), together(followers)];
  return {
    async consume(batch) {
      const partial = await first.consume(batch);
      return partial?.resent ? partial : mergePartials([partial, await then.consume(batch)]);
    },
  };
}

function together<B>(consumers: readonly Consumer<B>[]): Consumer<B> {
  if (consumers.length === 1) return consumers[0];
  return {
    async consume(batch) {
      const results = await Promise.allSettled(consumers.map(async (consumer) => consumer.consume(batch)));
      const errors = results.filter((result) => result.status === "rejected").map((result) => result.reason as unknown);
      if (errors.length > 0) throw mergeErrors(errors);
      return mergePartials(
        results.map((result) => (result as PromiseFulfilledResult<PartialSuccess | undefined>).value),
      );
    },
  };
}

/** Retrying helps if it helps for one: retryable before unforeseen before permanent. */
function mergeErrors(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0];
  const message = [...new Set(errors.map((error) => (error instanceof Error ? error.message : String(error))))].join(
    "; ",
  );
  const retryable = errors.filter((error) => error instanceof RetryableError);
  if (retryable.length > 0) {
    const wait = Math.max(...retryable.map((error) => error.retryAfterMillis));
    return new RetryableError(
      message,
      wait,
      retryable.some((error) => error.overloaded),
    );
  }
  return errors.find((error) => !(error instanceof PermanentError)) ?? new PermanentError(message);
}
