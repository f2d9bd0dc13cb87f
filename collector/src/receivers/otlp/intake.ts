/**
 * What HTTP and gRPC share: a request body that has arrived -> admission, decoding, the pipeline, and the result. Knows neither
 * protocol; throws what refusal.ts translates.
 */
import type { Admission } from "../../component/admission.ts";
import { admitBody, type Place } from "../../component/admit-body.ts";
import type { BatchOf, Consumer, Consumers, PartialSuccess } from "../../component/consumer.ts";
import { mergePartials } from "../../component/consumer.ts";
import { releaseBatch } from "../../model/release-batch.ts";
import type { BodyCompression, ReceivedBody, Signal } from "../../model/signal.ts";
import { decodeBody } from "../../wire/decode-body.ts";

export interface Intake {
  readonly next: Consumers;
  readonly admission: Admission;
  readonly maxBytes: number;
}

export interface Arrival {
  /** Of the body as sent; undefined = not said, as in chunked requests and gRPC. */
  readonly length: number | undefined;
  readonly compression: BodyCompression;
  readonly sender: string;
}

/** Waits until a body of this size may be worked on, and it is the sender's turn. */
export function admit({ admission, maxBytes }: Intake, arrival: Arrival, signal?: AbortSignal): Promise<Place> {
  const { length, compression, sender } = arrival;
  return admitBody(admission, maxBytes, { length, isCompressed: compression !== "none", sender }, signal);
}

/**
 * Decodes and hands on; the result covers what the decoder and the pipeline rejected. @param body the caller has no more use for it:
 * its memory, and the batch's, is given back as soon as the pipeline is done.
 */
export async function take<S extends Signal>(
  intake: Intake,
  signal: S,
  body: ReceivedBody,
): Promise<PartialSuccess | undefined> {
  const { batch, rejected, message } = decodeBody(signal, body, intake.maxBytes);
  const consumer = intake.next[signal] as Consumer<BatchOf[S]>;
  try {
    // Also an empty batch goes on: whoever counts requests sees it.
    const partial = await consumer.consume(batch);
    const merged = mergePartials([rejected > 0 ? { rejected, message } : undefined, partial]);
    // That it was a resend is nothing to a sender: it asked for an acknowledgement.
    return merged && (merged.rejected > 0 || merged.message !== "") ? merged : undefined;
  } finally {
    releaseBatch(batch);
  }
}
