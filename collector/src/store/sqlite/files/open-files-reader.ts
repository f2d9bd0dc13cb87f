/**
 * A store's files as a StoreReader, also beside a running collector: for commands that ask questions of history. Reads sealed blocks
 * alone; what only the journal has (some seconds of spans and logs, two minutes of series) is not seen. Takes no lock, writes nothing.
 */
import type { StoreLog, StoreReader } from "../../store.ts";
import { OpenLogBlock } from "../block/open-log-block.ts";
import { OpenSpanBlock } from "../block/open-span-block.ts";
import { answerFromHead, type HeadAnswer, type HeadRequest } from "../head.ts";
import { MetricHead } from "../metrics/metric-head.ts";
import { SqliteStoreReader } from "../reader.ts";
import type { StoreFiles } from "./store-files.ts";

export function openFilesReader(files: StoreFiles, log: StoreLog): StoreReader {
  const [spans, logs] = [new OpenSpanBlock(0), new OpenLogBlock(0)];
  const metrics = new MetricHead(0, { maxSeries: 1, maxSeriesPerJob: 1 });
  const storage = {
    disk: {
      partitions: 0,
      partitionBytes: 0,
      journalBytes: 0,
      documentBytes: 0,
      pinnedBytes: 0,
      pinnedTraces: 0,
      quarantineBytes: 0,
    },
    budgets: { retentionMillis: 0, maxDiskBytes: 0, maxMemoryBytes: 0, maxPinnedBytes: 0 },
    open: { records: 0, bytes: 0, series: 0 },
  };
  const ask = async (request: HeadRequest): Promise<HeadAnswer> => ({
    lastBlockId: Number.MAX_SAFE_INTEGER,
    partitions: files.partitions(),
    partitionsVersion: 0,
    ...(request.kind === "storage" && { storage }),
    ...answerFromHead(request, spans, logs, metrics),
  });
  const refuse = async (): Promise<never> => {
    throw new Error("cannot pin traces: this store is only read");
  };
  return new SqliteStoreReader({
    ask,
    log,
    documentsPath: files.documents,
    pinsPath: files.pins,
    pinCalls: { begin: refuse, finish: refuse, remove: refuse },
  });
}
