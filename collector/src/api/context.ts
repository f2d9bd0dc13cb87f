/** What the routes work with. The API is a function from requests to responses: it opens no socket and starts no thread. */
import type { WorkLimits } from "../base/work-scope.ts";
import type { ScrapeTargets } from "../component/scrape-targets.ts";
import type { WireReceiver } from "./contract.ts";
import type { DocumentStore, StoreReader } from "../store/store.ts";

export interface ApiContext {
  readonly reader: StoreReader;
  /** Reads and writes; writes go to the one writer. */
  readonly documents: DocumentStore;
  readonly info: () => CollectorInfo;
  /** What receivers scrape; absent = nothing. */
  readonly targets?: () => Promise<ScrapeTargets>;
  /** For each request. By default none. */
  readonly limits?: WorkLimits;
  /** Reports an error that is ours, once, with its id. */
  readonly reportError: (id: string, error: unknown) => void;
}

export interface CollectorInfo {
  readonly version: string;
  readonly startedAtMillis: number;
  readonly ports: Readonly<Record<string, number>>;
  /** Of the sources it was built from; absent = not known. */
  readonly commit?: string;
  /** What a store has that it writes. */
  readonly storeFormat?: number;
  /** What programs may send to, with the ports that were had. */
  readonly receivers?: readonly WireReceiver[];
  /** The configuration as it takes effect, without secrets. */
  readonly configYaml?: string;
}

/** What the caller of `api.fetch` may give along. */
export interface RequestBindings {
  /** Nobody waits any more: asked from within loops, where no event arrives. */
  readonly isCancelled?: () => boolean;
}

export type ApiEnv = { Bindings: RequestBindings };
