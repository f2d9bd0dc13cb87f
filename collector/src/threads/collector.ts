/**
 * The running collector, seen from the main thread: starts what serves people here, then the ingest thread; hands API requests to
 * reader threads; stops everything in the other order within a deadline. Reads no configuration file and ends no process.
 */
import { Worker, type MessagePort } from "node:worker_threads";
import { hostname } from "node:os";
import { isAlertingPath } from "../api/alerting/alerting-paths.ts";
import type { FrontRoute, HostFront, HostState, WebAccess } from "../component/component.ts";
import type { ExtensionFactory, Factory, ThreadName } from "../component/factory.ts";
import type { Logger } from "../component/logger.ts";
import { formatConfig } from "../config/format-config.ts";
import { factoryOfId } from "../config/factory-index.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { buildGraph } from "../pipeline/build-graph.ts";
import type { Graph } from "../pipeline/graph.ts";
import { loadComponents } from "../pipeline/load-components.ts";
import { registerProcessMetrics } from "../pipeline/process-metrics.ts";
import { createTelemetry, formatMetrics, type MetricObjects } from "../pipeline/telemetry.ts";
import { AlertRunner } from "./alert-runner.ts";
import { receiversOf } from "./receivers-of.ts";
import type { MemoryRoom } from "./memory-room.ts";
import { threadUrl, type IngestData, type IngestStart, type IngestStarted } from "./messages.ts";
import { ReaderPool } from "./reader-pool.ts";
import { relayTo } from "./route-desk.ts";
import { Rpc } from "./rpc.ts";

/** Of a request to the API. */
const MOST_BODY_BYTES = 1024 * 1024;

/** Of the memory for decoded blocks: rules look at what is newest, which is in the open blocks. */
const ALERT_CACHE_SHARE = 0.1;
const EVERY_INTERFACE = new Set(["", "0.0.0.0", "[::]"]);

export interface CollectorParts {
  readonly config: ResolvedConfig;
  readonly factories: readonly Factory[];
  /** URL of the module that exports `factories`, for the ingest thread. */
  readonly factoriesUrl: string;
  readonly version: string;
  /** Of the sources; undefined = not known. */
  readonly commit?: string | undefined;
  readonly room: MemoryRoom;
  readonly logger: Logger;
  /** A part cannot go on: stop and exit with 1. */
  readonly onFatal: (error: Error) => void;
}

