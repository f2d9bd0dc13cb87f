/**
 * A TCP stream of syslog -> single messages (https://www.rfc-editor.org/rfc/rfc6587#section-3.4): octet counting, or one a line. Pieces come as
 * the network cuts them; what is held is at most one message that has not ended.
 *
 *   123 <34>1 …            octet counting: the length, a space, as many bytes
 *   <34>Oct 11 …\n         non-transparent framing; also \r\n and \0
 */
import { DecodeError } from "../../base/errors.ts";

/** auto = told anew for each message: a number, a space and `<` is octet counting. */
export type Framing = "auto" | "octet_counting" | "lines";

/** The bytes are the cutter's: good until it is given the next piece. */
export type OnFrame = (bytes: Uint8Array, start: number, end: number, truncated: boolean) => void;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const LESS = 0x3c;
/** Digits of a length; the longest message has 8. */
const MOST_DIGITS = 9;
const EMPTY = new Uint8Array(0);

export class FrameCutter {
  readonly #maxBytes: number;
  readonly #framing: Framing;
  readonly #onFrame: OnFrame;
  /** What has come and was not handed on. */
  #held: Uint8Array = EMPTY;
  /** No line feed before this place of it. */
  #searched = 0;
  /** Of a message that was too long, still to come; Infinity = up to the end of its line. */
  #skip = 0;

  constructor(framing: Framing, maxBytes: number, onFrame: OnFrame) {
    this.#framing = framing;
    this.#maxBytes = maxBytes;
    this.#onFrame = onFrame;
  }

  /** Bytes of a message that has not ended. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** @throws DecodeError when octet counting was agreed on and there is no length. */
  push(piece: Uint8Array): void {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    let at = 0;
    for (;;) {
      if (this.#skip > 0) at = this.#skipFrom(bytes, at);
      while (isSeparator(bytes[at])) at++;
      if (at >= bytes.length || this.#skip > 0) break;
      const next = this.#cut(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.#searched = Math.max(0, this.#searched - at);
    // A copy, since a piece may be a small part of a large buffer.
    this.#held = at >= bytes.length ? EMPTY : bytes.slice(at);
  }

  /** The stream has ended: what is left is a line without its end, or a part of a message that its sender will send again. */
  end(): void {
    const bytes = this.#held;
    this.#held = EMPTY;
    this.#searched = 0;
    if (bytes.length === 0 || this.#skip > 0 || this.#framing === "octet_counting") return;
    if (this.#framing === "auto" && readLength(bytes, 0, false).start > 0) return;
    this.#give(bytes, 0, bytes.length);
  }

  /** Hands on the message at `at` and says where it ends; -1 = it has not ended. */
  #cut(bytes: Uint8Array, at: number): number {
    if (this.#framing !== "lines") {
      const { length, start, unclear } = readLength(bytes, at, this.#framing === "octet_counting");
      if (unclear) return -1;
      if (start > 0) return this.#cutCounted(bytes, start, length);
      if (this.#framing === "octet_counting")
        throw new DecodeError(`cannot find a message: expected its length, got byte ${bytes[at]}`);
    }
    const found = bytes.indexOf(LINE_FEED, Math.max(at, this.#searched));
    if (found >= 0) {
      this.#searched = 0;
      this.#give(bytes, at, found);
      return found + 1;
    }
    if (bytes.length - at <= this.#maxBytes) {
      this.#searched = bytes.length;
      return -1;
    }
    this.#searched = 0;
    this.#give(bytes, at, bytes.length);
    this.#skip = Infinity;
    return bytes.length;
  }

  #cutCounted(bytes: Uint8Array, start: number, length: number): number {
    const end = start + length;
    if (end <= bytes.length) {
      this.#give(bytes, start, end);
      return end;
    }
    if (length <= this.#maxBytes || bytes.length - start <= this.#maxBytes) return -1;
    this.#give(bytes, start, bytes.length);
    this.#skip = end - bytes.length;
    return bytes.length;
  }

  #skipFrom(bytes: Uint8Array, at: number): number {
    if (this.#skip === Infinity) {
      const found = bytes.indexOf(LINE_FEED, at);
      if (found < 0) return bytes.length;
      this.#skip = 0;
      return found + 1;
    }
    const step = Math.min(this.#skip, bytes.length - at);
    this.#skip -= step;
    return at + step;
  }

  #give(bytes: Uint8Array, start: number, end: number): void {
    let last = end;
    while (last > start && isSeparator(bytes[last - 1])) last--;
    if (last === start) return;
    const truncated = last - start > this.#maxBytes;
    this.#onFrame(bytes, start, truncated ? start + this.#maxBytes : last, truncated);
  }
}

function isSeparator(byte: number): boolean {
  return byte === LINE_FEED || byte === 0x0d || byte === 0;
}

/** start 0 = there is no length; unclear = there may be one when more has come. */
function readLength(
  bytes: Uint8Array,
  at: number,
  agreed: boolean,
): { length: number; start: number; unclear: boolean } {
  let length = 0;
  let pos = at;
  while (pos < bytes.length && pos - at < MOST_DIGITS && bytes[pos] >= 0x30 && bytes[pos] <= 0x39)
    length = length * 10 + bytes[pos++] - 0x30;
  const none = { length: 0, start: 0, unclear: false };
  if (pos === bytes.length) return { ...none, unclear: pos > at };
  if (pos === at || bytes[at] === 0x30 || bytes[pos] !== SPACE) return none;
  if (agreed) return { length, start: pos + 1, unclear: false };
  if (pos + 1 === bytes.length) return { ...none, unclear: true };
  return bytes[pos + 1] === LESS ? { length, start: pos + 1, unclear: false } : none;
}
