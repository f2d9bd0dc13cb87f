/**
 * Every component type through its life: defaults, creation, start, data, shutdown, in any order a collector may call them. A new
 * factory is tested as soon as it is in the list.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { factories } from "../src/components.ts";
import { parseYaml } from "../src/config/yaml-tree.ts";
import type { Component, ConsumingComponent } from "../src/component/component.ts";
import type { Factory, Signal } from "../src/component/factory.ts";
import { NO_LIMITS } from "../src/base/work-scope.ts";
import type { StoreAccess } from "../src/store/store.ts";
import { MemoryStore } from "../src/store/memory/memory-store.ts";
import { logBatch, spanBatch } from "./kit/batches.ts";
import { readConfig } from "./kit/read-config.ts";
import { testSettings, type TestSettings } from "./kit/settings.ts";
import { createSinks, type Sink } from "./kit/sink.ts";

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "goldspan-lifecycle-"));
  folders.push(folder);
  return folder;
}

/** What a component needs to be configured at all, or to be tested side by side with others; without an entry: nothing. */
const CONFIGS: Readonly<Record<string, string | (() => string)>> = {
  "processor attributes": "actions: [{key: a, value: 1, action: upsert}]",
  "processor resource": "attributes: [{key: a, value: 1, action: upsert}]",
  "extension bearertokenauth": "token: t",
  "extension health_check": "endpoint: localhost:0",
  "extension web": "endpoint: localhost:0",
  "extension storage": () => `directory: ${newFolder()}`,
  "receiver elasticsearch": "endpoint: localhost:0",
  "receiver prometheus_remote_write": "endpoint: localhost:0",
  "receiver syslog": "{tcp: {listen_address: 'localhost:0'}, udp: {listen_address: 'localhost:0'}}",
  "receiver otlp": "protocols: {grpc: {endpoint: 'localhost:0'}, http: {endpoint: 'localhost:0'}}",
};

function configOf(name: string): string {
  const config = CONFIGS[name] ?? "{}";
  return typeof config === "string" ? config : config();
}

/** The one extension that another component looks for. */
const storage = { capability: { writer: new MemoryStore() } };

/** What extensions of the alerts thread look into. */
function openedStore(): StoreAccess {
  const store = new MemoryStore();
  return {
    reader: store,
    documents: store.documents,
    limits: NO_LIMITS,
    appendMetrics: (batch) => store.appendMetrics(batch),
  };
}

const named = factories.map((factory): [string, Factory] => [`${factory.kind} ${factory.type}`, factory]);

const batches = {
  traces: spanBatch({ resource: { "service.name": "shop" }, records: [{ attributes: { b: 1 } }] }),
  logs: logBatch({ records: [{ body: "x" }] }),
  metrics: { signal: "metrics", format: "otlp", bytes: new Uint8Array(0), count: 0 } as const,
};

function newSettings(factory: Factory): TestSettings {
  const settings = testSettings(factory.kind, factory.type);
  const { host } = settings;
  return Object.assign(settings, { host: { ...host, extension: () => storage, store: openedStore() } });
}

function create(name: string, factory: Factory, settings: TestSettings = newSettings(factory)) {
  const sinks = createSinks();
  const config = structuredClone(readConfig(factory.config, configOf(name)));
  const component: Component =
    factory.kind === "exporter" || factory.kind === "extension"
      ? factory.create(settings, config)
      : factory.create(settings, config, sinks);
  return { component, settings, sinks };
}

const soon = () => Date.now() + 2000;

/** Signals that a component takes. */
function inputsOf(factory: Factory): readonly Signal[] {
  if (factory.kind === "processor" || factory.kind === "exporter") return factory.signals;
  return factory.kind === "connector" ? factory.pairs.map(([from]) => from) : [];
}

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe.each(named)("%s", (name, factory) => {
  beforeAll(() => factory.load?.());

  test("nothing behind its id means its defaults", () => {
    if (name in CONFIGS) return;
    const issues: never[] = [];
    const { node } = parseYaml("", "test");
    expect(factory.config.read(node, { path: "", issues })).toEqual(readConfig(factory.config, "{}"));
    expect(issues).toEqual([]);
  });

  test("its configuration is data that another thread can have", () => {
    const config = readConfig(factory.config, configOf(name));
    expect(structuredClone(config)).toEqual(config);
  });

  test("starts, stops, and stops again", async () => {
    const { component } = create(name, factory);
    await component.start?.();
    for (const port of Object.values(component.ports?.() ?? {})) expect(port).toBeGreaterThan(0);
    await component.shutdown?.(soon());
    await component.shutdown?.(soon());
  });

  test("stops without having started", async () => {
    await create(name, factory).component.shutdown?.(soon());
  });

  test("two of them live side by side in one thread", async () => {
    const settings = newSettings(factory);
    const both = [create(name, factory, settings).component, create(name, factory, settings).component];
    for (const component of both) await component.start?.();
    for (const component of both) await component.shutdown?.(soon());
  });

  test("takes the signals it says, leaves batches as they are, and acknowledges by the time it has stopped", async () => {
    const { component, sinks } = create(name, factory);
    await component.start?.();
    const taken = [...new Set(inputsOf(factory))].map(async (signal) => {
      const before = structuredClone(batches[signal]);
      const consumer = (component as ConsumingComponent)[signal];
      expect(consumer, signal).toBeDefined();
      await (consumer as { consume(batch: unknown): Promise<unknown> }).consume(batches[signal]);
      expect(batches[signal]).toEqual(before);
    });
    await component.shutdown?.(soon());
    await Promise.all(taken);
    if (factory.kind === "processor")
      for (const signal of factory.signals) expect(sinks[signal].batches, signal).toHaveLength(1);
  });

  test("keeps nothing of a batch that it has acknowledged", async () => {
    const { component, sinks } = create(name, factory);
    await component.start?.();
    const kept: string[] = [];
    const taken = [...new Set(inputsOf(factory))].map(async (signal) => {
      const consumer = (component as ConsumingComponent)[signal] as { consume(batch: unknown): Promise<unknown> };
      const given = structuredClone(batches[signal]);
      const watch = (sink: Sink<unknown>) => {
        const answer = sink.answer;
        sink.answer = (batch) => {
          if ((batch as { bytes: Uint8Array }).bytes.buffer === given.bytes.buffer) kept.push(signal);
          return answer(batch);
        };
      };
      await consumer.consume(given);
      for (const sink of Object.values(sinks) as Sink<unknown>[]) watch(sink);
    });
    await component.shutdown?.(soon());
    await Promise.all(taken);
    expect(kept).toEqual([]);
  });

  test("writes nothing to stdout", async () => {
    const { component } = create(name, factory);
    await component.start?.();
    await component.shutdown?.(soon());
    expect(written).toEqual([]);
  });
});
