/**
 * A few spans that stand for the measurements of a series between two flushes: of each bucket the first, and of the higher buckets
 * rather than of the lower ones when there is no room for all, because the slow ones are looked for. Bounded; cleared by a flush.
 */

export interface Exemplar {
  /** 16 bytes of trace id, 8 of span id. */
  readonly ids: Uint8Array;
  value: number;
  /** Unix milliseconds when it was counted: within the time that the point stands for. */
  timeMillis: number;
  bucket: number;
}

/** 0 = it has none. */
function bitOf(bucket: number): number {
  return bucket >= 0 && bucket < 32 ? 1 << bucket : 0;
}

export class Exemplars {
  /** In no order. */
  readonly list: Exemplar[] = [];
  /** Kept for the next ones. */
  readonly #spare: Exemplar[] = [];
  readonly #most: number;
  /** A bit for each of the first 32 buckets that has one: nearly all spans are of such a bucket. */
  #taken = 0;
  /** When there is no room for more: what is not above this bucket is not taken. Else NaN. */
  #lowest = NaN;

  constructor(most: number) {
    this.#most = most;
  }

  /** Offers the span whose ids lie at these offsets. */
  offer(bytes: Uint8Array, traceId: number, spanId: number, value: number, bucket: number, timeMillis: number): void {
    if (bucket <= this.#lowest || (this.#taken & bitOf(bucket)) !== 0) return;
    this.#offer(bytes, traceId, spanId, value, bucket, timeMillis);
  }

  #offer(bytes: Uint8Array, traceId: number, spanId: number, value: number, bucket: number, timeMillis: number): void {
    const { list } = this;
    let lowest = 0;
    for (let i = 0; i < list.length; i++) {
      if (list[i].bucket === bucket) return;
      if (list[i].bucket < list[lowest].bucket) lowest = i;
    }
    let exemplar: Exemplar;
    if (list.length < this.#most) {
      exemplar = this.#spare.pop() ?? { ids: new Uint8Array(24), value, timeMillis, bucket };
      list.push(exemplar);
    } else if (list.length > 0 && list[lowest].bucket < bucket) exemplar = list[lowest];
    else return;
    for (let i = 0; i < 16; i++) exemplar.ids[i] = bytes[traceId + i];
    for (let i = 0; i < 8; i++) exemplar.ids[16 + i] = bytes[spanId + i];
    exemplar.value = value;
    exemplar.timeMillis = timeMillis;
    exemplar.bucket = bucket;
    this.#look();
  }

  /** After a change. */
  #look(): void {
    this.#taken = 0;
    this.#lowest = Infinity;
    for (const { bucket } of this.list) {
      this.#taken |= bitOf(bucket);
      if (bucket < this.#lowest) this.#lowest = bucket;
    }
    if (this.list.length < this.#most) this.#lowest = NaN;
  }

  clear(): void {
    for (const exemplar of this.list.splice(0)) this.#spare.push(exemplar);
    this.#look();
  }
}
