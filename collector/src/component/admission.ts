/**
 * Admission by bytes in flight: bounds what the process holds at any moment. A receiver acquires a request's size before it keeps
 * its body and releases it when the answer is out. Past the limit requests wait in order; past the waiting bound they are refused
 * with an error the sender retries. Knows no protocol.
 */
import { RetryableError } from "./errors.ts";
import type { Telemetry } from "./telemetry.ts";

export interface AdmissionSettings {
  /** Bytes that may be in flight. A single request above it is let in when nothing else is in flight. */
  readonly limitBytes: number;
  /** Bytes of requests that may wait. 0 = nobody waits. */
  readonly waitingLimitBytes: number;
  /** Where the two gauges go. */
  readonly telemetry?: Telemetry;
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
   * Resolves, first come first served, when the bytes fit. Throws RetryableError (overloaded) when the waiting room is full, and the
   * signal's reason when the sender went away while waiting.
   */
  acquire(bytes: number, signal?: AbortSignal): Promise<Release>;
  readonly inFlightBytes: number;
  readonly waitingBytes: number;
}

interface Waiter {
  readonly bytes: number;
  admit(): void;
}

/** A sender that is refused comes back after a second: about the time in which a full process of 100 MB works off its requests. */
const RETRY_AFTER_MILLIS = 1000;

export function createAdmission({ limitBytes, waitingLimitBytes, telemetry }: AdmissionSettings): Admission {
  let inFlight = 0;
  let waitingBytes = 0;
  const waiting = new Set<Waiter>();

  telemetry?.observedGauge("goldspan_admission_in_flight_bytes", "Bytes of requests being worked on.", () => inFlight);
  telemetry?.observedGauge("goldspan_admission_waiting_bytes", "Bytes of requests that wait.", () => waitingBytes);

  const fits = (bytes: number) => inFlight === 0 || inFlight + bytes <= limitBytes;

  const overloaded = (bytes: number) =>
    new RetryableError(
      `cannot take ${bytes} more bytes: ${inFlight} are in flight and ${waitingBytes} wait`,
      RETRY_AFTER_MILLIS,
      true,
    );

  function take(bytes: number): Release {
    let held = bytes;
    let released = false;
    inFlight += held;
    const release = () => {
      if (released) return;
      released = true;
      inFlight -= held;
      for (const waiter of waiting) {
        if (!fits(waiter.bytes)) break;
        leave(waiter);
        waiter.admit();
      }
    };
    const grow = (total: number) => {
      const more = total - held;
      if (released || more <= 0) return;
      if (inFlight > held && inFlight + more > limitBytes) throw overloaded(more);
      held += more;
      inFlight += more;
    };
    return Object.assign(release, { grow });
  }

  function leave(waiter: Waiter): void {
    if (waiting.delete(waiter)) waitingBytes -= waiter.bytes;
  }

  return {
    async acquire(bytes, signal) {
      signal?.throwIfAborted();
      if (waiting.size === 0 && fits(bytes)) return take(bytes);
      if (waitingBytes + bytes > waitingLimitBytes) throw overloaded(bytes);
      return new Promise<Release>((resolve, reject) => {
        const waiter: Waiter = {
          bytes,
          admit() {
            signal?.removeEventListener("abort", abandon);
            resolve(take(bytes));
          },
        };
        const abandon = () => {
          leave(waiter);
          reject(
            signal?.reason instanceof Error ? signal.reason : new Error("cannot wait any longer: the sender left"),
          );
          // It may have been the one at the head that did not fit.
          take(0)();
        };
        signal?.addEventListener("abort", abandon, { once: true });
        waiting.add(waiter);
        waitingBytes += bytes;
      });
    },
    get inFlightBytes() {
      return inFlight;
    },
    get waitingBytes() {
      return waitingBytes;
    },
  };
}
