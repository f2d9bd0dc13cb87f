/** What the routes work with. The API is a function from requests to responses: it opens no socket and starts no thread. */
import type { DocumentStore, StoreReader } from "../store/store.ts";

export interface ApiContext {
  readonly reader: StoreReader;
  /** Reads and writes; writes go to the one writer. */
  readonly documents: DocumentStore;
  readonly info: () => CollectorInfo;
  /** Reports an error that is ours, once, with its id. */
  readonly reportError: (id: string, error: unknown) => void;
}

export interface CollectorInfo {
  readonly version: string;
  readonly startedAtMillis: number;
  readonly ports: Readonly<Record<string, number>>;
}

export type ApiEnv = { Variables: { context: ApiContext } };
