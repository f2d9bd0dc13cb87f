/**
 * A thread that writes a store as the ingest thread does, a trace at a time: blocks are sealed, merged, and partitions begun all the while.
 * In: {@link BulletinWriterData}; questions { n, request } on its port. Out: { n, answer }, and "done"; "close" ends it.
 */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { HeadRequest } from "../../src/store/sqlite/head.ts";
import { SqliteStoreWriter } from "../../src/store/sqlite/writer.ts";
import { tracesRequest } from "./simple-otlp.ts";
import { CollectedLog, spansOf } from "./stores.ts";

export interface BulletinWriterData {
  readonly directory: string;
  readonly traces: number;
  /** One Int32: the traces 1 to this one are acknowledged. */
  readonly acknowledged: SharedArrayBuffer;
}

/** What is told first. */
export interface BulletinWriterReady {
  readonly bulletin: SharedArrayBuffer;
  readonly documentsPath: string;
  readonly pinsPath: string;
}

const DAY = 86_400_000;
const TRACES_A_DAY = 150;

const { directory, traces, acknowledged } = workerData as BulletinWriterData;
const port = parentPort as MessagePort;
let now = Date.parse("2026-01-01T00:00:00Z");
const writer = new SqliteStoreWriter({
  directory,
  log: new CollectedLog(),
  now: () => now,
  seal: { records: 12 },
  mergeUpToRecords: 60,
});
port.on("message", (message: { n: number; request: HeadRequest } | "close") => {
  if (message === "close") void writer.close().then(() => port.close());
  else port.postMessage({ n: message.n, answer: writer.answer(message.request) });
});
port.postMessage({
  bulletin: writer.bulletin,
  documentsPath: writer.directory.documents,
  pinsPath: writer.directory.pins,
} satisfies BulletinWriterReady);

for (let trace = 1; trace <= traces; trace++) {
  await writer.append(spansOf(tracesRequest({ trace, id: trace, start: trace * 1000 })));
  Atomics.store(new Int32Array(acknowledged), 0, trace);
  if (trace % 7 === 0) await writer.maintenance.step();
  if (trace % TRACES_A_DAY === 0) now += DAY;
}
port.postMessage("done");
