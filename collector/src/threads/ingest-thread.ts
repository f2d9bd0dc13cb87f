/**
 * The ingest thread: receivers, pipelines and the store's one writer. A seal holds it for some milliseconds, a query never. Started by
 * collector.ts; answers "start", "shutdown", "metrics", and readers' questions about the open blocks.
 */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { HostState } from "../component/component.ts";
import type { Factory } from "../component/factory.ts";
import { NO_TARGETS } from "../component/scrape-targets.ts";
import { createLogger } from "../component/logger.ts";
import { buildGraph } from "../pipeline/build-graph.ts";
import type { Graph } from "../pipeline/graph.ts";
import { loadComponents } from "../pipeline/load-components.ts";
import { createTelemetry } from "../pipeline/telemetry.ts";
import type { HeadAnswer, HeadRequest } from "../store/sqlite/head.ts";
import type { RunMergeTask } from "../store/sqlite/merge/merge-task.ts";
import type { PinCalls } from "../store/sqlite/pins/pin-store.ts";
import type { DocumentChange, DocumentStore, StoreProvider, StoreWriter } from "../store/store.ts";
import { MergeRunner } from "./merge-runner.ts";
import {
  ALERTS_BEGAN,
  type IngestData,
  type IngestStart,
  type IngestStarted,
  type ReaderSettings,
} from "./messages.ts";
import { deskHandlers, RouteDesk } from "./route-desk.ts";
import { Rpc } from "./rpc.ts";

type Storage = StoreProvider & {
  readonly reading: ReaderSettings;
  readonly pinCalls: PinCalls;
  answer(request: HeadRequest): HeadAnswer;
  betweenSteps(call: () => void): void;
  mergeBy(run: RunMergeTask): void;
};

const { config, factoriesUrl, version } = workerData as IngestData;
const { factories } = (await import(factoriesUrl)) as { factories: readonly Factory[] };
const logger = createLogger(config.service.telemetry.logs.level);
const telemetry = createTelemetry();
let state: HostState = "starting";
let graph: Graph | undefined;
const merger = new MergeRunner();
const readers = new Set<Rpc>();
let desk: RouteDesk | undefined;

const main = new Rpc(parentPort as MessagePort, {
  async start({ webPorts }: IngestStart): Promise<IngestStarted> {
    await loadComponents(config, factories, "ingest");
    graph = buildGraph(config, factories, {
      thread: "ingest",
      version,
      logger,
      telemetry,
      onFatal: (error) => void main.call("fatal", error.message),
      state: () => state,
      own: { ports: webPorts, text: () => main.call<string>("metricsText", undefined) },
    });
    await graph.start();
    desk = new RouteDesk(graph.webRoutes());
    const storage = storageOf(graph);
    storage?.mergeBy(merger.run);
    // Many reads begin with a question: where the core is full it would wait for all requests that have come, or for a seal.
    storage?.betweenSteps(() => {
      for (const reader of readers) reader.answerNow("head");
    });
    return { ports: graph.ports(), storage: storage?.reading, routes: desk.routes };
  },
  state(next: HostState): void {
    state = next;
  },
  async shutdown(deadline: number): Promise<void> {
    state = "stopping";
    // A merge would hold up the store's end; it is done again after the next start.
    merger.close();
    await desk?.close();
    await graph?.shutdown(deadline);
  },
  metrics: () => telemetry.collect(),
  hasData,
  ...deskHandlers(() => desk),
});

// A reader is attached by handing over its end of a channel.
(parentPort as MessagePort).on("message", (message: { attachReader?: MessagePort }) => {
  if (message.attachReader) attachReader(message.attachReader);
});

function attachReader(port: MessagePort): void {
  const storage = graph && storageOf(graph);
  if (!storage) return;
  const documents = (): DocumentStore => storage.writer.documents;
  const reader = new Rpc(port, {
    targets: () => graph?.scrapeTargets() ?? NO_TARGETS,
    head: (requests: readonly HeadRequest[]) => requests.map((request) => storage.answer(request)),
    beginPin: ({ traceId, reason }) => storage.pinCalls.begin(traceId, reason),
    finishPin: ({ traceId, lastBlockId, pieces }) => storage.pinCalls.finish(traceId, lastBlockId, pieces),
    removePin: (traceId: Uint8Array) => storage.pinCalls.remove(traceId),
    putDocument: ({ collection, key, value }) => documents().put(collection, key, value),
    putDocuments: ({ collection, entries }) => documents().putAll(collection, entries),
    addDocument: ({ collection, key, value }) => documents().add(collection, key, value),
    deleteDocument: ({ collection, key }) => documents().delete(collection, key),
    appendMetrics: (batch: Parameters<StoreWriter["appendMetrics"]>[0]) => storage.writer.appendMetrics(batch),
    writeDocuments: (changes: readonly DocumentChange[]) => documents().write(changes),
  });
  readers.add(reader);
  port.once("close", () => readers.delete(reader));
}

/** Numbers of what receivers have taken, by receiver. */
const ACCEPTED = /^otelcol_receiver_accepted_/;

/** Whether anybody but the collector itself has sent something, or has in an earlier run. */
async function hasData(): Promise<boolean> {
  const storage = graph && storageOf(graph);
  if (!storage || !graph) return false;
  if (await storage.writer.documents.get(ALERTS_BEGAN.collection, ALERTS_BEGAN.key)) return true;
  // One target is the collector.
  if (graph.scrapeTargets().active.length > 1) return true;
  const accepted = (await telemetry.collect()).filter(({ name }) => ACCEPTED.test(name));
  return accepted.some(({ values }) =>
    values.some(({ value, labels }) => value > 0 && !/^prometheus(?:\/|$)/.test(String(labels.receiver))),
  );
}

/** The first extension that offers a store. */
function storageOf(built: Graph): Storage | undefined {
  for (const id of config.service.extensions) {
    const capability = built.extension(id)?.capability as Partial<Storage> | undefined;
    if (capability?.writer && capability.answer) return capability as Storage;
  }
  return undefined;
}
