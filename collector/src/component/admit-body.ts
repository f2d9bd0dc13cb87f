/** Room for a request's body before it is read: its size as far as it is known, what it will grow to, and more when it turns out larger. */
import type { Admission } from "./admission.ts";

/** A compressed body is taken to grow this much: telemetry compresses 6 to 10 times. */
const COMPRESSION_RATIO = 8;
/** A request counts at least this much, for the objects around it. */
const REQUEST_BYTES = 4096;
/** A body of unknown length is taken to have this many bytes until more have come. */
export const UNKNOWN_BYTES = 65_536;

/** Place for a request's body. */
export interface Place {
  /** Tells how many bytes of the body have come: it may be more than was said. Throws RetryableError when there is no room for them. */
  hold(bytes: number): void;
  leave(): void;
}

export interface Arrival {
  /** Of the body as sent; undefined = not said, as in chunked requests and gRPC. */
  readonly length: number | undefined;
  readonly isCompressed: boolean;
  readonly sender: string;
}

/** Waits until a body of this size may be worked on, and it is the sender's turn. @param maxBytes of it, decompressed */
export async function admitBody(
  admission: Admission,
  maxBytes: number,
  { length, isCompressed, sender }: Arrival,
  signal?: AbortSignal,
): Promise<Place> {
  const ratio = isCompressed ? COMPRESSION_RATIO : 1;
  const sizeOf = (bytes: number) => REQUEST_BYTES + Math.min(bytes * ratio, maxBytes);
  const release = await admission.acquire(sizeOf(length ?? UNKNOWN_BYTES), sender, signal);
  return { hold: (bytes) => release.grow(sizeOf(bytes)), leave: release };
}
