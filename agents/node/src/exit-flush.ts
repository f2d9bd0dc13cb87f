/**
 * Gets telemetry out before the process ends, whichever way it ends, and otherwise leaves the ending alone:
 *
 *   SIGTERM, SIGINT, the app has handlers   flush in the background; the app decides
 *   SIGTERM, SIGINT, it has none            flush within the deadline, then die of the same signal
 *   nothing left to do (beforeExit)         flush within the deadline, then end with the app's exit code
 *   process.exit(), a crash (exit)          what is left goes out synchronously, within what remains of the deadline
 *
 * Must not know what is flushed.
 */

export interface ExitFlushOptions {
  deadlineMillis: number;
  /** Sends everything; may take longer than the deadline, never rejects. */
  flush: () => Promise<void>;
  /** True when something has not been sent. */
  pending: () => boolean;
  /** Sends what is left without returning to the event loop, for at most so long. */
  flushSync: (timeoutMillis: number) => unknown;
  /** Called once, when nothing more can be sent. */
  end: () => void;
}

const SIGNALS: NodeJS.Signals[] = ["SIGTERM", "SIGINT"];

export function installExitFlush(options: ExitFlushOptions): void {
  let spentMillis = 0;
  let triedAtBeforeExit = false;

  const flushWithDeadline = async (): Promise<void> => {
    const started = performance.now();
    await within(options.flush(), options.deadlineMillis - spentMillis);
    spentMillis += performance.now() - started;
  };

  const onSignal = (signal: NodeJS.Signals): void => {
    void (isOursAlone(signal) ? flushAndDie(signal) : options.flush());
  };
  const isOursAlone = (signal: NodeJS.Signals): boolean =>
    process.listeners(signal).every((listener) => listener === onSignal);

  const flushAndDie = async (signal: NodeJS.Signals): Promise<void> => {
    // Without the listener a second signal ends the process at once, as people expect of a second Ctrl+C.
    process.removeListener(signal, onSignal);
    await flushWithDeadline();
    options.end();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  process.on("beforeExit", () => {
    if (triedAtBeforeExit) return;
    triedAtBeforeExit = true;
    // Once the promise settles nothing is left again, and Node ends with the code the app has set.
    void flushWithDeadline();
  });

  process.once("exit", () => {
    if (options.pending()) options.flushSync(Math.max(0, options.deadlineMillis - spentMillis));
    options.end();
  });
}

/** Resolves with the promise or after the time, and keeps the event loop alive until then. */
function within(promise: Promise<void>, timeoutMillis: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, timeoutMillis));
    void promise.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
