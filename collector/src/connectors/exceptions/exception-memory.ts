/**
 * Remembers groups in the store's documents: new ones and new versions within half a second, other changes within five, all with one
 * sync. What cannot be written is tried again with the next change.
 */
import { messageOf } from "../../base/errors.ts";
import type { Settings } from "../../component/component.ts";
import { EXCEPTION_STACKS, EXCEPTIONS, type ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import type { DocumentStore, StoreProvider } from "../../store/store.ts";
import { ExceptionGroup } from "./exception-group.ts";
import type { ExceptionTable } from "./exception-table.ts";

const NEWS_MILLIS = 500;
const CHANGED_MILLIS = 5000;

export class ExceptionMemory {
  readonly #settings: Settings;
  readonly #table: ExceptionTable;
  readonly #stacks = new Map<string, string>();
  readonly #forgotten = new Set<string>();
  #documents: DocumentStore | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueMillis = Infinity;
  #writing: Promise<void> = Promise.resolve();
  #complaint = "";

  constructor(settings: Settings, table: ExceptionTable) {
    this.#settings = settings;
    this.#table = table;
  }

  /** @param storage id of the extension; "" = nothing is remembered */
  async open(storage: string): Promise<void> {
    if (storage === "") return;
    const { host, id } = this.#settings;
    const provider = host.extension(storage)?.capability as StoreProvider | undefined;
    if (!provider?.writer)
      throw new Error(
        `cannot find the store "${storage}": list it in service.extensions, name another in connectors.${id.text}.storage, or write "" there to remember nothing`,
      );
    const { documents } = provider.writer;
    const known = await documents.list(EXCEPTIONS);
    this.#documents = documents;
    this.#table.load(known.map(({ value }) => ExceptionGroup.restore(value as ExceptionRecord)));
  }

  /** The stack trace of a group that is new. */
  addStack(fingerprint: string, stacktrace: string): void {
    if (this.#documents && stacktrace !== "") this.#stacks.set(fingerprint, stacktrace);
  }

  /** Some group has changed. @param isNews soon to be written */
  changed(isNews: boolean): void {
    if (!this.#documents) return;
    const due = performance.now() + (isNews ? NEWS_MILLIS : CHANGED_MILLIS);
    if (due >= this.#dueMillis) return;
    clearTimeout(this.#timer);
    this.#dueMillis = due;
    this.#timer = setTimeout(() => void this.write(), due - performance.now());
  }

  forget(fingerprint: string): void {
    if (!this.#documents) return;
    this.#stacks.delete(fingerprint);
    this.#forgotten.add(fingerprint);
  }

  /** Never throws. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#dueMillis = Infinity;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const documents = this.#documents;
    if (!documents) return;
    const changed = [...this.#table.groups()].filter(({ isDirty }) => isDirty);
    for (const group of changed) group.isDirty = false;
    const stacks = [...this.#stacks].map(([key, value]) => ({ key, value }));
    this.#stacks.clear();
    const forgotten = [...this.#forgotten];
    this.#forgotten.clear();
    try {
      for (const fingerprint of forgotten) {
        await documents.delete(EXCEPTIONS, fingerprint);
        await documents.delete(EXCEPTION_STACKS, fingerprint);
      }
      if (stacks.length > 0) await documents.putAll(EXCEPTION_STACKS, stacks);
      if (changed.length > 0)
        await documents.putAll(
          EXCEPTIONS,
          changed.map(({ fingerprint, record }) => ({ key: fingerprint, value: record })),
        );
      this.#complaint = "";
    } catch (error) {
      for (const group of changed) group.isDirty = true;
      for (const { key, value } of stacks) this.#stacks.set(key, value);
      for (const fingerprint of forgotten) this.#forgotten.add(fingerprint);
      this.#complain(messageOf(error));
    }
  }

  #complain(reason: string): void {
    if (this.#complaint === reason) return;
    this.#complaint = reason;
    this.#settings.logger.warn("cannot remember exceptions; it is tried again", { reason });
  }
}
