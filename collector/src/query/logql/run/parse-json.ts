/** The json stage: members of a line that is a JSON object become labels, nested ones joined by _; or those that expressions name. */
import { labelNameOf } from "../label-names.ts";
import type { FieldExpression } from "../parse/ast.ts";
import { parsePath } from "../parse/parse-path.ts";
import type { Entry } from "./entry.ts";

/** Members beyond these are left alone. */
const MOST_LABELS = 1000;
const MOST_DEPTH = 20;

export function jsonStage(fields: readonly FieldExpression[]): (entry: Entry) => boolean {
  const paths = fields.map(({ name, path }) => ({ name, path: parsePath(path) ?? [path] }));
  return (entry) => {
    const object = readObject(entry);
    if (object === undefined) return true;
    if (paths.length === 0) {
      const labels: [string, string][] = [];
      flatten(object, "", labels, 0);
      for (const [name, value] of labels) entry.extract(name, value);
    }
    for (const { name, path } of paths) {
      let value: unknown = object;
      for (const part of path) value = isObject(value) || Array.isArray(value) ? own(value, part) : undefined;
      const text = textOf(value);
      if (text !== undefined) entry.extract(name, text);
    }
    return true;
  };
}

/** Undefined when the line is no JSON object; the entry says so then. */
export function readObject(entry: Entry): Readonly<Record<string, unknown>> | undefined {
  // Lines that are no JSON at all are many, and exceptions cost.
  if (!/^\s*\{/.test(entry.line)) {
    entry.fail("JSONParserErr", "the line is no JSON object");
    return undefined;
  }
  try {
    const value = parseJson(entry.line);
    if (isObject(value)) return value;
    entry.fail("JSONParserErr", "the line is no JSON object");
  } catch (error) {
    entry.fail("JSONParserErr", error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

/** A number as it was written, where reading it would change it. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Numbers whose text says more than their value: many digits, zeros at the end, exponents. */
const PRECISE = /\d{16}|\.\d*0(?!\d)|\d[eE]/;

function parseJson(text: string): unknown {
  if (!PRECISE.test(text)) return JSON.parse(text);
  const keep = (_key: string, value: unknown, { source }: { source?: string }) =>
    typeof value === "number" && source !== undefined && source !== String(value) ? new NumberText(source) : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
}

function flatten(
  object: Readonly<Record<string, unknown>>,
  prefix: string,
  labels: [string, string][],
  depth: number,
): void {
  for (const [key, value] of Object.entries(object)) {
    if (labels.length >= MOST_LABELS) return;
    const name = prefix === "" ? labelNameOf(key) : `${prefix}_${key.replace(/[^A-Za-z0-9_]/g, "_")}`;
    if (isObject(value)) {
      if (depth < MOST_DEPTH) flatten(value, name, labels, depth + 1);
      continue;
    }
    // Arrays have no names to be labels by; an expression reaches into them.
    if (Array.isArray(value) || name === "") continue;
    const text = textOf(value);
    if (text !== undefined) labels.push([name, text]);
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return value.text;
  try {
    return JSON.stringify(value, (_key, each: unknown) => (each instanceof NumberText ? Number(each.text) : each));
  } catch {
    // Thousands of lists in each other: JSON can be read that cannot be written.
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

function own(value: object, part: string | number): unknown {
  return Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined;
}
