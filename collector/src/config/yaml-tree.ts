/**
 * YAML text -> ConfigNode: values with the file and line they stand in. Knows YAML and the Collector's `a::b` keys (one key for two
 * levels); no key of a configuration. Nothing is expanded here.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar, type Document, type Node } from "yaml";
import type { ConfigEntry, ConfigIssue, ConfigNode, Place } from "../component/config-node.ts";
import { resolveScalar } from "./resolve-scalar.ts";

export interface YamlTree {
  readonly node: ConfigNode;
  readonly issues: readonly ConfigIssue[];
}

/** Aliases could otherwise make a short text into an endless tree. The largest configurations seen have about 5,000 values. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 100;

/**
 * @param file What places name: a path, or "env:NAME".
 * @param at Given: every value gets this place (the text was put in there from outside).
 */
export function parseYaml(text: string, file: string, at?: Place): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => at ?? { file, line: lines.linePos(offset).line };
  // What follows the first error is mostly its echo.
  const issues: ConfigIssue[] = document.errors.slice(0, 1).map((error) => ({
    at: place(error.pos[0]),
    path: "",
    message: `is not valid YAML: ${error.message}`,
    fix: hintFor(text, error.pos[0]),
  }));
  if (issues.length > 0) return { node: { kind: "null", at: place(0) }, issues };
  const reader = new TreeReader(document, place, issues);
  return { node: reader.read(document.contents, place(0), 0), issues };
}

function hintFor(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1).split("\n", 1)[0];
  if (line.includes("\t")) return "indent with spaces, not with tabs";
  return /[[{].*\$\{/.test(line) ? 'inside [ ] and { } put "${…}" in quotes' : undefined;
}

class TreeReader {
  readonly #document: Document;
  readonly #place: (offset: number) => Place;
  readonly #issues: ConfigIssue[];
  #count = 0;

  constructor(document: Document, place: (offset: number) => Place, issues: ConfigIssue[]) {
    this.#document = document;
    this.#place = place;
    this.#issues = issues;
  }

  read(node: Node | null | undefined, parentPlace: Place, depth: number): ConfigNode {
    const at = node?.range ? this.#place(node.range[0]) : parentPlace;
    if (++this.#count > MAX_NODES || depth > MAX_DEPTH) {
      if (this.#issues.length === 0)
        this.#issues.push({
          at,
          path: "",
          message: `is too large: more than ${MAX_NODES} values or ${MAX_DEPTH} levels`,
        });
      return { kind: "null", at };
    }
    if (isAlias(node)) return this.read(node.resolve(this.#document), at, depth + 1);
    if (isScalar(node)) return readScalar(node, at);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node | null, at, depth + 1));
      return { kind: "list", at, items };
    }
    if (isMap(node)) {
      const entries = new Map<string, ConfigEntry>();
      for (const pair of node.items) {
        const key = pair.key as Node | null;
        const keyPlace = key?.range ? this.#place(key.range[0]) : at;
        const value = this.read(pair.value as Node | null, keyPlace, depth + 1);
        if (!isScalar(key)) this.#issues.push({ at: keyPlace, path: "", message: "a key must be a single value" });
        else if (key.source === "<<" && key.type === Scalar.PLAIN) this.#mergeIn(value, entries, keyPlace);
        else putNested(entries, (key.source ?? "").split("::"), keyPlace, value);
      }
      return { kind: "map", at, entries };
    }
    return { kind: "null", at };
  }

  /** `<<: *anchor` gives keys that are not there already. */
  #mergeIn(value: ConfigNode, entries: Map<string, ConfigEntry>, at: Place): void {
    const sources = value.kind === "list" ? value.items : [value];
    for (const source of sources) {
      if (source.kind === "map") {
        for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
      } else this.#issues.push({ at, path: "", message: "<< takes a map or a list of maps" });
    }
  }
}

function readScalar(node: Scalar, at: Place): ConfigNode {
  const text = typeof node.value === "string" ? node.value : "";
  if (node.type !== Scalar.PLAIN || node.tag === "tag:yaml.org,2002:str")
    return { kind: "scalar", at, value: text, text };
  const value = resolveScalar(text);
  return value === null ? { kind: "null", at } : { kind: "scalar", at, value, text };
}

/** Puts a value under `keys`, making the maps between; a map that is there already is added to. */
function putNested(entries: Map<string, ConfigEntry>, keys: readonly string[], at: Place, node: ConfigNode): void {
  const [key, ...more] = keys;
  if (more.length === 0) {
    entries.set(key, { at, node });
    return;
  }
  const existing = entries.get(key)?.node;
  const inner = new Map(existing?.kind === "map" ? existing.entries : []);
  putNested(inner, more, at, node);
  entries.set(key, { at, node: { kind: "map", at, entries: inner } });
}
