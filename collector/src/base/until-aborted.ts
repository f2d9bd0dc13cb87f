/** Waiting that ends with a signal, also where the work itself is slow to heed it or cannot. */

/** What the work gives, or the signal's reason as soon as it aborts; what the work gives after that is dropped. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    const settle = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(settle);
  });
}
