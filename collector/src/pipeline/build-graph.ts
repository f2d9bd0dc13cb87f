/**
 * Configuration -> graph: makes the components of one thread and joins them. Downstream is built first, so every component gets its
 * consumers when it is made; a configuration that passed config/ has no circles. Knows factories, no concrete component.
 *
 *   receiver ─┬─> processor > processor > fan-out ─┬─> exporter
 *             │                                    └─> connector ──> (entry of another pipeline)
 *             └─> (entry of another pipeline)
 *
 * Connectors that count (`follows`) come after all other ends of a fan-out; so do pipelines that end in nothing else.
 */
import { messageOf } from "../base/errors.ts";
import { parseComponentId, type ComponentId, type ComponentKind } from "../component/component-id.ts";
import type {
  Component,
  ConsumingComponent,
  ExtensionInstance,
  Host,
  HostFront,
  HostState,
  Settings,
} from "../component/component.ts";
import type { BatchOf, Consumer, Consumers } from "../component/consumer.ts";
import type { Factory, Signal, ThreadName } from "../component/factory.ts";
import type { Logger } from "../component/logger.ts";
import type { Telemetry } from "../component/telemetry.ts";
import { supports } from "../config/check-connectors.ts";
import { factoryOfId } from "../config/factory-index.ts";
import type { ResolvedConfig, ResolvedPipeline } from "../config/resolved-config.ts";
import { fanOut } from "./fan-out.ts";
import { Graph, type GraphNode } from "./graph.ts";
import { observeExporter, observeIncoming, observeOutgoing } from "./observe.ts";

export interface GraphSettings {
  readonly thread: ThreadName;
  readonly version: string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** A component cannot go on. */
  onFatal(error: Error): void;
  /** How far the whole process is; see Host. */
  state(): HostState;
  /** For the main thread. */
  readonly front?: HostFront;
  readonly dataDirectory?: Host["dataDirectory"];
  /** For the ingest thread. */
  readonly own?: Host["own"];
  /** For the alerts thread. */
  readonly store?: Host["store"];
  readonly webUrl?: string;
}

/** Any signal's consumer: the graph only passes batches on. */
type Input = Consumer<BatchOf[Signal]>;

interface Entry {
  readonly input: Input;
  /** It leads to connectors that count and to nothing else. */
  readonly follows: boolean;
}

/** What loadComponents loads must be there. @throws Error naming the component that could not be made. */
export function buildGraph(config: ResolvedConfig, factories: readonly Factory[], settings: GraphSettings): Graph {
  return new Builder(config, factories, settings).build();
}

class Builder {
  readonly #config: ResolvedConfig;
  readonly #factories: readonly Factory[];
  readonly #settings: GraphSettings;
  readonly #host: Host;
  readonly #extensions = new Map<string, ExtensionInstance>();
  readonly #exporters = new Map<string, ConsumingComponent>();
  readonly #connectors = new Map<string, ConsumingComponent>();
  readonly #entries = new Map<string, Entry>();
  readonly #extensionNodes: GraphNode[] = [];
  readonly #exporterNodes: GraphNode[] = [];
  /** Processors and connectors, downstream first. */
  readonly #middleNodes: GraphNode[] = [];
  readonly #receiverNodes: GraphNode[] = [];

