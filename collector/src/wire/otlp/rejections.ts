/** Counts the records that a scan left out, and keeps the first reason for the partial success. */

/** A decoded request: the batch of what is valid, and what isn't. */
export interface ScanResult<B> {
  readonly batch: B;
  readonly rejected: number;
  /** For the partial success; "" when nothing was rejected. */
  readonly message: string;
}

export class Rejections {
  count = 0;
  #first = "";
  readonly #what: string;

  /** @param what the record in the singular: "span" */
  constructor(what: string) {
    this.#what = what;
  }

  add(reason: string): void {
    if (this.count++ === 0) this.#first = reason;
  }

  get message(): string {
    if (this.count === 0) return "";
    return `${this.count} ${this.#what}${this.count === 1 ? "" : "s"} rejected, the first because ${this.#first}`;
  }
}
