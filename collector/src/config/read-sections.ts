/**
 * The tree as sections: finds each component's factory and lets its schema read the component's configuration; reads `service`. In:
 * an expanded tree; out: the configuration, and the places that later checks need. What is unknown is reported by name.
 */
import { nearest } from "../base/suggest.ts";
import { parseComponentId, type ComponentKind } from "../component/component-id.ts";
import { describeNode, type ConfigNode, type Place } from "../component/config-node.ts";
import type { ConfigOf, ReadContext } from "../component/config-schema.ts";
import type { Factory } from "../component/factory.ts";
import { findFactory, KINDS, SECTION_OF, type SectionName } from "./factory-index.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { serviceSchema } from "./service-schema.ts";

export interface ReadConfig {
  /** Right in all its parts; references and pipelines are not checked yet and `pipelines` is still empty. */
  readonly resolved: Omit<ResolvedConfig, "warnings">;
  readonly service: ServiceAsWritten;
  /** Section -> id -> where it is written. Holds also what could not be read. */
  readonly places: Readonly<Record<SectionName, ReadonlyMap<string, Place>>>;
  /** Pipeline id -> where it is written. */
  readonly pipelinePlaces: ReadonlyMap<string, Place>;
}

export type ServiceAsWritten = ConfigOf<typeof serviceSchema>;

export function readSections(tree: ConfigNode, factories: readonly Factory[], context: ReadContext): ReadConfig {
  const entries = tree.kind === "map" ? tree.entries : undefined;
  const known = [...Object.values(SECTION_OF), "service"];
  for (const [key, entry] of entries ?? []) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const fix = near ? `did you mean "${near}"?` : `known sections: ${known.join(", ")}`;
    context.issues.push({ at: entry.at, path: key, message: `unknown section "${key}"`, fix });
  }
  const configs = {} as Record<SectionName, Record<string, unknown>>;
  const places = {} as Record<SectionName, Map<string, Place>>;
  for (const kind of KINDS) {
    const section = SECTION_OF[kind];
    configs[section] = {};
    places[section] = new Map();
    const node = entries?.get(section)?.node;
    if (node === undefined || node.kind === "null") continue;
    if (node.kind !== "map") {
      context.issues.push({
        at: node.at,
        path: section,
        message: `expected a map of ${section}, got ${describeNode(node)}`,
      });
      continue;
    }
    for (const [id, entry] of node.entries) {
      places[section].set(id, entry.at);
      const factory = factoryFor(factories, kind, id, entry.at, context);
      if (factory) configs[section][id] = factory.config.read(entry.node, { ...context, path: `${section}.${id}` });
    }
  }
  const service = serviceSchema.read(entries?.get("service")?.node, { ...context, path: "service" });
  const { telemetry } = service;
  return {
    resolved: {
      ...configs,
      service: {
        extensions: [...new Set(service.extensions.map(({ id }) => id))],
        pipelines: {},
        telemetry: { logs: { level: telemetry.logs.level }, metrics: { level: telemetry.metrics.level } },
      },
    },
    service,
    places,
    pipelinePlaces: pipelinePlaces(entries?.get("service")?.node),
  };
}

function factoryFor(
  factories: readonly Factory[],
  kind: ComponentKind,
  id: string,
  at: Place,
  { issues }: ReadContext,
): Factory | undefined {
  const path = `${SECTION_OF[kind]}.${id}`;
  const parsed = parseComponentId(id);
  if (typeof parsed === "string") {
    issues.push({ at, path, message: parsed, fix: "write type or type/name" });
    return undefined;
  }
  const factory = findFactory(factories, kind, parsed.type);
  if (factory) return factory;
  const types = factories.filter((each) => each.kind === kind).map(({ type }) => type);
  const near = nearest(parsed.type, types);
  const elsewhere = KINDS.find((other) => findFactory(factories, other, parsed.type));
  issues.push({
    at,
    path,
    message: `this build has no ${kind} of type "${parsed.type}"; it has: ${types.toSorted().join(", ") || "none"}`,
    fix: near
      ? `did you mean "${near}"?`
      : elsewhere &&
        `"${parsed.type}" is ${elsewhere.startsWith("e") ? "an" : "a"} ${elsewhere}: put it under ${SECTION_OF[elsewhere]}`,
  });
  return undefined;
}

function pipelinePlaces(service: ConfigNode | undefined): Map<string, Place> {
  const pipelines = service?.kind === "map" ? service.entries.get("pipelines")?.node : undefined;
  if (pipelines?.kind !== "map") return new Map();
  return new Map([...pipelines.entries].map(([id, entry]) => [id, entry.at]));
}