export class Collector {
  readonly #parts: CollectorParts;
  readonly #telemetry = createTelemetry();
  readonly #startedAt = Date.now();
  #graph: Graph | undefined;
  #state: HostState = "starting";
  #ingest: { worker: Worker; rpc: Rpc } | undefined;
  #readers: ReaderPool | undefined;
  #alerts: AlertRunner | undefined;
  #routes: ReadonlyMap<string, FrontRoute> = new Map();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    registerProcessMetrics(this.#telemetry, this.#startedAt);
  }

  /** Resolves with the ports by component id when everything listens. @throws Error that names the component; what had started is stopped */
  async start(): Promise<Record<string, number>> {
    const { config, factories, factoriesUrl, version, logger } = this.#parts;
    const graph = await this.#buildGraph();
    this.#graph = graph;
    await graph.start();
    try {
      const ingest = this.#startIngest({ config, factoriesUrl, version });
      // Without the links, which hold secrets.
      const webPorts = this.webAccess.map(({ host, port, isSecure }) => ({ host, port, isSecure }));
      const started = await ingest.rpc.call<IngestStarted>("start", { webPorts } satisfies IngestStart);
      const ports = { ...started.ports, ...graph.ports() };
      const open = relayTo(ingest.rpc);
      this.#routes = new Map(started.routes.map(({ path, checksSenders }) => [path, { open, checksSenders }]));
      const alerting = this.#extensionsOf("alerts");
      const hasAlerts = alerting.length > 0;
      const waits = alerting.every(({ id, factory }) => factory.waitsForData?.(config.extensions[id]));
      if (hasAlerts && !started.storage)
        throw new Error("cannot run alerting without a store: list a storage extension in service.extensions");
      if (started.storage) {
        const { readers: size, youngMb } = this.#parts.room;
        const alertBytes = hasAlerts ? Math.floor(started.storage.cacheBytes * ALERT_CACHE_SHARE) : 0;
        const attach = (port: MessagePort) => ingest.worker.postMessage({ attachReader: port }, [port]);
        this.#readers = new ReaderPool({
          size,
          youngMb,
          data: {
            version,
            startedAtMillis: this.#startedAt,
            ports,
            commit: this.#parts.commit,
            receivers: receiversOf(config, factories, ports),
            configYaml: formatConfig(config, factories),
            ...started.storage,
            cacheBytes: Math.floor((started.storage.cacheBytes - alertBytes) / size),
            logLevel: config.service.telemetry.logs.level,
          },
          logger,
          attach,
        });
        if (hasAlerts) {
          this.#alerts = new AlertRunner({
            youngMb: this.#parts.room.alertsYoungMb,
            mostMb: this.#parts.room.alertsMostMb,
            data: {
              config,
              factoriesUrl,
              version,
              startedAtMillis: this.#startedAt,
              webUrl: this.#webUrl(ports),
              ...started.storage,
              cacheBytes: alertBytes,
            },
            logger,
            attach,
            state: () => this.#state,
            onFatal: this.#parts.onFatal,
          });
          await this.#alerts.start(async () => !waits || (await ingest.rpc.call<boolean>("hasData", undefined)));
        }
      }
      this.#state = "ready";
      await ingest.rpc.call("state", "ready");
      await this.#alerts?.say("ready");
      return ports;
    } catch (error) {
      await this.shutdown(Date.now() + 5000);
      throw error;
    }
  }

  /** Takes nothing new, flushes, closes. @param deadline epoch milliseconds */
  async shutdown(deadline: number): Promise<void> {
    this.#state = "stopping";
    const ingest = this.#ingest;
    this.#ingest = undefined;
    try {
      // Readers first: SQLite removes a write-ahead log when the last connection that may write closes.
      await this.#readers?.close();
      await this.#alerts?.close(alertDeadline(deadline));
      await ingest?.rpc.call("shutdown", deadline);
    } finally {
      await this.#graph?.shutdown(deadline);
      await ingest?.worker.terminate();
    }
  }

  /** Of the web ports that listen. Holds secrets. */
  get webAccess(): readonly WebAccess[] {
    const { extensions } = this.#parts.config.service;
    return extensions.flatMap((id) => this.#graph?.extension(id)?.webAccess ?? []);
  }

  /** Of the first store. */
  #dataDirectory(): string | undefined {
    const { config, factories } = this.#parts;
    for (const id of config.service.extensions) {
      const directory = factoryOfId(factories, "extension", id).dataDirectory?.(config.extensions[id]);
      if (directory !== undefined) return directory;
    }
    return undefined;
  }

  #extensionsOf(thread: ThreadName): { readonly id: string; readonly factory: ExtensionFactory }[] {
    const { config, factories } = this.#parts;
    return config.service.extensions
      .map((id) => ({ id, factory: factoryOfId(factories, "extension", id) }))
      .filter(({ factory }) => factory.threads.includes(thread));
  }

  /** Of the first extension with the web port. */
  #webUrl(ports: Readonly<Record<string, number>>): string | undefined {
    const { config, factories } = this.#parts;
    const id = config.service.extensions.find((each) => factoryOfId(factories, "extension", each).hasWebPort);
    if (id === undefined || ports[id] === undefined) return undefined;
    const { endpoint, tls } = config.extensions[id] as { readonly endpoint: string; readonly tls?: unknown };
    const host = endpoint.slice(0, endpoint.lastIndexOf(":"));
    return `${tls ? "https" : "http"}://${EVERY_INTERFACE.has(host) ? hostname() : host}:${ports[id]}`;
  }

  async #buildGraph(): Promise<Graph> {
    const { config, factories, version, logger, onFatal } = this.#parts;
    const front: HostFront = {
      fetchApi: (request) => this.#fetchApi(request),
      expectRequests: () => this.#readers?.prepare(),
      metricsText: () => this.#metricsText(),
      routeAt: (path) => this.#routes.get(path),
    };
    await loadComponents(config, factories, "main");
    return buildGraph(config, factories, {
      thread: "main",
      version,
      logger,
      telemetry: this.#telemetry,
      front,
      dataDirectory: this.#dataDirectory(),
      onFatal,
      state: () => this.#state,
    });
  }

  #startIngest(data: IngestData): { worker: Worker; rpc: Rpc } {
    const worker = new Worker(threadUrl("ingest-thread"), {
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: this.#parts.room.youngMb },
    });
    const rpc = new Rpc(worker, {
      fatal: (message: string) => this.#parts.onFatal(new Error(message)),
      metricsText: () => this.#metricsText(),
    });
    worker.on("error", (error) => {
      rpc.close(error);
      this.#parts.onFatal(error);
    });
    worker.on("exit", (code) => {
      const error = new Error(`the ingest thread ended with code ${code}`);
      rpc.close(error);
      if (this.#ingest?.worker === worker) this.#parts.onFatal(error);
    });
    return (this.#ingest = { worker, rpc });
  }

  async #fetchApi(request: Request): Promise<Response> {
    const alerts = isAlertingPath(new URL(request.url).pathname) ? this.#alerts : undefined;
    if (!this.#readers) {
      const message =
        this.#state === "starting"
          ? "the collector is starting"
          : "no store: list a storage extension in service.extensions";
      return Response.json({ error: { code: 503, message } }, { status: 503, headers: { "retry-after": "1" } });
    }
    const body = await readBody(request);
    if (body === "too large")
      return Response.json({ error: { code: 413, message: "cannot take a body of more than 1 MiB" } }, { status: 413 });
    const { method, url } = request;
    return (alerts ?? this.#readers).fetch({ method, url, headers: [...request.headers], body }, request.signal);
  }

  async #metricsText(): Promise<string> {
    if (this.#parts.config.service.telemetry.metrics.level === "none") return "";
    const ingest = this.#ingest?.rpc.call<MetricObjects>("metrics", undefined) ?? [];
    const readers = (await this.#readers?.metrics()) ?? [];
    const alerts = (await this.#alerts?.metrics()) ?? [];
    return formatMetrics([await this.#telemetry.collect(), await ingest, alerts, ...readers]);
  }
}

/** Of the small documents that the API takes; undefined = there is none. */
async function readBody(request: Request): Promise<Uint8Array | "too large" | undefined> {
  if (request.body === null) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body) {
    size += piece.length;
    // Leaving the loop cancels the rest.
    if (size > MOST_BODY_BYTES) return "too large";
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The store's end needs the rest. */
function alertDeadline(deadline: number): number {
  return Date.now() + Math.max(0, deadline - Date.now()) / 2;
}
