/**
 * The alerts thread: the extensions that live in it, over a read-only view of the store. Rules and evidence are queries, which on main
 * would hold the UI. Started by alert-runner.ts; answers "start", "fetch" ("more", "cancel"), "metrics", "state" and
 * "shutdown".
 */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { HostState } from "../component/component.ts";
import type { Factory } from "../component/factory.ts";
import { createLogger } from "../component/logger.ts";
import { buildGraph } from "../pipeline/build-graph.ts";
import type { Graph } from "../pipeline/graph.ts";
import { loadComponents } from "../pipeline/load-components.ts";
import { createTelemetry } from "../pipeline/telemetry.ts";
import { bodyParts, OpenBodies } from "./body-parts.ts";
import { ALERTS_BEGAN, type AlertData, type WireRequest, type WireResponse } from "./messages.ts";
import { openReader } from "./open-reader.ts";
import { ALERT_NICE, lowerPriority } from "./priority.ts";
import { Rpc } from "./rpc.ts";

lowerPriority(ALERT_NICE);

/** What an extension of this thread offers: answers to requests. */
interface Answering {
  fetch(request: Request, bindings: { readonly isCancelled: () => boolean }): Promise<Response>;
}

const openBodies = new OpenBodies();
const { config, factoriesUrl, version, webUrl, head, ...settings } = workerData as AlertData;
const { factories } = (await import(factoriesUrl)) as { factories: readonly Factory[] };
const logger = createLogger(config.service.telemetry.logs.level);
const telemetry = createTelemetry();
const { reader, documents, ingest } = openReader({
  settings,
  // Rules ask for metrics all the time, evidence for spans and logs once an alert.
  metricsShare: 0.7,
  head,
  logger,
  telemetry,
});
let state: HostState = "starting";
let graph: Graph | undefined;

const main = new Rpc(parentPort as MessagePort, {
  async start(): Promise<void> {
    await loadComponents(config, factories, "alerts");
    graph = buildGraph(config, factories, {
      thread: "alerts",
      version,
      logger,
      telemetry,
      onFatal: (error) => void main.call("fatal", error.message),
      state: () => state,
      store: {
        reader,
        documents,
        limits: settings.limits,
        appendMetrics: (batch) => ingest.call("appendMetrics", batch),
      },
      webUrl,
    });
    await graph.start();
    const { collection, key } = ALERTS_BEGAN;
    await documents.add(collection, key, { atMillis: Date.now() });
  },
  state(next: HostState): void {
    state = next;
  },
  async fetch({ method, url, headers, body }: WireRequest, signal, isCancelled): Promise<WireResponse> {
    const request = new Request(url, {
      method,
      headers: headers as [string, string][],
      body: body as Uint8Array<ArrayBuffer> | undefined,
      signal,
    });
    const response = await answering().fetch(request, { isCancelled });
    const parts = bodyParts(response);
    const { pieces, done } = await parts.next();
    const rest = done ? undefined : openBodies.add(parts);
    return { status: response.status, headers: [...response.headers], body: pieces, rest };
  },
  more: (rest: number) => openBodies.next(rest),
  cancel: (rest: number) => openBodies.cancel(rest),
  metrics: () => telemetry.collect(),
  async shutdown(deadline: number): Promise<void> {
    state = "stopping";
    await graph?.shutdown(deadline);
    await reader.close();
  },
});

function answering(): Answering {
  for (const id of config.service.extensions) {
    const capability = graph?.extension(id)?.capability as Partial<Answering> | undefined;
    if (capability?.fetch) return capability as Answering;
  }
  throw new Error("cannot answer: no extension of the alerts thread takes requests");
}
