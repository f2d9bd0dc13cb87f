/**
 * Who waits, and whose turn it is: a queue a sender, served by turns weighted by bytes (start-time fair queuing), so that a sender
 * with a thousand requests waiting delays another's one by one request only. A request's place among its sender's own stays.
 */

export interface Waiter {
  readonly sender: string;
  readonly bytes: number;
}

interface Queue<W> {
  readonly waiters: Set<W>;
  bytes: number;
}

/** Senders that are remembered: the least recently served is forgotten and begins anew, as one who was idle does. */
const MOST_SENDERS = 4096;

export class FairQueue<W extends Waiter> {
  readonly #queues = new Map<string, Queue<W>>();
  /** Bytes each sender was served, in the queue's own time; absent or behind = as if served up to now. */
  readonly #served = new Map<string, number>();
  #now = 0;
  bytes = 0;

  get size(): number {
    return this.#queues.size;
  }

  bytesOf(sender: string): number {
    return this.#queues.get(sender)?.bytes ?? 0;
  }

  push(waiter: W): void {
    let queue = this.#queues.get(waiter.sender);
    if (!queue) this.#queues.set(waiter.sender, (queue = { waiters: new Set(), bytes: 0 }));
    queue.waiters.add(waiter);
    queue.bytes += waiter.bytes;
    this.bytes += waiter.bytes;
  }

  delete(waiter: W): void {
    const queue = this.#queues.get(waiter.sender);
    if (!queue?.waiters.delete(waiter)) return;
    queue.bytes -= waiter.bytes;
    this.bytes -= waiter.bytes;
    if (queue.waiters.size === 0) this.#queues.delete(waiter.sender);
  }

  /** The first request of the sender that was served least, among those that `mayGo`. O(senders that wait). */
  next(mayGo: (waiter: W) => boolean): W | undefined {
    let best: W | undefined;
    let least = Infinity;
    for (const [sender, { waiters }] of this.#queues) {
      const [first] = waiters;
      const served = this.#servedOf(sender);
      if (served >= least || !mayGo(first)) continue;
      [best, least] = [first, served];
    }
    return best;
  }

  /** Notes that a sender's bytes were let in. */
  serve(sender: string, bytes: number): void {
    const start = this.#servedOf(sender);
    this.#now = Math.max(this.#now, start);
    this.#served.delete(sender);
    this.#served.set(sender, start + bytes);
    const [oldest] = this.#served.keys();
    if (this.#served.size > MOST_SENDERS) this.#served.delete(oldest);
  }

  /**
   * Requests to send away so that one more fits into `limitBytes`: the latest ones of whoever holds the most of the waiting room, as
   * long as that is more than the newcomer's sender would hold. Undefined = the newcomer itself has to go.
   */
  makeRoom({ sender, bytes }: Waiter, limitBytes: number): W[] | undefined {
    const leaving: W[] = [];
    let excess = this.bytes + bytes - limitBytes;
    // A large one may wait alone: else it would be let in only when nothing else happens to be in flight.
    if (excess <= 0 || (this.size === 0 && limitBytes > 0)) return leaving;
    const left = Array.from(this.#queues, ([name, queue]) => ({
      name,
      bytes: queue.bytes,
      waiters: [...queue.waiters],
    }));
    const wanted = this.bytesOf(sender) + bytes;
    while (excess > 0) {
      const largest = left.reduce((a, b) => (b.bytes > a.bytes ? b : a), {
        name: sender,
        bytes: 0,
        waiters: [] as W[],
      });
      if (largest.name === sender || largest.bytes <= wanted) return undefined;
      const last = largest.waiters.pop() as W;
      leaving.push(last);
      largest.bytes -= last.bytes;
      excess -= last.bytes;
    }
    return leaving;
  }

  #servedOf(sender: string): number {
    return Math.max(this.#now, this.#served.get(sender) ?? 0);
  }
}
