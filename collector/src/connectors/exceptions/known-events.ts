/**
 * Exception events of spans that were met before, by their bytes: most exceptions come again and again, each time at another time only.
 * One that is known costs a hash of its bytes instead of the decoding and comparing of its texts. In: where an event lies; out: what is
 * remembered for it. Bounded: beyond it everything is learned afresh.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { readU32 } from "../../base/protobuf.ts";

/** Event: time_unix_nano is field 1, fixed64, and what every sender writes first. */
const TIME_TAG = 0x09;
const TIME_BYTES = 9;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_EVENT_BYTES = 32 * 1024;
/** Events of resources. */
const MOST_KNOWN = 65_536;

/** @typeParam R what stands for a resource: told apart as an object */
export class KnownEvents<R extends object, T> {
  readonly #events = new ByteInterner(0x3c6ef372);
  /** By resource and number of the event. */
  readonly #known = new Map<R, Map<number, T>>();
  #size = 0;
  /** Of the event found last; both 0 = it says none. */
  timeLow = 0;
  timeHigh = 0;

  /** @param start of the Event message's content */
  find(resource: R, bytes: Uint8Array, start: number, end: number): T | undefined {
    if (!isUsual(bytes, start, end)) return undefined;
    const event = this.#events.find(bytes, start + TIME_BYTES, end - start - TIME_BYTES);
    if (event < 0) return undefined;
    this.timeLow = readU32(bytes, start + 1);
    this.timeHigh = readU32(bytes, start + 5);
    return this.#known.get(resource)?.get(event);
  }

  /** @param time as decoded: an event that says it otherwise is not remembered */
  remember(resource: R, bytes: Uint8Array, start: number, end: number, time: EventTime, what: T): void {
    if (!isUsual(bytes, start, end)) return;
    if (readU32(bytes, start + 1) !== time.timeLow || readU32(bytes, start + 5) !== time.timeHigh) return;
    if (this.#size >= MOST_KNOWN || this.#events.arenaLength + end - start > MOST_BYTES) this.clear();
    const event = this.#events.intern(bytes, start + TIME_BYTES, end - start - TIME_BYTES);
    let known = this.#known.get(resource);
    if (!known) this.#known.set(resource, (known = new Map()));
    known.set(event, what);
    this.#size++;
  }

  clear(): void {
    if (this.#size === 0) return;
    this.#events.clear();
    this.#known.clear();
    this.#size = 0;
  }
}

export interface EventTime {
  readonly timeLow: number;
  readonly timeHigh: number;
}

function isUsual(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === TIME_TAG && end - start > TIME_BYTES && end - start <= MOST_EVENT_BYTES;
}
