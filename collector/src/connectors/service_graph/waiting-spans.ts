/**
 * Spans that wait for the other half of their request, found by (trace id, span id of the client): records of fixed size, a hash table
 * over them, and the order of arrival, in which they expire. Nothing is allocated for a span; the memory grows up to the limit.
 *
 *   record, 64 bytes, so that a span is one line of the processor's cache:
 *   | trace id 16 | span id 8 | hash 4 | next 4 | ticket 4 | 4 | kind 3 bits, flags 5, port 24 | service 4 | peer 4 | since 4 | duration 8 |
 *
 * The order is a ring of (place, ticket), written at its end only: who leaves is not looked for there, as that would cost a wait for memory.
 * A record that has another ticket by then is somebody else's.
 */
import { keyedHash, randomHashKey } from "../../base/keyed-hash.ts";
import { ABSENT } from "../series/series-table.ts";

const WORDS = 16;
const BYTES = 64;
const KEY_BYTES = 24;
const KEY_WORDS = 6;
const HASH = 6;
/** The next of its chain in the hash table, or of the free records. */
const NEXT = 7;
/** 0 = free. */
const TICKET = 8;
const KIND = 10;
const SERVICE = 11;
const PEER = 12;
const SINCE = 13;
/** In doubles of a record. */
const DURATION = 7;

const KIND_BITS = 7;
/** Either span had the status ERROR. */
export const FAILED = 8;
/** It has found another half and waits for more: a producer's message may have several consumers. */
export const PAIRED = 16;
/** Its peer is a queue or topic rather than named by a peer attribute. */
export const PEER_IS_QUEUE = 32;

/** The port's text number stands above the flags, plus one: 0 is none. */
const PORT_SHIFT = 8;
const MOST_PORT_TEXT = 2 ** 24 - 2;

const FIRST_CAPACITY = 1024;
const MOST_TICKET = 2 ** 31 - 1;
const END = -1;
/** Read by nobody: the loops that read ahead must not be left out. */
let readBefore = 0;

export class WaitingSpans {
  /** Of all records; a span's ids lie at {@link idsAt}. */
  bytes = new Uint8Array(0);
  /** Text numbers of the dimensions, as many a span as there are. */
  dimensionTexts = new Uint32Array(0);
  size = 0;
  capacity = 0;
  #words = new Int32Array(0);
  #doubles = new Float64Array(0);
  readonly #most: number;
  readonly #dimensions: number;
  readonly #hashKey = randomHashKey();
  readonly #wanted = new Int32Array(KEY_WORDS);
  readonly #wantedView = new DataView(this.#wanted.buffer);
  #hash = 0;
  /** Hashes of the keys that will be looked for. */
  #planned = new Int32Array(512);
  /** Those of them that may be there. */
  #likely = new Int32Array(512);
  #heads = new Int32Array(0);
  /** Of each slot of the table a bit for each of eight kinds of hashes that its chain has or had: most searches end here, in a quarter of the memory. */
  #marks = new Uint8Array(0);
  #free = END;
  #order = new Int32Array(FIRST_CAPACITY * 2);
  /** Ends of the ring, counted from the beginning of time. */
  #first = 0;
  #last = 0;
  #ticket = 0;

  /** @param most spans that wait at a time @param dimensions texts a span */
  constructor(most: number, dimensions: number) {
    this.#most = most;
    this.#dimensions = dimensions;
    this.#grow(Math.min(most, FIRST_CAPACITY));
  }

  /** The one that has waited for longest, or -1. */
  get oldest(): number {
    for (; this.#first < this.#last; this.#first++) {
      const place = this.#waitingAt(this.#first);
      if (place !== END) return place;
    }
    return END;
  }

  get isFull(): boolean {
    return this.size >= this.#most;
  }

  /** Sets the key that {@link first} and {@link add} mean. */
  seek(view: DataView, traceId: number, spanId: number): void {
    this.#want(view, traceId, spanId);
    this.#hash = keyedHash(this.#wantedView, 0, KEY_BYTES, this.#hashKey);
  }

  /** Says under which number a key will be looked for; then {@link readAhead}, then {@link seekPlanned}. */
  plan(n: number, view: DataView, traceId: number, spanId: number): void {
    if (n >= this.#planned.length) {
      this.#planned = grown(this.#planned, n);
      this.#likely = new Int32Array(this.#planned.length);
    }
    this.seek(view, traceId, spanId);
    this.#planned[n] = this.#hash;
  }

