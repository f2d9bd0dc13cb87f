/** Gives a batch's memory back when everybody is done with it: half a megabyte for 512 spans, which the garbage collector would be late to see. */
import { release } from "../base/release.ts";
import type { BatchOf } from "./batch.ts";

/** The caller owns the batch and the body it came from; both are empty afterwards. */
export function releaseBatch(batch: BatchOf[keyof BatchOf]): void {
  for (const column of Object.values(batch) as unknown[])
    if (column instanceof Uint32Array || column instanceof Uint8Array) release(column);
  if (batch.received) release(batch.received.bytes);
}
