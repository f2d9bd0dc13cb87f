/**
 * What HTTP and gRPC share: a request body that has arrived -> admission, decoding, the pipeline, and the result. Knows neither
 * protocol; throws what refusal.ts translates.
 */
import type { Admission } from "../../component/admission.ts";
import type { BatchOf, Consumer, Consumers, PartialSuccess } from "../../component/consumer.ts";
import { mergePartials } from "../../component/consumer.ts";
import type { BodyCompression, ReceivedBody, Signal } from "../../model/signal.ts";
import { decodeBody } from "../../wire/decode-body.ts";

/** A compressed body is taken to grow this much: telemetry compresses 6 to 10 times. */
const COMPRESSION_RATIO = 8;
/** A request counts at least this much, for the objects around it. */
const REQUEST_BYTES = 4096;
/** A body of unknown length is taken to have this many bytes until more have come. */
const UNKNOWN_BYTES = 65_536;

export interface Intake {
  readonly next: Consumers;
  readonly admission: Admission;
  readonly maxBytes: number;
}

/** Place for a request's body. */
export interface Place {
  /** Tells how many bytes of the body have come: it may be more than was said. Throws RetryableError when there is no room for them. */
  hold(bytes: number): void;
  leave(): void;
}

export interface Arrival {
  /** Of the body as sent; undefined = not said, as in chunked requests and gRPC. */
  readonly length: number | undefined;
  readonly compression: BodyCompression;
  readonly sender: string;
}

/** Waits until a body of this size may be worked on, and it is the sender's turn. */
export async function admit({ admission, maxBytes }: Intake, arrival: Arrival, signal?: AbortSignal): Promise<Place> {
  const { length, compression, sender } = arrival;
  const ratio = compression === "none" ? 1 : COMPRESSION_RATIO;
  const sizeOf = (bytes: number) => REQUEST_BYTES + Math.min(bytes * ratio, maxBytes);
  const release = await admission.acquire(sizeOf(length ?? UNKNOWN_BYTES), sender, signal);
  return { hold: (bytes) => release.grow(sizeOf(bytes)), leave: release };
}

/** Decodes and hands on; the result covers what the decoder and the pipeline rejected. */
export async function take<S extends Signal>(
  intake: Intake,
  signal: S,
  body: ReceivedBody,
): Promise<PartialSuccess | undefined> {
  const { batch, rejected, message } = decodeBody(signal, body, intake.maxBytes);
  const consumer = intake.next[signal] as Consumer<BatchOf[S]>;
  // Also an empty batch goes on: whoever counts requests sees it.
  const partial = await consumer.consume(batch);
  const merged = mergePartials([rejected > 0 ? { rejected, message } : undefined, partial]);
  // That it was a resend is nothing to a sender: it asked for an acknowledgement.
  return merged && (merged.rejected > 0 || merged.message !== "") ? merged : undefined;
}
