/** Finds the factory behind a type in a configuration: by its type or by another name under which it is known. */
import { parseComponentId, type ComponentKind } from "../component/component-id.ts";
import type { Factory } from "../component/factory.ts";

export type FactoryOf<K extends ComponentKind> = Extract<Factory, { kind: K }>;

export const SECTION_OF: Readonly<Record<ComponentKind, SectionName>> = {
  receiver: "receivers",
  processor: "processors",
  exporter: "exporters",
  connector: "connectors",
  extension: "extensions",
};

export type SectionName = "receivers" | "processors" | "exporters" | "connectors" | "extensions";

export const KINDS = Object.keys(SECTION_OF) as readonly ComponentKind[];

export function findFactory<K extends ComponentKind>(
  factories: readonly Factory[],
  kind: K,
  type: string,
): FactoryOf<K> | undefined {
  return factories.find(
    (factory): factory is FactoryOf<K> =>
      factory.kind === kind && (factory.type === type || (factory.aliases?.includes(type) ?? false)),
  );
}

/** The factory of a component id that has passed validation. */
export function factoryOfId<K extends ComponentKind>(factories: readonly Factory[], kind: K, id: string): FactoryOf<K> {
  const parsed = parseComponentId(id);
  const factory = typeof parsed === "string" ? undefined : findFactory(factories, kind, parsed.type);
  if (!factory) throw new Error(`cannot find the factory of the ${kind} "${id}"`);
  return factory;
}
