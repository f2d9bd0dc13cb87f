/** Graphs of real configurations with recording components: who is made, in which order, and where batches go. */
import { expect, test } from "vitest";
import { spanBatch } from "../../test/kit/batches.ts";
import { simpleFactories } from "../../test/kit/factories.ts";
import { Sink } from "../../test/kit/sink.ts";
import type { Settings } from "../component/component.ts";
import { object, string } from "../component/config-schema.ts";
import { RESENT, type Consumers } from "../component/consumer.ts";
import { RetryableError } from "../component/errors.ts";
import type {
  ConnectorFactory,
  ExporterFactory,
  ExtensionFactory,
  Factory,
  ProcessorFactory,
  ReceiverFactory,
} from "../component/factory.ts";
import { createLogger } from "../component/logger.ts";
import { loadConfig } from "../config/load-config.ts";
import type { SpanBatch } from "../model/span-batch.ts";
import { buildGraph } from "./build-graph.ts";
import { createTelemetry, formatMetrics } from "./telemetry.ts";

for (const factory of simpleFactories) await factory.load?.();

const signals = ["traces", "logs", "metrics"] as const;

/** Everything that happens, and the ends to put batches in and take them out. */
class Recorder {
  readonly calls: string[] = [];
  readonly settings = new Map<string, Settings>();
  readonly inputs = new Map<string, Consumers>();
  readonly outputs = new Map<string, Sink<any>>();

