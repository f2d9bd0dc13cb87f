/**
 * The keys of a map as a table, and the reading of a YAML map by it: the table is the documentation, the check and the type at once.
 * A key ending in `_file` beside a secret of the same name is the same secret, read from there.
 */
import type { YamlIssue, YamlNode } from "../../yaml/yaml-node.ts";
import { YamlFields } from "../../yaml/yaml-fields.ts";
import { Secret, type SecretSources } from "./secret.ts";

export type FieldKind = keyof Values;

/** template: Go text/template, rendered for each notification. secret: also as `<key>_file`. secret_url: a secret that is an URL. any: YAML as it is. */
interface Values {
  text: string;
  template: string;
  url: string;
  secret: Secret;
  secret_url: Secret;
  duration: number;
  boolean: boolean;
  whole: number;
  texts: readonly string[];
  text_map: Readonly<Record<string, string>>;
  any: PlainValue;
}

export type PlainValue = null | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export interface Shape {
  readonly [key: string]: FieldKind | Shape | readonly [Shape];
}

/** What reading by a shape gives: keys that are absent from the file are undefined. Durations in milliseconds. */
export type Read<S> = {
  readonly [K in keyof S]?: S[K] extends FieldKind
    ? Values[S[K]]
    : S[K] extends readonly [infer Item]
      ? readonly Read<Item>[]
      : Read<S[K]>;
};

export interface ShapeSettings {
  readonly issues: YamlIssue[];
  readonly environment: SecretSources["environment"];
}

/** Absent and null maps are read as empty ones. @param path for messages: "receivers[0].slack_configs[1]" */
export function readShape<S extends Shape>(
  node: YamlNode | undefined,
  shape: S,
  path: string,
  settings: ShapeSettings,
): Read<S> {
  const fields = new YamlFields(node ?? { kind: "null", at: { line: 1, column: 1 } }, path, settings);
  const values: Record<string, unknown> = {};
  for (const [key, kind] of Object.entries(shape)) {
    const value = readField(fields, key, kind, path, settings);
    if (value !== undefined) values[key] = value;
  }
  fields.close();
  return values as Read<S>;
}

function readField(
  fields: YamlFields,
  key: string,
  kind: FieldKind | Shape | readonly [Shape],
  path: string,
  settings: ShapeSettings,
): unknown {
  const inner = `${path}.${key}`;
  const node = fields.get(key);
  if (kind === "secret" || kind === "secret_url") return readSecret(fields, key, kind === "secret_url", path, settings);
  if (node === undefined || node.kind === "null") return undefined;
  const fail = (message: string) => settings.issues.push({ at: node.at, message: `${inner}: ${message}` });
  if (Array.isArray(kind))
    return fields
      .list(key)
      .map((item, i) => readShape(item, (kind as readonly [Shape])[0], `${inner}[${i}]`, settings));
  if (typeof kind === "object") return readShape(node, kind as Shape, inner, settings);
  switch (kind) {
    case "text":
    case "template":
      return fields.text(key);
    case "url": {
      const text = fields.text(key);
      const wrong = urlMistake(text);
      if (wrong) fail(wrong);
      return text;
    }
    case "duration":
      return fields.duration(key);
    case "boolean":
      return fields.boolean(key);
    case "whole":
      return fields.whole(key);
    case "texts":
      return fields.texts(key);
    case "text_map":
      return fields.textMap(key);
    default:
      return plainValue(node);
  }
}

function readSecret(
  fields: YamlFields,
  key: string,
  isUrl: boolean,
  path: string,
  settings: ShapeSettings,
): Secret | undefined {
  const text = fields.text(key);
  const file = fields.text(`${key}_file`);
  const fail = (message: string) =>
    settings.issues.push({ at: fields.placeOf(key), message: `${path}.${key}: ${message}` });
  if (text !== "" && file !== "") fail(`at most one of ${key} and ${key}_file can be given`);
  if (text === "") return file === "" ? undefined : Secret.ofFile(file);
  const secret = Secret.ofText(text);
  for (const name of secret.missingVariables(settings.environment)) fail(`the environment variable ${name} is not set`);
  // The message must not hold the text.
  if (isUrl && !text.includes("${") && !text.includes("{{")) {
    const wrong = urlMistake(text, true);
    if (wrong) fail(wrong);
  }
  return secret;
}

function urlMistake(text: string, hides = false): string | undefined {
  const shown = hides ? "the text" : JSON.stringify(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return `cannot read ${shown} as an URL; write it as https://host/path`;
  return /^https?:$/.test(url.protocol)
    ? undefined
    : `cannot use ${hides ? "its scheme" : url.protocol}; only http and https URLs can be sent to`;
}

export function plainValue(node: YamlNode): PlainValue {
  switch (node.kind) {
    case "null":
      return null;
    case "scalar":
      return node.text;
    case "list":
      return node.items.map(plainValue);
    default:
      return Object.fromEntries([...node.entries].map(([key, { node: value }]) => [key, plainValue(value)]));
  }
}
