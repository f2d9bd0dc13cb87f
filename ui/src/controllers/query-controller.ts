/**
 * Asks the server what an element shows, and asks again when the question changes. In: a key that names the question and a
 * function that asks it; out: the four states of a panel. A new question aborts the old one; data of the old one stays, marked
 * stale, until the new one is answered. A skeleton is due after 150 ms, not before.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { ApiError } from "../api/api-error.ts";
import { keepAnswer, recallAnswer } from "./query-cache.ts";

export const SKELETON_MILLIS = 150;

export interface QueryOptions<T> {
  /** Changes when the question does; undefined = nothing to ask. */
  readonly key: () => string | undefined;
  /** May tell what it has so far by `onPart`; when old data answers the same question already, parts don't replace it. */
  readonly ask: (signal: AbortSignal, onPart: (part: T) => void) => Promise<T>;
  /** False when old data would mislead beside a new question (another trace). */
  readonly keepStale?: boolean;
  /** False for answers too large to keep several of. */
  readonly remember?: boolean;
}

export class QueryController<T> implements ReactiveController {
  data?: T;
  error?: ApiError;
  pending = false;
  /** The data belongs to an earlier question, or the request has taken long enough to say so. */
  stale = false;
  skeleton = false;

  private readonly host: ReactiveControllerHost;
  private readonly options: QueryOptions<T>;
  private key?: string;
  /** The question that `data` answers. */
  private answeredKey?: string;
  private abort?: AbortController;
  private timer?: number;

  constructor(host: ReactiveControllerHost, options: QueryOptions<T>) {
    this.host = host;
    this.options = options;
    host.addController(this);
  }

  hostUpdate(): void {
    const key = this.options.key();
    if (key !== this.key) this.turnTo(key);
  }

  hostDisconnected(): void {
    this.stop();
    this.key = undefined;
  }

  /** What is known now, as a value: an element that gets it by property draws again when it changes. */
  get snapshot(): Pick<this, "data" | "error" | "stale" | "skeleton" | "refresh"> {
    const { data, error, stale, skeleton } = this;
    return { data, error, stale, skeleton, refresh: () => this.refresh() };
  }

  /** Asks the same question again; what is shown stays as it is until the answer comes. */
  refresh(): void {
    if (this.key !== undefined) this.start(this.key);
  }

  private turnTo(key: string | undefined): void {
    this.stop();
    this.key = key;
    this.error = undefined;
    const recalled = key === undefined ? undefined : recallAnswer(key);
    if (recalled !== undefined) {
      this.data = recalled as T;
      this.answeredKey = key;
    } else if (key === undefined || this.options.keepStale === false) this.data = undefined;
    if (key !== undefined) this.start(key);
  }

  private start(key: string): void {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    this.pending = true;
    this.timer = window.setTimeout(() => {
      this.skeleton = this.data === undefined;
      this.stale = this.data !== undefined && this.answeredKey !== key;
      this.host.requestUpdate();
    }, SKELETON_MILLIS);
    void this.run(key, abort.signal);
  }

  private async run(key: string, signal: AbortSignal): Promise<void> {
    try {
      const data = await this.options.ask(signal, (part) => this.takePart(key, part, signal));
      if (signal.aborted) return;
      if (this.options.remember !== false) keepAnswer(key, data);
      this.data = data;
      this.answeredKey = key;
      this.error = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.error = error instanceof ApiError ? error : new ApiError(0, { message: String(error) }, error);
      if (!(error instanceof ApiError)) console.error(error);
    }
    this.stop();
    this.host.requestUpdate();
  }

  private takePart(key: string, part: T, signal: AbortSignal): void {
    if (signal.aborted || this.answeredKey === key) return;
    this.data = part;
    this.stale = false;
    this.skeleton = false;
    window.clearTimeout(this.timer);
    this.host.requestUpdate();
  }

  private stop(): void {
    window.clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = undefined;
    this.pending = false;
    this.stale = false;
    this.skeleton = false;
  }
}
