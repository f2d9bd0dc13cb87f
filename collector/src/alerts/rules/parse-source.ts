/** The key of a rule that says what it asks, other than `expr` -> that kind's settings. A new kind is a file in sources/ and a row here. */
import type { FieldsSettings } from "../yaml/yaml-fields.ts";
import type { YamlNode } from "../yaml/yaml-node.ts";
import type { KindName, KindSource } from "./rule-source.ts";
import { parseAbsence } from "./sources/absence.ts";
import { parseBaseline } from "./sources/baseline.ts";
import { parseLogs } from "./sources/logs.ts";
import { parseNewError } from "./sources/new-error.ts";
import { parseSlo } from "./sources/slo.ts";
import { SourceFields } from "./sources/source-fields.ts";
import { parseTraces } from "./sources/traces.ts";

const PARSERS: Readonly<Record<KindName, (fields: SourceFields, settings: FieldsSettings) => KindSource | undefined>> =
  {
    logs: parseLogs,
    traces: parseTraces,
    baseline: parseBaseline,
    slo: parseSlo,
    absence: parseAbsence,
    new_error: parseNewError,
  };

/** Undefined, and issues told, when it cannot be run. */
export function parseSource(kind: KindName, node: YamlNode, settings: FieldsSettings): KindSource | undefined {
  const fields = new SourceFields(node, kind, settings);
  if (node.kind !== "map") return undefined;
  const source = PARSERS[kind](fields, settings);
  fields.close();
  return source;
}

/** Settings as YAML in a line, as they were written: equal texts are equal rules. */
export function formatNode(node: YamlNode): string {
  switch (node.kind) {
    case "null":
      return "";
    case "scalar":
      return isPlain(node.text) ? node.text : JSON.stringify(node.text);
    case "list":
      return `[${node.items.map(formatNode).join(", ")}]`;
    case "map":
      return `{${Array.from(node.entries, ([key, { node: value }]) => `${isPlain(key) ? key : JSON.stringify(key)}: ${formatNode(value)}`).join(", ")}}`;
  }
}

function isPlain(text: string): boolean {
  return /^[\w.%/][\w.%/ -]*$/.test(text) && text.trim() === text;
}
