/** Runs pieces of work one after the other, each whatever became of the one before. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined); // whoever asked for it is told
    return next;
  }

  /** Resolves when all that was asked for by now is done. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
