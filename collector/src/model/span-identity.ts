/**
 * Resent spans: spans equal in (traceId, spanId, kind, start) are one span (https://opentelemetry.io/docs/specs/otlp/#duplicate-data).
 * Collects identities in one table of bytes, so that 100,000 spans cost no 100,000 strings.
 */
import { ByteInterner } from "../base/byte-interner.ts";

/** The traces of a list of twenty: more take more. */
const EXPECTED_SPANS = 1024;
const IDENTITY_BYTES = 33;

export class SpanIdentities {
  readonly #seen = new ByteInterner(0x51ed270b, EXPECTED_SPANS, EXPECTED_SPANS * IDENTITY_BYTES);
  readonly #key = new Uint8Array(IDENTITY_BYTES);

  /** True when this is the first span with its identity. Ids are read at the offsets given. */
  add(
    traceIds: Uint8Array,
    traceAt: number,
    spanIds: Uint8Array,
    spanAt: number,
    kind: number,
    startLow: number,
    startHigh: number,
  ): boolean {
    const key = this.#key;
    for (let i = 0; i < 16; i++) key[i] = traceIds[traceAt + i];
    for (let i = 0; i < 8; i++) key[16 + i] = spanIds[spanAt + i];
    for (let i = 0; i < 4; i++) {
      key[24 + i] = startLow >>> (i * 8);
      key[28 + i] = startHigh >>> (i * 8);
    }
    key[32] = kind;
    const before = this.#seen.size;
    return this.#seen.intern(key, 0, IDENTITY_BYTES) === before;
  }

  /** Gives its memory back: nobody asks it any more. */
  close(): void {
    this.#seen.close();
  }
}
