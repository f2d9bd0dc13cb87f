/**
 * The configuration as it takes effect, as YAML that can be loaded again: sources merged, references replaced, defaults filled in.
 * Secrets are hidden. Unused components are printed as well.
 */
import { stringify } from "yaml";
import type { Field } from "../component/config-schema.ts";
import type { Factory } from "../component/factory.ts";
import { factoryOfId, KINDS, SECTION_OF } from "./factory-index.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

const HIDDEN = "[REDACTED]";

export function formatConfig(config: ResolvedConfig, factories: readonly Factory[]): string {
  const sections: Record<string, unknown> = {};
  for (const kind of KINDS) {
    const section = SECTION_OF[kind];
    const components = Object.entries(config[section]).map(([id, value]) => {
      return [id, printable(value, factoryOfId(factories, kind, id).config)] as const;
    });
    if (components.length > 0) sections[section] = Object.fromEntries(components);
  }
  const { extensions, pipelines, telemetry } = config.service;
  const withoutSignal = Object.entries(pipelines).map(([id, { signal: _, ...ends }]) => [id, ends] as const);
  sections.service = { extensions, pipelines: Object.fromEntries(withoutSignal), telemetry };
  return stringify(escaped(sections), { lineWidth: 120 });
}

/** A value as it would be written, by the schema that read it. */
function printable(value: unknown, { doc }: Field<unknown>): unknown {
  if (value === undefined || value === null) return undefined;
  if (doc.secret && !doc.item) return value === "" ? "" : HIDDEN;
  if (doc.print) return doc.print(value);
  if (Array.isArray(value)) return doc.item ? value.map((item) => printable(item, doc.item!)) : value;
  if (typeof value !== "object") return value;
  const members = Object.entries(value).map(([key, member]) => {
    const field = doc.fields?.[key] ?? doc.item;
    return [key, field ? printable(member, field) : member] as const;
  });
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** `${` and `$$` in values would be read as references and escapes. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\$(?=[${])|(?<=\$)\$/g, "$$$$");
  if (Array.isArray(value)) return value.map(escaped);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}
