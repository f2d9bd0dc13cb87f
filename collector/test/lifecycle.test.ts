/**
 * Every component type through its life: defaults, creation, start, data, shutdown, in any order a collector may call them. A new
 * factory is tested as soon as it is in the list.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseYaml } from "../src/config/yaml-tree.ts";
import type { Component, ConsumingComponent } from "../src/component/component.ts";
import type { Factory, Signal } from "../src/component/factory.ts";
import { otlpReceiver } from "../src/receivers/otlp/factory.ts";
import { logBatch, spanBatch } from "./kit/batches.ts";
import { simpleFactories } from "./kit/factories.ts";
import { readConfig } from "./kit/read-config.ts";
import { testSettings, type TestSettings } from "./kit/settings.ts";
import { createSinks } from "./kit/sink.ts";

const factories: readonly Factory[] = [...simpleFactories, otlpReceiver];

/** What a component needs to be configured at all, or to be tested side by side with others; without an entry: nothing. */
const CONFIGS: Readonly<Record<string, string>> = {
  "processor attributes": "actions: [{key: a, value: 1, action: upsert}]",
  "processor resource": "attributes: [{key: a, value: 1, action: upsert}]",
  "extension bearertokenauth": "token: t",
  "extension health_check": "endpoint: localhost:0",
  "receiver otlp": "protocols: {grpc: {endpoint: 'localhost:0'}, http: {endpoint: 'localhost:0'}}",
};

const named = factories.map((factory): [string, Factory] => [`${factory.kind} ${factory.type}`, factory]);

const batches = {
  traces: spanBatch({ resource: { "service.name": "shop" }, records: [{ attributes: { b: 1 } }] }),
  logs: logBatch({ records: [{ body: "x" }] }),
  metrics: { signal: "metrics", bytes: new Uint8Array(0), count: 0 } as const,
};

function create(name: string, factory: Factory, settings: TestSettings = testSettings(factory.kind, factory.type)) {
  const sinks = createSinks();
  const config = structuredClone(readConfig(factory.config, CONFIGS[name] ?? "{}"));
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
afterEach(() => vi.restoreAllMocks());

describe.each(named)("%s", (name, factory) => {
  test("nothing behind its id means its defaults", () => {
    if (name in CONFIGS) return;
    const issues: never[] = [];
    const { node } = parseYaml("", "test");
    expect(factory.config.read(node, { path: "", issues })).toEqual(readConfig(factory.config, "{}"));
    expect(issues).toEqual([]);
  });

  test("its configuration is data that another thread can have", () => {
    const config = readConfig(factory.config, CONFIGS[name] ?? "{}");
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
    const settings = testSettings(factory.kind, factory.type);
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

  test("writes nothing to stdout", async () => {
    const { component } = create(name, factory);
    await component.start?.();
    await component.shutdown?.(soon());
    expect(written).toEqual([]);
  });
});
