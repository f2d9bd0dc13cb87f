/**
 * Admission by bytes in flight: bounds what the process holds at any moment, fairly between senders. A receiver acquires a request's
 * size before it keeps its body and releases it when the answer is out. Past the limit requests wait, each sender in its own queue,
 * served by turns; past the waiting bound whoever holds most of the waiting room is refused, with a time to come back that follows
 * from the backlog. Knows no protocol.
 */
import { DrainRate } from "./drain-rate.ts";
import { RetryableError } from "./errors.ts";
import { FairQueue, type Waiter as QueuedWaiter } from "./fair-queue.ts";
import type { Telemetry } from "./telemetry.ts";

export interface AdmissionSettings {
  /** Bytes that may be in flight. A single request above it is let in when nothing else is in flight. */
  readonly limitBytes: number;
  /** Bytes of requests that may wait. 0 = nobody waits. */
  readonly waitingLimitBytes: number;
  /** Bytes that one sender may have in flight; the rest is for others. By default all. */
  readonly senderLimitBytes?: number;
  /** While it says yes, an eighth of the limit may be in flight, and as many wait as before. */
  readonly isMemoryShort?: () => boolean;
  /** Where gauges and the counter of refused bytes go. */
  readonly telemetry?: Telemetry;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Gives the bytes back; a second call does nothing. */
export interface Release {
  (): void;
  /**
   * Holds `bytes` in all from now on, for a request that turns out larger than was said. Doesn't wait, since those it would wait for
   * may be waiting for the same: throws RetryableError (overloaded) when the rest does not fit.
   */
  grow(bytes: number): void;
}

export interface Admission {
  /**
   * Resolves when the bytes fit and it is the sender's turn. Throws RetryableError (overloaded) when the waiting room is full, and the
   * signal's reason when the sender went away while waiting.
   * @param sender whatever tells senders apart: an address, an identity
   */
  acquire(bytes: number, sender?: string, signal?: AbortSignal): Promise<Release>;
  readonly inFlightBytes: number;
  readonly waitingBytes: number;
}

interface Waiter extends QueuedWaiter {
  admit(): void;
  refuse(error: Error): void;
}

/** Of the limit, while memory is short: one request that comes in slowly must not be all that is worked on. */
const SHORT_SHARE = 1 / 8;

export function createAdmission(settings: AdmissionSettings): Admission {
  const { limitBytes, waitingLimitBytes, telemetry, senderLimitBytes = limitBytes, isMemoryShort } = settings;
  const queue = new FairQueue<Waiter>();
  const drain = new DrainRate(settings.now ?? (() => performance.now()));
  const held = new Map<string, number>();
  let inFlight = 0;

  telemetry?.observedGauge("goldspan_admission_in_flight_bytes", "Bytes of requests being worked on.", () => inFlight);
  telemetry?.observedGauge("goldspan_admission_waiting_bytes", "Bytes of requests that wait.", () => queue.bytes);
  const refusedBytes = telemetry?.counter(
    "goldspan_admission_refused_bytes_total",
    "Bytes of requests refused because too much was in flight and waiting.",
  );
  const refusedRequests = telemetry?.counter(
    "goldspan_admission_refused_requests_total",
    "Requests refused because too much was in flight and waiting.",
  );

  const mostNow = () => (isMemoryShort?.() ? limitBytes * SHORT_SHARE : limitBytes);
  const fits = (bytes: number) => inFlight === 0 || inFlight + bytes <= mostNow();
  const mayHold = (sender: string, bytes: number) => {
    const own = held.get(sender) ?? 0;
    return own === 0 || own + bytes <= senderLimitBytes;
  };

  /** At once: nobody waits, or others only because their own sender holds its share. */
  function mayEnter(sender: string, bytes: number): boolean {
    if (!fits(bytes) || !mayHold(sender, bytes)) return false;
    if (queue.size === 0) return true;
    return queue.bytesOf(sender) === 0 && !queue.next((other) => mayHold(other.sender, other.bytes));
  }

  function change(sender: string, bytes: number): void {
    inFlight += bytes;
    if (inFlight > 0) drain.resume();
    else drain.pause();
    const own = (held.get(sender) ?? 0) + bytes;
    if (own > 0) held.set(sender, own);
    else held.delete(sender);
  }

  /** Lets in who fits. Whose turn it is but who is too large makes the others wait: else large requests would never get in. */
  function pump(): void {
    for (;;) {
      const next = queue.next(({ sender, bytes }) => mayHold(sender, bytes));
      if (!next || !fits(next.bytes)) return;
      queue.delete(next);
      next.admit();
    }
  }

  function take(sender: string, bytes: number): Release {
    let size = bytes;
    change(sender, size);
    queue.serve(sender, size);
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      drain.add(size);
      change(sender, -size);
      pump();
    };
    const grow = (total: number) => {
      const more = total - size;
      if (released || more <= 0) return;
      if (inFlight > size && (inFlight + more > limitBytes || !mayHold(sender, more))) throw refusal(more);
      change(sender, more);
      queue.serve(sender, more);
      size = total;
    };
    return Object.assign(release, { grow });
  }

  function refusal(bytes: number): RetryableError {
    refusedBytes?.add(bytes);
    refusedRequests?.add(1);
    return new RetryableError(
      `cannot take ${bytes} more bytes: ${inFlight} are in flight and ${queue.bytes} wait`,
      drain.waitMillis(inFlight + queue.bytes + bytes),
      true,
    );
  }

  return {
    async acquire(bytes, sender = "", signal) {
      signal?.throwIfAborted();
      if (mayEnter(sender, bytes)) return take(sender, bytes);
      return new Promise<Release>((resolve, reject) => {
        const abandon = () => {
          queue.delete(waiter);
          reject(
            signal?.reason instanceof Error ? signal.reason : new Error("cannot wait any longer: the sender left"),
          );
          // It may have been the one whose turn it was and that did not fit.
          pump();
        };
        const waiter: Waiter = {
          sender,
          bytes,
          admit() {
            signal?.removeEventListener("abort", abandon);
            resolve(take(sender, bytes));
          },
          refuse(error) {
            signal?.removeEventListener("abort", abandon);
            queue.delete(waiter);
            reject(error);
          },
        };
        const leaving = queue.makeRoom(waiter, waitingLimitBytes);
        if (!leaving) {
          reject(refusal(bytes));
          return;
        }
        for (const other of leaving) other.refuse(refusal(other.bytes));
        signal?.addEventListener("abort", abandon, { once: true });
        queue.push(waiter);
        pump();
      });
    },
    get inFlightBytes() {
      return inFlight;
    },
    get waitingBytes() {
      return queue.bytes;
    },
  };
}
