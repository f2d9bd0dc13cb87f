/**
 * Live tail: lines as they arrive, newest first. In: a query, whether the reader is at the top; out: a bounded list of lines, how many wait, the
 * rate, how many were left out. Lines that arrive while one reads further down, or pauses, wait; a lost connection is taken up again.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { WireLog, WireTailRate } from "goldspan/contract";
import { ApiError } from "../api/api-error.ts";
import { tailLogs } from "../api/log-endpoints.ts";

const MOST_LINES = 5000;
/** Screens draw a few times a second: nobody reads faster. */
const DRAW_MILLIS = 200;
const AGAIN_MILLIS = 2000;

export class LogTail implements ReactiveController {
  lines: readonly WireLog[] = [];
  paused = false;
  /** What the server says; undefined until it says so. */
  rate?: WireTailRate;
  error?: ApiError;
  connected = false;
  /** Counts up when lines have changed. */
  version = 0;
  /** Lines that fell out of the waiting ones because there were too many. */
  dropped = 0;
  /** New lines are put on top of the list at once. */
  isAtTop: () => boolean = () => true;

  private readonly host: ReactiveControllerHost;
  private query?: string;
  private waiting: WireLog[] = [];
  private abort?: AbortController;
  private timer?: number;
  private again?: number;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.follow(undefined);
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** undefined = no tail. */
  follow(query: string | undefined): void {
    if (query === this.query) return;
    this.stop();
    this.query = query;
    this.lines = [];
    this.waiting = [];
    this.rate = undefined;
    this.error = undefined;
    this.dropped = 0;
    this.paused = false;
    if (query !== undefined) void this.listen(query);
  }

  togglePause(): void {
    this.paused = !this.paused;
    if (!this.paused) this.showWaiting();
    this.host.requestUpdate();
  }

  showWaiting(): void {
    this.lines = [...this.waiting.toReversed(), ...this.lines].slice(0, MOST_LINES);
    this.waiting = [];
    this.version += 1;
    this.host.requestUpdate();
  }

  private async listen(query: string): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    try {
      this.connected = true;
      await tailLogs(query, { onLogs: (logs) => this.take(logs), onRate: (rate) => this.tell(rate) }, abort.signal);
      if (!abort.signal.aborted) this.retry(query);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.error = error instanceof ApiError ? error : new ApiError(0, { message: String(error) }, error);
      // What the query did wrong stays wrong.
      if (this.error.status < 400 || this.error.status >= 500) this.retry(query);
    }
    this.connected = false;
    this.host.requestUpdate();
  }

  private retry(query: string): void {
    this.again = window.setTimeout(() => void this.listen(query), AGAIN_MILLIS);
  }

  private take(logs: readonly WireLog[]): void {
    this.error = undefined;
    this.waiting.push(...logs);
    const excess = this.waiting.length - MOST_LINES;
    if (excess > 0) {
      this.waiting.splice(0, excess);
      this.dropped += excess;
    }
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      if (!this.paused && this.isAtTop()) this.showWaiting();
      else this.host.requestUpdate();
    }, DRAW_MILLIS);
  }

  private tell(rate: WireTailRate): void {
    this.rate = rate;
    this.host.requestUpdate();
  }

  private stop(): void {
    this.abort?.abort();
    window.clearTimeout(this.timer);
    window.clearTimeout(this.again);
    this.timer = undefined;
    this.connected = false;
  }
}