  /** Reads what the searches for the planned keys will, below `numbers`: in one go, so that the waits for memory overlap. */
  readAhead(numbers: number): void {
    const [planned, likely, heads, marks, words] = [this.#planned, this.#likely, this.#heads, this.#marks, this.#words];
    const mask = heads.length - 1;
    const count = Math.min(numbers, planned.length);
    let [seen, found] = [0, 0];
    for (let n = 0; n < count; n++) {
      const hash = planned[n];
      if ((marks[hash & mask] & markOf(hash)) !== 0) likely[found++] = hash;
    }
    for (let n = 0; n < found; n++) seen ^= heads[likely[n] & mask];
    for (let n = 0; n < found; n++) {
      const place = heads[likely[n] & mask];
      if (place !== END) seen ^= words[place * WORDS + HASH];
    }
    readBefore ^= seen;
  }

  /** As {@link seek}, for a key that was planned under this number. */
  seekPlanned(n: number, view: DataView, traceId: number, spanId: number): void {
    this.#want(view, traceId, spanId);
    this.#hash = this.#planned[n];
  }

  /** The first that waits under the key, on the client's side (client, producer) or the server's (server, consumer); -1 = none. */
  first(ofClient: boolean): number {
    const hash = this.#hash;
    const slot = hash & (this.#heads.length - 1);
    return (this.#marks[slot] & markOf(hash)) === 0 ? -1 : this.#from(this.#heads[slot], ofClient);
  }

  /** The next one after it. */
  after(place: number, ofClient: boolean): number {
    return this.#from(this.#words[place * WORDS + NEXT], ofClient);
  }

  /**
   * Lets a span wait under the key; not when all places are taken ({@link isFull}).
   * @param service @param peer @param port text numbers @param since milliseconds, modulo 2^32 @param flags FAILED and so on
   */
  add(
    kind: number,
    flags: number,
    service: number,
    peer: number,
    port: number,
    seconds: number,
    since: number,
    dimensions: Uint32Array,
  ): void {
    if (this.#free === END) {
      if (this.isFull) throw new Error("cannot let a span wait: all places are taken");
      this.#grow(Math.min(this.#most, this.capacity * 2));
    }
    const words = this.#words;
    const place = this.#free;
    const at = place * WORDS;
    this.#free = words[at + NEXT];
    for (let i = 0; i < KEY_WORDS; i++) words[at + i] = this.#wanted[i];
    words[at + HASH] = this.#hash;
    words[at + KIND] = kind | flags | portBits(port);
    words[at + SERVICE] = service;
    words[at + PEER] = peer;
    words[at + SINCE] = since;
    this.#doubles[place * (WORDS / 2) + DURATION] = seconds;
    for (let d = 0; d < this.#dimensions; d++) this.dimensionTexts[place * this.#dimensions + d] = dimensions[d];
    this.#link(place);
    this.#ticket = this.#ticket === MOST_TICKET ? 1 : this.#ticket + 1;
    words[at + TICKET] = this.#ticket;
    this.#enqueue(place, this.#ticket);
    this.size++;
  }

  remove(place: number): void {
    const words = this.#words;
    const at = place * WORDS;
    const slot = words[at + HASH] & (this.#heads.length - 1);
    if (this.#heads[slot] === place) {
      this.#heads[slot] = words[at + NEXT];
      if (words[at + NEXT] === END) this.#marks[slot] = 0;
    } else {
      let before = this.#heads[slot];
      while (words[before * WORDS + NEXT] !== place) before = words[before * WORDS + NEXT];
      words[before * WORDS + NEXT] = words[at + NEXT];
    }
    words[at + TICKET] = 0;
    words[at + NEXT] = this.#free;
    this.#free = place;
    this.size--;
  }

  kindOf(place: number): number {
    return this.#words[place * WORDS + KIND] & KIND_BITS;
  }

  has(place: number, flag: number): boolean {
    return (this.#words[place * WORDS + KIND] & flag) !== 0;
  }

  setPaired(place: number): void {
    this.#words[place * WORDS + KIND] |= PAIRED;
  }

  /** Text number, or ABSENT. */
  serviceOf(place: number): number {
    return this.#words[place * WORDS + SERVICE] >>> 0;
  }

  /** Text number of who is meant when the other half never comes, or ABSENT. */
  peerOf(place: number): number {
    return this.#words[place * WORDS + PEER] >>> 0;
  }

  /** Text number of the peer's port, or ABSENT. */
  portOf(place: number): number {
    const port = this.#words[place * WORDS + KIND] >>> PORT_SHIFT;
    return port === 0 ? ABSENT : port - 1;
  }

  sinceOf(place: number): number {
    return this.#words[place * WORDS + SINCE] >>> 0;
  }

  secondsOf(place: number): number {
    return this.#doubles[place * (WORDS / 2) + DURATION];
  }

  /** Where in `bytes` its trace id lies; the span id follows. */
  idsAt(place: number): number {
    return place * BYTES;
  }

  /** Every text number, to be replaced. */
  translate(translate: (text: number) => number): void {
    const words = this.#words;
    const d = this.#dimensions;
    for (let n = this.#first; n < this.#last; n++) {
      const place = this.#waitingAt(n);
      if (place === END) continue;
      words[place * WORDS + SERVICE] = translate(this.serviceOf(place));
      words[place * WORDS + PEER] = translate(this.peerOf(place));
      const port = portBits(translate(this.portOf(place)));
      words[place * WORDS + KIND] = (words[place * WORDS + KIND] & (2 ** PORT_SHIFT - 1)) | port;
      for (let i = place * d; i < (place + 1) * d; i++) this.dimensionTexts[i] = translate(this.dimensionTexts[i]);
    }
  }

  #want(view: DataView, traceId: number, spanId: number): void {
    const wanted = this.#wanted;
    for (let i = 0; i < 4; i++) wanted[i] = view.getInt32(traceId + i * 4, true);
    wanted[4] = view.getInt32(spanId, true);
    wanted[5] = view.getInt32(spanId + 4, true);
  }

  #from(place: number, ofClient: boolean): number {
    const words = this.#words;
    const hash = this.#hash;
    for (; place !== END; place = words[place * WORDS + NEXT])
      if (words[place * WORDS + HASH] === hash && isOfClient(this.kindOf(place)) === ofClient && this.#hasKey(place))
        return place;
    return -1;
  }

  #hasKey(place: number): boolean {
    const words = this.#words;
    for (let i = 0, at = place * WORDS; i < KEY_WORDS; i++, at++) if (words[at] !== this.#wanted[i]) return false;
    return true;
  }

  /** The record of a place in the ring, or END when it waits no more. */
  #waitingAt(n: number): number {
    const order = this.#order;
    const at = (n * 2) & (order.length - 1);
    return this.#words[order[at] * WORDS + TICKET] === order[at + 1] ? order[at] : END;
  }

  #enqueue(place: number, ticket: number): void {
    if ((this.#last - this.#first) * 2 === this.#order.length) this.#tidy();
    const at = (this.#last++ * 2) & (this.#order.length - 1);
    this.#order[at] = place;
    this.#order[at + 1] = ticket;
  }

  /** Leaves out who waits no more, and makes the ring larger unless that has made half of it free. */
  #tidy(): void {
    const order = this.#order;
    const next = new Int32Array(this.size * 4 > order.length ? order.length * 2 : order.length);
    let count = 0;
    for (let n = this.#first; n < this.#last; n++) {
      const place = this.#waitingAt(n);
      if (place === END) continue;
      next[count * 2] = place;
      next[count * 2 + 1] = order[((n * 2) & (order.length - 1)) + 1];
      count++;
    }
    this.#order = next;
    this.#first = 0;
    this.#last = count;
  }

  /** At the end of its chain: who came first is found first. */
  #link(place: number): void {
    const words = this.#words;
    const slot = words[place * WORDS + HASH] & (this.#heads.length - 1);
    words[place * WORDS + NEXT] = END;
    const isEmpty = this.#marks[slot] === 0;
    this.#marks[slot] |= markOf(words[place * WORDS + HASH]);
    if (isEmpty) {
      this.#heads[slot] = place;
      return;
    }
    let last = this.#heads[slot];
    while (words[last * WORDS + NEXT] !== END) last = words[last * WORDS + NEXT];
    words[last * WORDS + NEXT] = place;
  }

  #grow(capacity: number): void {
    const from = this.capacity;
    const buffer = new ArrayBuffer(capacity * BYTES);
    const bytes = new Uint8Array(buffer);
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    const texts = new Uint32Array(capacity * this.#dimensions);
    texts.set(this.dimensionTexts);
    this.dimensionTexts = texts;
    this.capacity = capacity;
    let slots = 1;
    while (slots < capacity * 2) slots *= 2;
    this.#heads = new Int32Array(slots).fill(END);
    this.#marks = new Uint8Array(slots);
    const words = this.#words;
    for (let n = this.#first; n < this.#last; n++) if (this.#waitingAt(n) !== END) this.#link(this.#waitingAt(n));
    // All old places are taken: otherwise it would not grow.
    for (let place = capacity - 1; place >= from; place--) {
      words[place * WORDS + NEXT] = this.#free;
      this.#free = place;
    }
  }
}

/** By bits that say nothing of the slot. */
function markOf(hash: number): number {
  return 1 << (hash >>> 29);
}

function grown(array: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(index + 1, array.length * 2));
  larger.set(array);
  return larger;
}

/** ABSENT is more than there is room for, too. */
function portBits(text: number): number {
  return text > MOST_PORT_TEXT ? 0 : (text + 1) << PORT_SHIFT;
}

/** CLIENT or PRODUCER. */
export function isOfClient(kind: number): boolean {
  return kind === 3 || kind === 4;
}
