/**
 * Which fields a sample of entries has, for those who want to filter by them: structured metadata, and what a parser would find in the
 * lines, with a type and how many values were seen.
 */
import { parseDurationNanos } from "../../../base/duration.ts";
import { STREAM_LABELS } from "../label-names.ts";
import { parseBytes } from "../bytes.ts";
import { Entry, ERROR, ERROR_DETAILS } from "./entry.ts";
import { jsonStage } from "./parse-json.ts";
import { logfmtStage } from "./parse-logfmt.ts";
import type { FoundEntry } from "./search-logs.ts";

export type FieldType = "boolean" | "int" | "float" | "duration" | "bytes" | "string";

export interface DetectedField {
  readonly label: string;
  type: FieldType;
  /** Parsers that find it; none = it is structured metadata, or of the query's own parser. */
  readonly parsers: ("json" | "logfmt")[];
  /** In the order in which they were seen. */
  readonly values: Set<string>;
}

const json = jsonStage([]);
const logfmt = logfmtStage({ kind: "logfmt", fields: [], isStrict: true, keepsEmpty: false });
/** Values of a field that are told apart. */
const MOST_VALUES = 1000;

/** In the order in which they were seen. */
export function detectFields(entries: readonly FoundEntry[]): DetectedField[] {
  const fields = new Map<string, DetectedField>();
  for (const found of entries) {
    for (const labels of [found.metadata, found.parsed])
      for (let i = 0; i < labels.length; i += 2) note(labels[i], labels[i + 1]);
    const { parser, labels } = parsedLine(found);
    for (let i = 0; i < labels.length; i += 2) note(labels[i], labels[i + 1], parser);
  }
  return [...fields.values()];

  function note(label: string, value: string, parser?: "json" | "logfmt"): void {
    if (label === ERROR || label === ERROR_DETAILS || STREAM_LABELS.includes(label)) return;
    const field = fields.get(label);
    if (!field) {
      fields.set(label, { label, type: typeOf(value), parsers: parser ? [parser] : [], values: new Set([value]) });
      return;
    }
    if (parser && !field.parsers.includes(parser)) field.parsers.push(parser);
    if (field.values.has(value)) return;
    if (field.values.size < MOST_VALUES) field.values.add(value);
    field.type = common(field.type, typeOf(value));
  }
}

/** Lines that look like neither have no fields of their own: prose with a stray = is no logfmt. */
function parsedLine({ line, stream, metadata, timeNanos }: FoundEntry) {
  const entry = new Entry();
  const parser = /^\s*\{/.test(line) ? "json" : /^\s*[\w.-]+=/.test(line) ? "logfmt" : undefined;
  if (!parser) return { parser, labels: [] };
  entry.reset(line, timeNanos, stream, () => metadata);
  (parser === "json" ? json : logfmt)(entry);
  return { parser, labels: entry.hasError ? [] : entry.parsedLabels } as const;
}

function typeOf(value: string): FieldType {
  if (value === "true" || value === "false") return "boolean";
  if (/^-?\d+$/.test(value)) return "int";
  if (/^-?\d*\.?\d+(?:[eE][-+]?\d+)?$/.test(value)) return "float";
  if (parseDurationNanos(value) !== undefined) return "duration";
  if (/[bB]$/.test(value) && parseBytes(value) !== undefined) return "bytes";
  return "string";
}

function common(a: FieldType, b: FieldType): FieldType {
  if (a === b) return a;
  return (a === "int" || a === "float") && (b === "int" || b === "float") ? "float" : "string";
}