  constructor(config: ResolvedConfig, factories: readonly Factory[], settings: GraphSettings) {
    this.#config = config;
    this.#factories = factories;
    this.#settings = settings;
    const extensions = this.#extensions;
    this.#host = {
      extension: (id) => extensions.get(id),
      get admissionBytes() {
        return [...extensions.values()].find((extension) => extension.admissionBytes !== undefined)?.admissionBytes;
      },
      fatal: (error) => settings.onFatal(error),
      state: () => settings.state(),
      front: settings.front,
      dataDirectory: settings.dataDirectory,
      own: settings.own,
      store: settings.store,
      webUrl: settings.webUrl,
    };
  }

  build(): Graph {
    const { thread, logger } = this.#settings;
    for (const id of this.#config.service.extensions) this.#buildExtension(id);
    if (thread === "ingest") {
      for (const id of this.#pipelineIds()) this.#entryOf(id);
      const receivers = this.#pipelines().flatMap((pipeline) => pipeline.receivers);
      for (const id of new Set(receivers)) if (!this.#isConnector(id)) this.#buildReceiver(id);
    }
    const oneByOne = (nodes: readonly GraphNode[]) => nodes.map((node) => [node]);
    const ranks = [
      ...oneByOne(this.#extensionNodes),
      this.#exporterNodes,
      ...oneByOne(this.#middleNodes),
      this.#receiverNodes,
    ];
    return new Graph(ranks, this.#extensions, logger);
  }

  #buildExtension(id: string): void {
    const factory = factoryOfId(this.#factories, "extension", id);
    if (!factory.threads.includes(this.#settings.thread)) return;
    const instance = this.#create("extension", id, `extension "${id}"`, this.#extensionNodes, (settings) =>
      factory.create(settings, this.#config.extensions[id]),
    );
    this.#extensions.set(id, instance);
  }

  /** The first consumer of a pipeline; builds the pipeline and everything behind it. */
  #entryOf(pipelineId: string): Entry {
    const known = this.#entries.get(pipelineId);
    if (known) return known;
    const pipeline = this.#config.service.pipelines[pipelineId];
    const ends = pipeline.exporters.map((id): Entry => {
      return { input: this.#endOf(id, pipeline), follows: this.#follows(id) };
    });
    const input = pipeline.processors.reduceRight<Input>(
      (next, id) => this.#buildProcessor(id, pipelineId, pipeline.signal, next),
      fanOutEntries(ends),
    );
    const entry = { input, follows: ends.every(({ follows }) => follows) };
    this.#entries.set(pipelineId, entry);
    return entry;
  }

  #endOf(id: string, pipeline: ResolvedPipeline): Input {
    const { signal } = pipeline;
    if (this.#isConnector(id)) return inputOf(this.#connector(id), signal, `connector "${id}"`);
    const input = inputOf(this.#exporter(id), signal, `exporter "${id}"`);
    return observeExporter(this.#settings.telemetry, id, signal, input);
  }

  #exporter(id: string): ConsumingComponent {
    return memo(this.#exporters, id, () => {
      const factory = factoryOfId(this.#factories, "exporter", id);
      return this.#create("exporter", id, `exporter "${id}"`, this.#exporterNodes, (settings) =>
        factory.create(settings, this.#config.exporters[id]),
      );
    });
  }

  #connector(id: string): ConsumingComponent {
    return memo(this.#connectors, id, () => {
      const factory = factoryOfId(this.#factories, "connector", id);
      const sources = this.#pipelines().filter(({ exporters }) => exporters.includes(id));
      const next = this.#consumersFor((pipeline) => {
        return pipeline.receivers.includes(id) && sources.some((source) => supports(factory, source, pipeline));
      });
      return this.#create("connector", id, `connector "${id}"`, this.#middleNodes, (settings) =>
        factory.create(settings, this.#config.connectors[id], next),
      );
    });
  }

  #buildProcessor(id: string, pipelineId: string, signal: Signal, next: Input): Input {
    const { telemetry } = this.#settings;
    const factory = factoryOfId(this.#factories, "processor", id);
    const label = `processor "${id}" of pipeline "${pipelineId}"`;
    const observed = observeOutgoing(telemetry, id, signal, next);
    const instance = this.#create("processor", id, label, this.#middleNodes, (settings) =>
      factory.create(settings, this.#config.processors[id], { [signal]: observed }),
    );
    return observeIncoming(telemetry, id, signal, inputOf(instance, signal, label));
  }

  #buildReceiver(id: string): void {
    const factory = factoryOfId(this.#factories, "receiver", id);
    const next = this.#consumersFor((pipeline) => pipeline.receivers.includes(id));
    this.#create("receiver", id, `receiver "${id}"`, this.#receiverNodes, (settings) =>
      factory.create(settings, this.#config.receivers[id], next),
    );
  }

  /** By signal, one consumer for all pipelines that are chosen. */
  #consumersFor(chosen: (pipeline: ResolvedPipeline) => boolean): Consumers {
    const bySignal: Partial<Record<Signal, Entry[]>> = {};
    for (const id of this.#pipelineIds()) {
      const pipeline = this.#config.service.pipelines[id];
      if (chosen(pipeline)) (bySignal[pipeline.signal] ??= []).push(this.#entryOf(id));
    }
    return Object.fromEntries(Object.entries(bySignal).map(([signal, inputs]) => [signal, fanOutEntries(inputs)]));
  }

  #create<C extends Component>(
    kind: ComponentKind,
    id: string,
    label: string,
    nodes: GraphNode[],
    create: (settings: Settings) => C,
  ): C {
    const { logger, telemetry, version } = this.#settings;
    try {
      const component = create({
        kind,
        id: parseComponentId(id) as ComponentId,
        logger: logger.child({ component: label }),
        telemetry,
        host: this.#host,
        version,
      });
      nodes.push({ label, id, component });
      return component;
    } catch (error) {
      throw new Error(`cannot create ${label}: ${messageOf(error)}`, { cause: error });
    }
  }

  #follows(id: string): boolean {
    return this.#isConnector(id) && factoryOfId(this.#factories, "connector", id).follows === true;
  }

  #isConnector(id: string): boolean {
    return Object.hasOwn(this.#config.connectors, id);
  }

  #pipelineIds(): string[] {
    return Object.keys(this.#config.service.pipelines);
  }

  #pipelines(): ResolvedPipeline[] {
    return Object.values(this.#config.service.pipelines);
  }
}

function fanOutEntries(entries: readonly Entry[]): Input {
  const inputs = (follow: boolean) => entries.filter(({ follows }) => follows === follow).map(({ input }) => input);
  return fanOut(inputs(false), inputs(true));
}

function inputOf(component: ConsumingComponent, signal: Signal, label: string): Input {
  const consumer: Input | undefined = component[signal];
  if (!consumer) throw new Error(`cannot use ${label} for ${signal}: it takes none`);
  return consumer;
}

function memo<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
