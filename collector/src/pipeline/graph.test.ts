import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../test/kit/fake-clock.ts";
import type { Component } from "../component/component.ts";
import { createLogger } from "../component/logger.ts";
import { Graph, type GraphNode } from "./graph.ts";

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => clock.restore());

const quiet = createLogger("error", {}, () => undefined);

/** A component that notes what is called; `behave` may make it fail or hang. */
function node(name: string, calls: string[], behave: Component = {}): GraphNode {
  return {
    id: name,
    label: `component "${name}"`,
    component: {
      ports: () => behave.ports?.() ?? {},
      async start() {
        calls.push(`start ${name}`);
        await behave.start?.();
      },
      async shutdown(deadline) {
        calls.push(`stop ${name} ${deadline - clock.now}`);
        await behave.shutdown?.(deadline);
        calls.push(`stopped ${name}`);
      },
    },
  };
}

const hangs = () => new Promise<void>(() => undefined);
const fails = (message: string) => async () => {
  throw new Error(message);
};

function graphOf(ranks: GraphNode[][]): Graph {
  return new Graph(ranks, new Map(), quiet);
}

const stops = (calls: readonly string[]) => calls.filter((call) => call.startsWith("stop "));

test("starts rank by rank and stops the other way", async () => {
  const calls: string[] = [];
  const graph = graphOf([
    [node("extension", calls)],
    [node("exporter", calls)],
    [node("one", calls), node("two", calls)],
  ]);
  await graph.start();
  await graph.shutdown(clock.now + 1000);
  expect(calls.map((call) => call.split(" ", 2).join(" "))).toEqual([
    "start extension",
    "start exporter",
    "start one",
    "start two",
    "stop two",
    "stop one",
    "stopped two",
    "stopped one",
    "stop exporter",
    "stopped exporter",
    "stop extension",
    "stopped extension",
  ]);
});

test("a failed start names the component and stops what was open by then", async () => {
  const calls: string[] = [];
  const failing = node("b", calls, { start: fails("the port is in use") });
  const graph = graphOf([[node("a", calls)], [failing], [node("c", calls)]]);
  await expect(graph.start()).rejects.toThrow('cannot start component "b": the port is in use');
  expect(calls.map((call) => call.split(" ", 2).join(" "))).toEqual([
    "start a",
    "start b",
    "stop b",
    "stopped b",
    "stop a",
    "stopped a",
  ]);
  await graph.shutdown(clock.now + 1000);
  expect(stops(calls)).toHaveLength(2);
});

test("a component that fails to stop doesn't keep the others from stopping", async () => {
  const calls: string[] = [];
  const graph = graphOf([[node("a", calls)], [node("b", calls, { shutdown: fails("disk full") })], [node("c", calls)]]);
  await graph.start();
  await expect(graph.shutdown(clock.now + 1000)).rejects.toThrow('cannot stop cleanly: component "b": disk full');
  expect(calls).toContain("stopped a");
});

test("a component that hangs leaves time to those behind it", async () => {
  const calls: string[] = [];
  const graph = graphOf([
    [node("storage", calls)],
    [node("exporter", calls)],
    [node("receiver", calls, { shutdown: hangs })],
  ]);
  await graph.start();
  const stopped = graph.shutdown(clock.now + 1000).catch((error: unknown) => error);
  await clock.advance(1000);
  expect(await stopped).toMatchObject({
    message: 'cannot stop cleanly: component "receiver": it was not done in time',
  });
  // Three quarters of what is left for each, all of it for the last; nine tenths of that are what each is told.
  expect(stops(calls)).toEqual(["stop receiver 675", "stop exporter 168.75", "stop storage 225"]);
});

test("everything is told to stop although the time is over", async () => {
  const calls: string[] = [];
  const graph = graphOf([[node("a", calls, { shutdown: hangs })], [node("b", calls, { shutdown: hangs })]]);
  await graph.start();
  const stopped = graph.shutdown(clock.now - 5).catch((error: unknown) => error);
  await clock.advance(1);
  expect(await stopped).toMatchObject({
    message: 'cannot stop cleanly: component "b": it was not done in time; component "a": it was not done in time',
  });
});

test("stopping while starting ends the start and stops what had started", async () => {
  const calls: string[] = [];
  const ready = Promise.withResolvers<void>();
  const graph = graphOf([[node("a", calls)], [node("b", calls, { start: () => ready.promise })], [node("c", calls)]]);
  const started = graph.start().catch((error: unknown) => error);
  await clock.advance(0);
  const stopped = graph.shutdown(clock.now + 1000);
  ready.resolve();
  expect(await started).toMatchObject({ message: 'cannot start component "c": it was told to stop' });
  await stopped;
  expect(calls.filter((call) => call.startsWith("stopped"))).toEqual(["stopped b", "stopped a"]);
});

test("a start that hangs does not keep the process from stopping", async () => {
  const calls: string[] = [];
  const graph = graphOf([[node("a", calls)], [node("b", calls, { start: hangs })]]);
  void graph.start();
  await clock.advance(0);
  const stopped = graph.shutdown(clock.now + 1000);
  await clock.advance(1000);
  await stopped;
  expect(stops(calls)).toHaveLength(2);
});

test("starting and stopping twice is once", async () => {
  const calls: string[] = [];
  const graph = graphOf([[node("a", calls)]]);
  await Promise.all([graph.start(), graph.start()]);
  await Promise.all([graph.shutdown(clock.now + 1000), graph.shutdown(clock.now + 1000)]);
  expect(calls).toHaveLength(3);
});

test("ports carry the component's id, and a name where there are several", async () => {
  const graph = graphOf([
    [node("web", [], { ports: () => ({ "": 8317 }) })],
    [node("otlp/in", [], { ports: () => ({ grpc: 4317, http: 4318 }) })],
  ]);
  await graph.start();
  expect(graph.ports()).toEqual({ web: 8317, "otlp/in_grpc": 4317, "otlp/in_http": 4318 });
});
