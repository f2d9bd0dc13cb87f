/**
 * Limits on a piece of work (time, bytes read, rows held) and its cancellation, carried by the AbortSignal that is handed down
 * anyway: who does the work asks `scopeOf(signal)` and calls `check` between steps. A timer or a message cannot reach a thread that
 * is in a loop; `check` looks at the clock and at a flag that another thread may set, so that it stops there too.
 */
import { AbortedError } from "./errors.ts";

/** 0 = no limit. */
export interface WorkLimits {
  readonly timeoutMillis: number;
  readonly maxBytes: number;
  readonly maxRows: number;
}

export const NO_LIMITS: WorkLimits = { timeoutMillis: 0, maxBytes: 0, maxRows: 0 };

/** The work needed more than it may have. Nothing of it is handed out as if it were all. */
export class LimitError extends Error {
  override name = "LimitError";
  /** size: what is found doesn't fit into one answer; a part of it does. */
  readonly limit: "time" | "bytes" | "rows" | "size";

  constructor(limit: LimitError["limit"], message: string) {
    super(message);
    this.limit = limit;
  }
}

export interface WorkScope {
  /** Aborted when nobody waits any more or the time is over. */
  readonly signal: AbortSignal;
  /** Throws when nobody waits any more, and LimitError when the time is over. Takes some 50 ns. */
  check(): void;
  /** Counts bytes that were read. Throws LimitError. */
  addBytes(count: number): void;
  /** Counts rows that are held for the answer. Throws LimitError. */
  addRows(count: number): void;
  /** Notes that the answer will lack something, and what. */
  miss(what: string): void;
  /** What the answer lacks; empty = it is complete. */
  readonly missing: readonly string[];
  /** The timer ends. */
  close(): void;
}

const scopes = new WeakMap<AbortSignal, WorkScope>();

/** The scope that came with a signal; one without limits where there is none. */
export function scopeOf(signal: AbortSignal | undefined): WorkScope {
  return (signal && scopes.get(signal)) ?? new Scope(signal, NO_LIMITS, () => false);
}

/**
 * @param parent aborted when nobody waits any more
 * @param isCancelled the same, to be asked from within a loop
 */
export function openScope(
  parent: AbortSignal | undefined,
  limits: WorkLimits,
  isCancelled: () => boolean = () => false,
): WorkScope {
  const scope = new Scope(parent, limits, isCancelled);
  scopes.set(scope.signal, scope);
  return scope;
}

let current: Pick<WorkScope, "check"> | undefined;

/** Runs synchronous work whose inner loops, which know no signal, ask {@link checkWork}. */
export function runWithin<T>(scope: Pick<WorkScope, "check"> | undefined, work: () => T): T {
  const before = current;
  current = scope;
  try {
    return work();
  } finally {
    current = before;
  }
}

/** Throws as the scope of the work at hand does; nothing where there is none. */
export function checkWork(): void {
  current?.check();
}

class Scope implements WorkScope {
  readonly signal: AbortSignal;
  readonly missing: string[] = [];
  readonly #limits: WorkLimits;
  readonly #isCancelled: () => boolean;
  readonly #deadline: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #bytes = 0;
  #rows = 0;

  constructor(parent: AbortSignal | undefined, limits: WorkLimits, isCancelled: () => boolean) {
    this.#limits = limits;
    this.#isCancelled = isCancelled;
    const { timeoutMillis } = limits;
    this.#deadline = timeoutMillis > 0 ? performance.now() + timeoutMillis : Infinity;
    const own = new AbortController();
    if (timeoutMillis > 0) {
      this.#timer = setTimeout(() => own.abort(this.#timeError()), timeoutMillis);
      this.#timer.unref();
    }
    this.signal = parent ? AbortSignal.any([parent, own.signal]) : own.signal;
  }

  check(): void {
    this.signal.throwIfAborted();
    if (this.#isCancelled()) throw new AbortedError("nobody waits for the answer any more");
    if (performance.now() > this.#deadline) throw this.#timeError();
  }

  addBytes(count: number): void {
    this.#bytes += count;
    const { maxBytes } = this.#limits;
    if (maxBytes > 0 && this.#bytes > maxBytes)
      throw new LimitError("bytes", `it has to read more than ${formatBytes(maxBytes)}`);
  }

  addRows(count: number): void {
    this.#rows += count;
    const { maxRows } = this.#limits;
    if (maxRows > 0 && this.#rows > maxRows) throw new LimitError("rows", `its answer needs more than ${maxRows} rows`);
  }

  miss(what: string): void {
    if (!this.missing.includes(what)) this.missing.push(what);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #timeError(): LimitError {
    const read = this.#bytes > 0 ? `; it read ${formatBytes(this.#bytes)} until then` : "";
    return new LimitError("time", `it takes longer than ${this.#limits.timeoutMillis / 1000} s${read}`);
  }
}

function formatBytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let unit = 0;
  for (; count >= 1024 && unit < units.length - 1; unit++) count /= 1024;
  return `${Number(count.toPrecision(3))} ${units[unit]}`;
}
