/**
 * The rules of connectors: each is an exporter of one pipeline and a receiver of another, for a pair of signals it supports, and
 * the pipelines they join do not go in circles.
 */
import { parseComponentId } from "../component/component-id.ts";
import type { ConfigIssue } from "../component/config-node.ts";
import type { ConnectorFactory, Factory } from "../component/factory.ts";
import { findFactory } from "./factory-index.ts";
import type { ReadConfig } from "./read-sections.ts";
import type { ResolvedPipeline } from "./resolved-config.ts";

type Pipelines = Readonly<Record<string, ResolvedPipeline>>;

/** Pipeline id -> the pipelines that its connectors feed. */
type Edges = ReadonlyMap<string, { readonly connector: string; readonly to: string }[]>;

export function checkConnectors(
  pipelines: Pipelines,
  read: ReadConfig,
  factories: readonly Factory[],
  issues: ConfigIssue[],
): void {
  const edges = new Map<string, { connector: string; to: string }[]>();
  for (const id of read.places.connectors.keys()) {
    // An id that is something else as well was reported already.
    if (read.places.exporters.has(id) || read.places.receivers.has(id)) continue;
    const parsed = parseComponentId(id);
    const factory = typeof parsed === "string" ? undefined : findFactory(factories, "connector", parsed.type);
    if (factory) checkSides(id, factory, pipelines, read, edges, issues);
  }
  const cycle = findCycle(edges);
  if (cycle) {
    const at = read.pipelinePlaces.get(cycle.pipelines[0]);
    issues.push({
      at,
      path: `service.pipelines.${cycle.pipelines[0]}`,
      message: `the pipelines go in a circle: ${cycle.text}`,
      fix: "take one of the connectors out of the exporters or the receivers",
    });
  }
}

function checkSides(
  id: string,
  factory: ConnectorFactory,
  pipelines: Pipelines,
  read: ReadConfig,
  edges: Map<string, { connector: string; to: string }[]>,
  issues: ConfigIssue[],
): void {
  const all = Object.entries(pipelines);
  const sources = all.filter(([, { exporters }]) => exporters.includes(id));
  const targets = all.filter(([, { receivers }]) => receivers.includes(id));
  const joined = new Set<string>();
  for (const [from, source] of sources) {
    for (const [to, target] of targets) {
      if (!supports(factory, source, target)) continue;
      joined.add(`exporters ${from}`).add(`receivers ${to}`);
      edges.set(from, [...(edges.get(from) ?? []), { connector: id, to }]);
    }
  }
  const report = (pipeline: string, side: "exporters" | "receivers", others: readonly unknown[]) => {
    if (joined.has(`${side} ${pipeline}`)) return;
    const other = side === "exporters" ? "receiver" : "exporter";
    const pairs = factory.pairs.map(([from, to]) => `${from} to ${to}`).join(", ");
    issues.push({
      at: read.service.pipelines[pipeline][side].find((reference) => reference.id === id)?.at,
      path: `service.pipelines.${pipeline}.${side}`,
      message: `connector "${id}" is ${side === "exporters" ? "an exporter" : "a receiver"} here and no ${other} of ${others.length > 0 ? "a pipeline whose signal it can join with this one" : "any pipeline"}`,
      fix: others.length > 0 ? `it joins: ${pairs}` : `list it among the ${other}s of another pipeline as well`,
    });
  };
  for (const [from] of sources) report(from, "exporters", targets);
  for (const [to] of targets) report(to, "receivers", sources);
}

/** Whether a connector of this type carries data from one pipeline to another. */
export function supports(factory: ConnectorFactory, source: ResolvedPipeline, target: ResolvedPipeline): boolean {
  return factory.pairs.some(([from, to]) => from === source.signal && to === target.signal);
}

function findCycle(edges: Edges): { pipelines: string[]; text: string } | undefined {
  const done = new Set<string>();
  const path: { pipeline: string; connector: string }[] = [];

  function visit(pipeline: string): { pipelines: string[]; text: string } | undefined {
    const start = path.findIndex((step) => step.pipeline === pipeline);
    if (start >= 0) {
      const steps = path.slice(start);
      const text = steps.map((step) => `${step.pipeline} -> ${step.connector}`).join(" -> ");
      return { pipelines: steps.map((step) => step.pipeline), text: `${text} -> ${pipeline}` };
    }
    if (done.has(pipeline)) return undefined;
    done.add(pipeline);
    for (const { connector, to } of edges.get(pipeline) ?? []) {
      path.push({ pipeline, connector });
      const found = visit(to);
      if (found) return found;
      path.pop();
    }
    return undefined;
  }

  for (const pipeline of edges.keys()) {
    const found = visit(pipeline);
    if (found) return found;
  }
  return undefined;
}
