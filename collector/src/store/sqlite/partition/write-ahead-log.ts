/**
 * SQLite's write-ahead log of a partition, made durable beside SQLite. With synchronous=NORMAL a commit writes it and does not wait for the
 * disk; the journal keeps what was committed until a sync that began after the commit has ended. A crash in between leaves the state after
 * some earlier commit: https://sqlite.org/wal.html. SQLite's locks are on other files, so that this one may be opened and closed.
 */
import { messageOf } from "../../../base/errors.ts";
import type { JournalFiles } from "../journal/journal-files.ts";

/** As many as SQLite lets come together when it looks after itself: 8 MB. */
const CHECKPOINT_PAGES = 1000;

export function walOf(partition: string): string {
  return `${partition}-wal`;
}

export class WriteAheadLog {
  readonly path: string;
  readonly #files: JournalFiles;
  readonly #fd: number;
  /** Of its own: the kernel tells an error once for each opened file, and one that only a sync under way is told would pass {@link syncNow} by. */
  readonly #fdNow: number;
  /** One at a time: an error is told to one of those that wait, and all must know. */
  #syncing = Promise.resolve();
  #failure: Error | undefined;
  readonly #waitingPages: () => number;

  /** Of a partition that is open. @param waitingPages committed pages that are in the log only */
  constructor(partition: string, files: JournalFiles, waitingPages: () => number) {
    this.#waitingPages = waitingPages;
    this.path = walOf(partition);
    this.#files = files;
    this.#fd = files.open(this.path);
    try {
      this.#fdNow = files.open(this.path);
    } catch (error) {
      files.close(this.#fd);
      throw error;
    }
  }

  /**
   * Resolves when everything committed before the call is durable. After one that failed all fail: the kernel calls pages clean that it
   * could not write, so another sync would say nothing about them. A start reads what is there, and the journal has the rest.
   */
  sync(): Promise<void> {
    this.#syncing = this.#syncing.then(() => this.#sync());
    return this.#syncing.catch((error: unknown) => {
      throw (this.#failure ??= error as Error);
    });
  }

  async #sync(): Promise<void> {
    await this.#files.sync(this.#fd);
    if (this.#failure) throw this.#failure;
  }

  /** The same, on this thread. */
  syncNow(): void {
    this.check();
    try {
      this.#files.syncNow(this.#fdNow);
    } catch (error) {
      throw (this.#failure = error as Error);
    }
  }

  /** @throws when a sync has failed: nothing more should rely on this file */
  check(): void {
    if (this.#failure)
      throw new Error(`${this.path} could not be synced: ${messageOf(this.#failure)}; restart the collector`);
  }

  /**
   * Whether its pages should be moved into the partition, which any connection may do. Not after a sync that failed: SQLite's own would
   * succeed, and a power loss leave newer pages in the partition below a log that ends before them.
   */
  get isCheckpointDue(): boolean {
    return !this.#failure && this.#waitingPages() >= CHECKPOINT_PAGES;
  }

  close(): void {
    const close = () => [this.#fd, this.#fdNow].forEach((fd) => this.#files.close(fd));
    this.#syncing.then(close, close);
  }
}
