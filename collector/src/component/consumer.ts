/** What flows between components: a batch goes in, and the promise settles when it is safe (durable, or accepted by a durable queue). */
import type { BatchOf } from "../model/batch.ts";

export type { BatchOf } from "../model/batch.ts";

/** The batch was taken but for `rejected` records that are permanently bad; 0 rejected with a message is a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
  /** The same request was taken before and is acknowledged once more: who counts records has counted these. */
  readonly resent?: boolean;
}

/** A success with nothing to tell a sender, for a request that was taken before. */
export const RESENT: PartialSuccess = { rejected: 0, message: "", resent: true };

/**
 * Awaiting `consume` is the back-pressure. Undefined = everything was taken. Throws RetryableError (the sender may try again) or
 * PermanentError (it must not). The batch is readonly, may be shared with other consumers, and is the caller's again when the promise
 * settles: its memory is given back then, so who needs a part of it for longer keeps a copy.
 */
export interface Consumer<B> {
  consume(batch: B): Promise<PartialSuccess | undefined>;
}

export type Consumers = { readonly [S in keyof BatchOf]?: Consumer<BatchOf[S]> };

/** One result of several: rejections add up, messages are joined. */
export function mergePartials(partials: readonly (PartialSuccess | undefined)[]): PartialSuccess | undefined {
  const some = partials.filter((partial) => partial !== undefined);
  if (some.length < 2) return some[0];
  const resent = some.some((p) => p.resent);
  return {
    rejected: Math.max(...some.map((p) => p.rejected)),
    message: [...new Set(some.map((p) => p.message))].filter((message) => message !== "").join("; "),
    ...(resent && { resent }),
  };
}
