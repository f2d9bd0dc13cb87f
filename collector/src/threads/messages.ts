/** What the threads say to each other: plain data only. */
import type { MessagePort } from "node:worker_threads";
import type { WireReceiver } from "../api/contract.ts";
import type { WorkLimits } from "../base/work-scope.ts";
import type { WebPort } from "../component/component.ts";
import type { LogLevel } from "../component/logger.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";

/** Given to the ingest thread when it is started. */
export interface IngestData {
  readonly config: ResolvedConfig;
  /** URL of the module that exports `factories`. */
  readonly factoriesUrl: string;
  readonly version: string;
}

/** The question "start". */
export interface IngestStart {
  readonly webPorts: readonly WebPort[];
}

/** The ingest thread's answer to it. */
export interface IngestStarted {
  readonly ports: Readonly<Record<string, number>>;
  /** Undefined when no store is configured. */
  readonly storage: ReaderSettings | undefined;
  /** What receivers take at the web port. */
  readonly routes: readonly { readonly path: string; readonly checksSenders: boolean }[];
}

/** What the storage extension says about reading. */
export interface ReaderSettings {
  readonly documentsPath: string;
  readonly pinsPath: string;
  /** What the ingest thread lets readers know unasked. */
  readonly bulletin: SharedArrayBuffer;
  /** Whether members of bodies that are the text of a JSON object are searched. */
  readonly jsonBodies: boolean;
  /** Of each query. */
  readonly limits: WorkLimits;
  /** For decoded blocks: of all readers together in the extension's answer, of one in a reader's data. */
  readonly cacheBytes: number;
}

/** The document that says that the alerts thread has run over this store: from then on it runs from each start. */
export const ALERTS_BEGAN = { collection: "alerting", key: "began" } as const;

/** Given to the alerts thread when it is started. */
export interface AlertData extends IngestData, ReaderSettings {
  readonly startedAtMillis: number;
  readonly webUrl: string | undefined;
  /** To the ingest thread. */
  readonly head: MessagePort;
}

/** Given to a reader thread when it is started. */
export interface ReaderData extends ReaderSettings {
  readonly version: string;
  readonly startedAtMillis: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly commit: string | undefined;
  readonly receivers: readonly WireReceiver[];
  /** Without secrets. */
  readonly configYaml: string;
  readonly logLevel: LogLevel;
  /** To the ingest thread. */
  readonly head: MessagePort;
}

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** The first pieces of the body. */
  readonly body: readonly Uint8Array[];
  /** Names the rest of the body, to be asked for by "more"; undefined = there is none. */
  readonly rest: number | undefined;
}

/** The next pieces of a body. */
export interface WirePieces {
  readonly pieces: readonly Uint8Array[];
  readonly done: boolean;
}

/** Where a thread's file lies: `.ts` when run from source, `.js` when built. */
export function threadUrl(name: string): URL {
  return new URL(`./${name}.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
}
