/**
 * Reads the keys of a YAML map as typed values. What is wrong is collected with its place; keys that nobody asked for are unknown ones.
 * Reading goes on after a mistake, so that one pass says all that is wrong.
 */
import { parsePromDuration } from "../../base/prom-duration.ts";
import { nearest } from "../../base/suggest.ts";
import type { Place, YamlIssue, YamlNode } from "./yaml-node.ts";

export interface FieldsSettings {
  readonly issues: YamlIssue[];
  readonly ignoresUnknown?: boolean;
}

export class YamlFields {
  readonly #node: YamlNode;
  readonly #what: string;
  readonly #settings: FieldsSettings;
  readonly #asked = new Set<string>();

  /** @param what the map is, for messages: "a rule" */
  constructor(node: YamlNode, what: string, settings: FieldsSettings) {
    this.#node = node;
    this.#what = what;
    this.#settings = settings;
    if (node.kind === "scalar" || node.kind === "list")
      this.#fail(node.at, `cannot read ${kindOf(node)} as ${what}, which is a map`);
  }

  get at(): Place {
    return this.#node.at;
  }

  /** Where a key's value stands, or a name in it; where the map stands when there is none. */
  placeOf(key: string, name?: string): Place {
    const node = this.get(key);
    const inner = name !== undefined && node?.kind === "map" ? node.entries.get(name)?.at : undefined;
    return inner ?? node?.at ?? this.#node.at;
  }

  get(key: string): YamlNode | undefined {
    this.#asked.add(key);
    return this.#node.kind === "map" ? this.#node.entries.get(key)?.node : undefined;
  }

  /** "" when it is absent. */
  text(key: string): string {
    return this.#scalar(key, "a text") ?? "";
  }

  /** Milliseconds; undefined when it is absent. */
  duration(key: string): number | undefined {
    const text = this.#scalar(key, "a duration");
    if (text === undefined || text === "") return undefined;
    const millis = parsePromDuration(text);
    if (millis === undefined) {
      this.#fail(
        this.placeOf(key),
        `${key}: not a valid duration string: ${JSON.stringify(text)}; write it as 30s, 5m or 1h30m`,
      );
      return undefined;
    }
    return millis;
  }

  whole(key: string): number | undefined {
    const text = this.#scalar(key, "a whole number");
    if (text === undefined) return undefined;
    if (/^[-+]?\d{1,15}$/.test(text)) return Number(text);
    this.#fail(this.placeOf(key), `${key}: cannot read ${JSON.stringify(text)} as a whole number`);
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    const text = this.#scalar(key, "true or false");
    if (text === undefined) return undefined;
    if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
    this.#fail(this.placeOf(key), `${key}: cannot read ${JSON.stringify(text)} as true or false`);
    return undefined;
  }

  list(key: string): readonly YamlNode[] {
    const node = this.get(key);
    if (node === undefined || node.kind === "null") return [];
    if (node.kind === "list") return node.items;
    this.#fail(node.at, `${key}: cannot read ${kindOf(node)} as a list`);
    return [];
  }

  texts(key: string): string[] {
    return this.list(key).flatMap((node) => {
      if (node.kind === "scalar") return [node.text];
      this.#fail(node.at, `${key}: cannot read ${kindOf(node)} as a text`);
      return [];
    });
  }

  /** Names and texts, such as labels; without a prototype, as names are anything. */
  textMap(key: string): Record<string, string> {
    const record = Object.create(null) as Record<string, string>;
    const node = this.get(key);
    if (node === undefined || node.kind === "null") return record;
    if (node.kind !== "map") {
      this.#fail(node.at, `${key}: cannot read ${kindOf(node)} as a map of texts`);
      return record;
    }
    for (const [name, { node: value }] of node.entries) {
      if (value.kind === "map" || value.kind === "list")
        this.#fail(value.at, `${key}.${name}: cannot read ${kindOf(value)} as a text`);
      else record[name] = value.kind === "scalar" ? value.text : "";
    }
    return record;
  }

  /** Call it last: every key that was not read is one that nobody knows. */
  close(): void {
    if (this.#node.kind !== "map" || this.#settings.ignoresUnknown) return;
    for (const [key, { at }] of this.#node.entries) {
      if (this.#asked.has(key)) continue;
      const near = nearest(key, this.#asked);
      this.#fail(
        at,
        `field ${key} not found in ${this.#what}; ${near ? `did you mean ${near}?` : `its fields: ${[...this.#asked].join(", ")}`}`,
      );
    }
  }

  #scalar(key: string, what: string): string | undefined {
    const node = this.get(key);
    if (node === undefined || node.kind === "null") return undefined;
    if (node.kind === "scalar") return node.text;
    this.#fail(node.at, `${key}: cannot read ${kindOf(node)} as ${what}`);
    return undefined;
  }

  #fail(at: Place, message: string): void {
    this.#settings.issues.push({ at, message });
  }
}

function kindOf(node: YamlNode): string {
  return node.kind === "scalar"
    ? JSON.stringify(node.text.slice(0, 60))
    : node.kind === "null"
      ? "nothing"
      : `a ${node.kind}`;
}
