/**
 * The digests of the requests taken lately, so that a sender who repeats one after a lost reply is answered and not stored again.
 * Bounded: the oldest digest goes when the window is full. 16 bytes of SHA-1: a chance of 2^-92 that two of 2^18 requests meet.
 */
import { hash } from "node:crypto";
import { ByteInterner } from "../../base/byte-interner.ts";
import type { ReceivedBody } from "../../model/signal.ts";

export const DIGEST_BYTES = 16;
/** At 500 requests a second this reaches back 9 minutes; exporters give up after 1 to 5. */
const WINDOW_REQUESTS = 262_144;

/**
 * A gzip header's modification time is left out: some senders compress a resend afresh
 * (https://www.rfc-editor.org/rfc/rfc1952#section-2.3).
 */
export function digestOf(signal: string, { bytes, encoding, compression }: ReceivedBody): Uint8Array {
  const start = compression === "gzip" ? Math.min(8, bytes.length) : 0;
  const body = hash("sha1", bytes.subarray(start), "buffer");
  // Signal and encoding are folded in, since an empty or short body may be valid as several of them.
  const digest = Uint8Array.from(body.subarray(0, DIGEST_BYTES));
  digest[0] ^= signal.length;
  digest[1] ^= encoding.length;
  return digest;
}

export class ResendWindow {
  readonly #capacity: number;
  #current = new ByteInterner(0x2545f491, 1024, 16_384);
  #previous = new ByteInterner(0x2545f491);

  constructor(capacity: number = WINDOW_REQUESTS) {
    this.#capacity = capacity;
  }

  has(digest: Uint8Array): boolean {
    return this.#current.find(digest, 0, DIGEST_BYTES) >= 0 || this.#previous.find(digest, 0, DIGEST_BYTES) >= 0;
  }

  /** Two generations of half the capacity: when the younger is full, the older is forgotten. */
  add(digest: Uint8Array): void {
    this.#current.intern(digest, 0, DIGEST_BYTES);
    if (this.#current.size < this.#capacity / 2) return;
    this.#previous = this.#current;
    this.#current = new ByteInterner(0x2545f491, 1024, 16_384);
  }
}
