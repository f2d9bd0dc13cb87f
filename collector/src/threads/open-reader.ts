/** The store as threads beside the writer's have it: read-only connections of their own, and calls to the ingest thread for the rest. */
import type { MessagePort } from "node:worker_threads";
import type { Logger } from "../component/logger.ts";
import type { Telemetry } from "../component/telemetry.ts";
import { DAMAGE_METRIC } from "../store/sqlite/damage.ts";
import { SqliteStoreReader } from "../store/sqlite/reader.ts";
import type { DocumentStore } from "../store/store.ts";
import { HeadQuestions } from "./head-questions.ts";
import type { ReaderSettings } from "./messages.ts";
import { Rpc } from "./rpc.ts";

export interface OpenReaderParts {
  /** `cacheBytes` of this reader alone. */
  readonly settings: ReaderSettings;
  /** Of what the reader may keep for metrics. */
  readonly metricsShare?: number;
  /** To the ingest thread. */
  readonly head: MessagePort;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

export interface OpenReader {
  readonly reader: SqliteStoreReader;
  /** Reads here, writes on the ingest thread. */
  readonly documents: DocumentStore;
  readonly ingest: Rpc;
}

export function openReader({ settings, metricsShare, head, logger, telemetry }: OpenReaderParts): OpenReader {
  const ingest = new Rpc(head);
  const damaged = telemetry.counter(DAMAGE_METRIC.name, DAMAGE_METRIC.help);
  const reader = new SqliteStoreReader({
    ask: new HeadQuestions(ingest).ask,
    bulletin: settings.bulletin,
    log: logger,
    documentsPath: settings.documentsPath,
    pinsPath: settings.pinsPath,
    jsonBodies: settings.jsonBodies,
    pinCalls: {
      begin: (traceId, reason) => ingest.call("beginPin", { traceId, reason }),
      finish: (traceId, lastBlockId, pieces) => ingest.call("finishPin", { traceId, lastBlockId, pieces }),
      remove: (traceId) => ingest.call("removePin", traceId),
    },
    cacheBytes: settings.cacheBytes,
    metricsShare,
    onDamage: () => damaged.add(1),
  });
  const documents: DocumentStore = {
    get: (collection, key) => reader.documents.get(collection, key),
    list: (collection) => reader.documents.list(collection),
    put: (collection, key, value) => ingest.call("putDocument", { collection, key, value }),
    putAll: (collection, entries) => ingest.call("putDocuments", { collection, entries }),
    add: (collection, key, value) => ingest.call("addDocument", { collection, key, value }),
    delete: (collection, key) => ingest.call("deleteDocument", { collection, key }),
    write: (changes) => ingest.call("writeDocuments", changes),
  };
  return { reader, documents, ingest };
}
