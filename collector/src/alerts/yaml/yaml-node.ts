/**
 * YAML text -> values with the line and column they stand in, as rule files and their tests are read: every scalar is the text that was
 * written (a label 1.0 is "1.0"), nothing is expanded and `a::b` is one key, unlike in config/yaml-tree.ts. Duplicate keys, aliases
 * without end and trees too deep are refused.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";

export interface Place {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export type YamlNode =
  | { readonly kind: "null"; readonly at: Place }
  | { readonly kind: "scalar"; readonly at: Place; readonly text: string }
  | { readonly kind: "list"; readonly at: Place; readonly items: readonly YamlNode[] }
  | { readonly kind: "map"; readonly at: Place; readonly entries: ReadonlyMap<string, YamlEntry> };

export interface YamlEntry {
  /** Where the key stands. */
  readonly at: Place;
  readonly node: YamlNode;
}

/** What is wrong with a file, and where; no place where it is about the whole file. */
export interface YamlIssue {
  readonly at: Place | undefined;
  readonly message: string;
}

/** Some 30,000 rules. */
const MOST_NODES = 500_000;
const MOST_DEPTH = 100;

/** The first document of the text; an empty text is a null. */
export function readYaml(text: string): { readonly node: YamlNode; readonly issues: readonly YamlIssue[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // What follows the first error is mostly its echo.
  const [error] = document.errors;
  if (error) {
    const at = place(error.pos[0]);
    return { node: { kind: "null", at }, issues: [{ at, message: `yaml: ${error.message}` }] };
  }
  const issues: YamlIssue[] = [];
  const reader = new Reader(document, place, issues);
  return { node: reader.read(document.contents, { line: 1, column: 1 }, 0), issues };
}

class Reader {
  readonly #document: Document;
  readonly #place: (offset: number) => Place;
  readonly #issues: YamlIssue[];
  #count = 0;

  constructor(document: Document, place: (offset: number) => Place, issues: YamlIssue[]) {
    this.#document = document;
    this.#place = place;
    this.#issues = issues;
  }

  read(node: Node | null | undefined, parent: Place, depth: number): YamlNode {
    const at = node?.range ? this.#place(node.range[0]) : parent;
    if (++this.#count > MOST_NODES || depth > MOST_DEPTH) {
      if (this.#issues.length === 0)
        this.#issues.push({ at, message: `yaml: more than ${MOST_NODES} values or ${MOST_DEPTH} levels` });
      return { kind: "null", at };
    }
    if (isAlias(node)) return this.read(node.resolve(this.#document), at, depth + 1);
    if (isScalar(node)) return readScalar(node.value, node.type === "PLAIN", at);
    if (isSeq(node))
      return { kind: "list", at, items: node.items.map((item) => this.read(item as Node | null, at, depth + 1)) };
    if (!isMap(node)) return { kind: "null", at };
    const entries = new Map<string, YamlEntry>();
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const keyAt = key?.range ? this.#place(key.range[0]) : at;
      const value = this.read(pair.value as Node | null, keyAt, depth + 1);
      if (!isScalar(key)) this.#issues.push({ at: keyAt, message: "yaml: a key must be a single value" });
      else if (key.source === "<<" && key.type === "PLAIN" && value.kind === "map") {
        // Merged keys stand behind those that are written.
        for (const [name, entry] of value.entries) if (!entries.has(name)) entries.set(name, entry);
      } else entries.set(key.source ?? "", { at: keyAt, node: value });
    }
    return { kind: "map", at, entries };
  }
}

function readScalar(value: unknown, isPlain: boolean, at: Place): YamlNode {
  const text = typeof value === "string" ? value : "";
  return isPlain && /^(?:~|null|Null|NULL|)$/.test(text) ? { kind: "null", at } : { kind: "scalar", at, text };
}
