/**
 * Encoded requests as an endless stream: a pool of templates, and `render`, which copies one and writes fresh ids, times, users and
 * unique texts into it. A trace keeps its shape and durations from round to round; everything that identifies it is new.
 */
import { Random } from "../../test/kit/random.ts";
import { mix, writeDecimal, writeWord, writeWordHex } from "./ink.ts";
import { DIGITS, HEX, locate, SPAN_ID, TIME, TRACE_ID, USER, type Form, type Located, type Mark } from "./marks.ts";

export const USERS = 50_000;

export interface Template extends Located {
  readonly bytes: Buffer;
  /** Spans or log records. */
  readonly count: number;
}

export interface PoolOptions {
  readonly seed: number;
  readonly form: Form;
  readonly startUnixNano: bigint;
}

export class RequestPool {
  readonly templates: readonly Template[];
  /** Records of one round through the pool. */
  readonly recordsPerRound: number;
  readonly #options: PoolOptions;
  /** Time that one round covers: round r comes r times this later. */
  readonly #roundNanos: number;
  readonly #startLow: number;
  readonly #startHigh: number;
  readonly #startSeconds: number;
  readonly #startRest: number;
  #masks: { round: number; words: Uint32Array } = { round: -1, words: new Uint32Array(4) };

  constructor(templates: readonly Template[], roundNanos: number, options: PoolOptions) {
    this.templates = templates;
    this.recordsPerRound = templates.reduce((sum, { count }) => sum + count, 0);
    this.#roundNanos = roundNanos;
    this.#options = options;
    const start = options.startUnixNano;
    this.#startLow = Number(start & 0xffffffffn);
    this.#startHigh = Number(start >> 32n);
    this.#startSeconds = Number(start / 1_000_000_000n);
    this.#startRest = Number(start % 1_000_000_000n);
  }

  countOf(n: number): number {
    return this.templates[n % this.templates.length].count;
  }

  /** The n-th request; the same n gives the same bytes. Some 0.1 ms for 512 spans. */
  render(n: number): Buffer {
    const template = this.templates[n % this.templates.length];
    const { kinds, offsets, values, words } = template;
    const bytes = Buffer.allocUnsafeSlow(template.bytes.length);
    bytes.set(template.bytes);
    const round = this.#roundOf(n);
    const masks = this.#masksOf(round);
    const shift = round * this.#roundNanos;
    const json = this.#options.form === "json";
    for (let i = 0; i < kinds.length; i++) {
      const at = offsets[i];
      const value = values[i];
      switch (kinds[i]) {
        case TRACE_ID:
        case SPAN_ID:
          for (let w = 0; w < (kinds[i] === TRACE_ID ? 4 : 2); w++) {
            const word = words[value + w] ^ masks[w];
            if (json) writeWordHex(bytes, at + w * 8, word);
            else writeWord(bytes, at + w * 4, word);
          }
          break;
        case TIME:
          this.#writeTime(bytes, at, value + shift, json);
          break;
        case USER:
          writeDecimal(bytes, at, this.userIn(round, value), 5);
          break;
        case HEX:
          for (let c = 0; c < value; c += 8) writeWordHex(bytes, at + c, this.#noise(n, i, c));
          break;
        case DIGITS:
          for (let c = 0; c < value; c++) bytes[at + c] = 48 + (this.#noise(n, i, c) % 10);
          break;
        default:
          throw new Error(`unknown mark ${kinds[i]}`);
      }
    }
    return bytes;
  }

  /** The trace id that stands as these words in the pool, in the round of request n, as hex. */
  traceIdIn(n: number, words: Uint32Array): string {
    const masks = this.#masksOf(this.#roundOf(n));
    const id = Buffer.alloc(16);
    words.forEach((word, w) => writeWord(id, w * 4, word ^ masks[w]));
    return id.toString("hex");
  }

  userOf(n: number, user: number): number {
    return this.userIn(this.#roundOf(n), user);
  }

  /** The unique text at mark `index` of request n. */
  hexOf(n: number, index: number): string {
    const text = Buffer.alloc(this.templates[n % this.templates.length].values[index]);
    for (let c = 0; c < text.length; c += 8) writeWordHex(text, c, this.#noise(n, index, c));
    return text.toString("latin1");
  }

  /** Users come round after 50,000 traces or so, whatever the pool's size. */
  userIn(round: number, user: number): number {
    return (user + round * 7919) % USERS;
  }

  #roundOf(n: number): number {
    return Math.floor(n / this.templates.length);
  }

  #noise(n: number, index: number, character: number): number {
    return mix(this.#options.seed, n, index, character);
  }

  #masksOf(round: number): Uint32Array {
    if (this.#masks.round !== round) {
      const random = new Random(this.#options.seed * 7_654_321 + round * 7919 + 1);
      this.#masks = { round, words: Uint32Array.from({ length: 4 }, () => random.below(2 ** 32)) };
    }
    return this.#masks.words;
  }

  #writeTime(bytes: Uint8Array, at: number, nanos: number, json: boolean): void {
    if (json) {
      const all = this.#startRest + nanos;
      const seconds = Math.floor(all / 1e9);
      writeDecimal(bytes, at, this.#startSeconds + seconds, 10);
      writeDecimal(bytes, at + 10, all - seconds * 1e9, 9);
      return;
    }
    const low = this.#startLow + (nanos % 2 ** 32);
    writeWord(bytes, at, low >>> 0);
    writeWord(bytes, at + 4, this.#startHigh + Math.floor(nanos / 2 ** 32) + (low >= 2 ** 32 ? 1 : 0));
  }
}

export function templateOf(bytes: Buffer, count: number, marks: readonly Mark[], options: PoolOptions): Template {
  return { bytes, count, ...locate(bytes, marks, options.form, options.startUnixNano) };
}
