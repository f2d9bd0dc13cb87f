/** What of a request is not taken: counted, and the first of it said in words. */
export class Refusals {
  count = 0;
  #first = "";

  /** @param what "series x{}" or "a sample of x{}". @param why a phrase */
  add(count: number, what: () => string, why: string): void {
    this.count += count;
    if (this.#first === "") this.#first = `cannot take ${what()}: ${why}`;
  }

  get message(): string {
    return this.#first;
  }
}