  #life(settings: Settings) {
    const { kind, id } = settings;
    this.calls.push(`create ${kind} ${id.text}`);
    this.settings.set(id.text, settings);
    return {
      start: async () => void this.calls.push(`start ${kind} ${id.text}`),
      shutdown: async () => void this.calls.push(`stop ${kind} ${id.text}`),
    };
  }

  readonly receiver: ReceiverFactory = {
    kind: "receiver",
    type: "source",
    signals,
    summary: "",
    config: object({}),
    create: (settings, _config, next) => {
      this.inputs.set(settings.id.text, next);
      return this.#life(settings);
    },
  };

  readonly processor: ProcessorFactory = {
    kind: "processor",
    type: "tag",
    signals,
    summary: "",
    config: object({}),
    create: (settings, _config, next) => ({ ...this.#life(settings), ...next }),
  };

  readonly exporter: ExporterFactory = {
    kind: "exporter",
    type: "sink",
    signals,
    summary: "",
    config: object({ fail: string({ default: "" }) }),
    create: (settings, config) => {
      if (config.fail) throw new Error(config.fail);
      const sink = new Sink<any>();
      this.outputs.set(settings.id.text, sink);
      return { ...this.#life(settings), traces: sink, logs: sink, metrics: sink };
    },
  };

  /** Counts traces; its batches are among the outputs. */
  readonly counter: ConnectorFactory = {
    kind: "connector",
    type: "counter",
    pairs: [["traces", "metrics"]],
    follows: true,
    summary: "",
    config: object({}),
    create: (settings) => {
      const sink = new Sink<any>();
      this.outputs.set(settings.id.text, sink);
      return { ...this.#life(settings), traces: sink };
    },
  };

  extension(type: string, ...threads: ("main" | "ingest")[]): ExtensionFactory {
    const create = (settings: Settings) => ({ ...this.#life(settings), capability: type });
    return { kind: "extension", type, threads, summary: "", config: object({}), create };
  }

  get factories(): readonly Factory[] {
    const own = [this.receiver, this.processor, this.exporter, this.counter];
    return [...own, this.extension("on_main", "main"), this.extension("on_both", "main", "ingest"), ...simpleFactories];
  }
}

function build(yaml: string, thread: "main" | "ingest" = "ingest") {
  const recorder = new Recorder();
  const surroundings = { variables: {}, readFile: () => "" };
  const config = loadConfig({ configs: [`yaml:${yaml}`] }, recorder.factories, surroundings);
  const telemetry = createTelemetry();
  const graph = buildGraph(structuredClone(config), recorder.factories, {
    thread,
    version: "1",
    logger: createLogger("error", {}, () => undefined),
    telemetry,
    onFatal: (error) => recorder.calls.push(`fatal ${error.message}`),
    state: () => "ready",
  });
  const metrics = async () => formatMetrics([await telemetry.collect()]);
  return { recorder, graph, metrics };
}

const batch = spanBatch({ records: [{}, {}] });

/** Sends through a receiver and says which sinks it came out of. */
async function route({ recorder }: ReturnType<typeof build>, receiver: string): Promise<string[]> {
  await recorder.inputs.get(receiver)?.traces?.consume(batch);
  return [...recorder.outputs].filter(([, sink]) => sink.batches.includes(batch)).map(([id]) => id);
}

const TWO = `
receivers: { source/a: , source/b: }
processors: { tag: , tag/2: }
exporters: { sink/x: , sink/y: , sink/unused: }
extensions: { on_main: , on_both: }
service:
  extensions: [on_both, on_main]
  pipelines:
    traces: { receivers: [source/a], processors: [tag, tag/2], exporters: [sink/x, sink/y] }
    traces/2: { receivers: [source/a, source/b], processors: [tag], exporters: [sink/y] }
    logs: { receivers: [source/b], exporters: [sink/x] }`;

test("makes receivers and exporters once, processors once per pipeline, and nothing that is not used", () => {
  const { recorder } = build(TWO);
  const created = recorder.calls.toSorted();
  expect(created).toEqual([
    "create exporter sink/x",
    "create exporter sink/y",
    "create extension on_both",
    "create processor tag",
    "create processor tag",
    "create processor tag/2",
    "create receiver source/a",
    "create receiver source/b",
  ]);
  expect(Object.keys(recorder.inputs.get("source/a") ?? {})).toEqual(["traces"]);
  expect(Object.keys(recorder.inputs.get("source/b") ?? {}).toSorted()).toEqual(["logs", "traces"]);
});

test("starts extensions, exporters, processors, receivers, and stops the other way", async () => {
  const { recorder, graph } = build(TWO);
  recorder.calls.length = 0;
  await graph.start();
  const kinds = recorder.calls.map((call) => call.split(" ")[1]);
  expect(kinds).toEqual([
    ...Array(1).fill("extension"),
    ...Array(2).fill("exporter"),
    ...Array(3).fill("processor"),
    ...Array(2).fill("receiver"),
  ]);
  const started = recorder.calls.splice(0);
  await graph.shutdown(Date.now() + 1000);
  expect(recorder.calls.map((call) => call.slice(5))).toEqual(started.map((call) => call.slice(6)).toReversed());
});

test("puts extensions on their threads, and everything else on ingest", () => {
  const { recorder, graph } = build(TWO, "main");
  expect(recorder.calls).toEqual(["create extension on_both", "create extension on_main"]);
  expect(graph.extension("on_main")?.capability).toBe("on_main");
  expect(build(TWO).graph.extension("on_main")).toBeUndefined();
  expect(recorder.settings.get("on_both")?.host.extension("on_main")?.capability).toBe("on_main");
});

test("a batch goes to all exporters of all pipelines of its receiver", async () => {
  const built = build(TWO);
  expect(await route(built, "source/a")).toEqual(["sink/x", "sink/y"]);
  expect(built.recorder.outputs.get("sink/y")?.batches).toHaveLength(2);
  expect(await route(build(TWO), "source/b")).toEqual(["sink/y"]);
});

test("connectors join pipelines, and what is behind them is started before them", async () => {
  const built = build(`
receivers: { source: }
processors: { tag/before: , tag/after: }
exporters: { sink: }
connectors: { forward: }
service:
  pipelines:
    traces: { receivers: [source], processors: [tag/before], exporters: [forward] }
    traces/2: { receivers: [forward], processors: [tag/after], exporters: [sink] }`);
  expect(await route(built, "source")).toEqual(["sink"]);
  built.recorder.calls.length = 0;
  await built.graph.start();
  expect(built.recorder.calls).toEqual([
    "start exporter sink",
    "start processor tag/after",
    "start processor tag/before",
    "start receiver source",
  ]);
});

test.each([
  ["the same pipeline", "traces: { receivers: [source], exporters: [counter, sink] }"],
  [
    "another pipeline",
    "traces/0: { receivers: [source], processors: [tag], exporters: [counter] }\n    traces: { receivers: [source], exporters: [sink] }",
  ],
])("a connector that counts is given what the exporters of %s have taken", async (_name, pipelines) => {
  const built = build(`
receivers: { source: }
processors: { tag: }
exporters: { sink: , sink/metrics: }
connectors: { counter: }
service:
  pipelines:
    ${pipelines}
    metrics: { receivers: [counter], exporters: [sink/metrics] }`);
  const sink = built.recorder.outputs.get("sink") as Sink<SpanBatch>;
  sink.answer = () => new RetryableError("full");
  await expect(route(built, "source")).rejects.toThrow("full");
  expect(built.recorder.outputs.get("counter")?.batches).toEqual([]);
  sink.answer = () => undefined;
  expect((await route(built, "source")).toSorted()).toEqual(["counter", "sink"]);
  sink.answer = () => RESENT;
  await route(built, "source");
  expect(built.recorder.outputs.get("counter")?.batches).toHaveLength(1);
});

test("counts what passes under the Collector's names", async () => {
  const built = build(`
receivers: { source: }
processors: { filter: { traces: { span: ['name == "span 1"'] } } }
exporters: { sink: }
service: { pipelines: { traces: { receivers: [source], processors: [filter], exporters: [sink] } } }`);
  const input = built.recorder.inputs.get("source")?.traces;
  await input?.consume(batch);
  const sink = built.recorder.outputs.get("sink") as Sink<SpanBatch>;
  sink.answer = () => new Error("broken");
  await input?.consume(batch).catch(() => undefined);
  const text = await built.metrics();
  for (const line of [
    'otelcol_processor_incoming_items{processor="filter",otel_signal="traces"} 4',
    'otelcol_processor_outgoing_items{processor="filter",otel_signal="traces"} 2',
    'otelcol_exporter_sent_spans{exporter="sink"} 1',
    'otelcol_exporter_send_failed_spans{exporter="sink"} 1',
    'otelcol_processor_filter_spans_filtered{filter="filter"} 2',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});

test("says which component cannot be made, and passes on what is fatal", () => {
  expect(() =>
    build(`
receivers: { source: }
exporters: { sink: { fail: cannot open the socket } }
service: { pipelines: { traces: { receivers: [source], exporters: [sink] } } }`),
  ).toThrow('cannot create exporter "sink": cannot open the socket');
  const { recorder } = build(TWO);
  recorder.settings.get("sink/x")?.host.fatal(new Error("gone"));
  expect(recorder.calls).toContain("fatal gone");
});
