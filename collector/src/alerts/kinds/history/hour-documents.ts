/**
 * What was found out about hours of the past, as a document an hour: they outlive the data they were made of. A fixed number of places
 * is used again and again, so that nothing has to be tidied up.
 */
import type { KindDocuments } from "../kind-tools.ts";

interface HourDocument<T> {
  /** Hours since 1970. */
  readonly hour: number;
  readonly series: Readonly<Record<string, T>>;
}

/** Kept in memory as well: the disk may be full, and tests have none. */
const MOST_IN_MEMORY = 600;

export class HourDocuments<T> {
  readonly #documents: KindDocuments;
  readonly #collection: string;
  readonly #places: number;
  readonly #memory = new Map<string, HourDocument<T>>();

  /** @param places hours of a name that are kept */
  constructor(documents: KindDocuments, collection: string, places: number) {
    this.#documents = documents;
    this.#collection = collection;
    this.#places = places;
  }

  async get(name: string, hour: number): Promise<Readonly<Record<string, T>> | undefined> {
    const key = this.#keyOf(name, hour);
    const kept = this.#memory.get(key);
    if (kept?.hour === hour) return kept.series;
    const document = (await this.#documents.get(this.#collection, key)) as HourDocument<T> | undefined;
    return document?.hour === hour ? document.series : undefined;
  }

  async put(name: string, hour: number, series: Readonly<Record<string, T>>): Promise<void> {
    const key = this.#keyOf(name, hour);
    const document = { hour, series };
    if (await this.#store(key, document)) return;
    if (this.#memory.size >= MOST_IN_MEMORY) this.#memory.delete(this.#memory.keys().next().value ?? "");
    this.#memory.set(key, document);
  }

  async #store(key: string, document: HourDocument<T>): Promise<boolean> {
    try {
      return await this.#documents.put(this.#collection, key, document);
    } catch {
      // Made again after a restart.
      return false;
    }
  }

  #keyOf(name: string, hour: number): string {
    return `${name}|${hour % this.#places}`;
  }
}
