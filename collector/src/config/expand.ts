/**
 * Replaces `${…}` in a tree of configuration values, as the Collector does
 * (https://github.com/open-telemetry/opentelemetry-collector/blob/main/docs/rfcs/env-vars.md): inside out, again and again until
 * nothing is left, then `$$` becomes `$`. A value that is one `${…}` as a whole becomes whatever YAML it stands for and keeps the
 * original text for fields that are texts; inside a longer text the original text is put in. `$NAME` without braces stays.
 */
import type { ConfigEntry, ConfigIssue, ConfigNode, Place } from "../component/config-node.ts";
import { readSource, splitScheme, type SourceText, type Surroundings } from "./source.ts";
import { parseYaml } from "./yaml-tree.ts";

export interface ExpandReport {
  readonly issues: ConfigIssue[];
  readonly warnings: ConfigIssue[];
}

/** As in the Collector: enough for any nesting, and an end for a variable that stands for itself. */
const MAX_ROUNDS = 1000;
/** Files in files in files: deeper than that one includes itself, and the stack would overflow. */
const MAX_DEPTH = 50;
/** A round may multiply the text; nobody writes a megabyte of configuration in one value. */
const MAX_TEXT = 1 << 20;

export function expandTree(tree: ConfigNode, surroundings: Surroundings, report: ExpandReport): ConfigNode {
  return new Expander(surroundings, report).expand(tree, "");
}

/** A reference that cannot be replaced; the value it stands in is reported. */
class Refusal extends Error {}
/** References that lead to themselves; the outermost value is reported. */
class Loop extends Refusal {}

class Expander {
  readonly #surroundings: Surroundings;
  readonly #report: ExpandReport;
  readonly #warned = new Set<string>();
  #rounds = 0;
  #depth = 0;

  constructor(surroundings: Surroundings, report: ExpandReport) {
    this.#surroundings = surroundings;
    this.#report = report;
  }

  expand(node: ConfigNode, path: string): ConfigNode {
    switch (node.kind) {
      case "list":
        return { ...node, items: node.items.map((item, index) => this.expand(item, `${path}[${index}]`)) };
      case "scalar":
        return typeof node.value === "string" ? this.#expandScalar(node.value, node.at, path) : node;
      case "map": {
        const entries = new Map<string, ConfigEntry>();
        for (const [key, entry] of node.entries) {
          const inner = path === "" ? key : `${path}.${key}`;
          entries.set(key, { at: entry.at, node: this.expand(entry.node, inner) });
        }
        return { ...node, entries };
      }
      default:
        return node;
    }
  }

  #expandScalar(text: string, at: Place, path: string): ConfigNode {
    const outermost = this.#depth++ === 0;
    if (outermost) this.#rounds = 0;
    try {
      if (this.#depth > MAX_DEPTH) throw new Loop(`holds references nested more than ${MAX_DEPTH} deep: ${text}`);
      return this.#expandText(text, at, path);
    } catch (error) {
      if (!(error instanceof Refusal) || (error instanceof Loop && !outermost)) throw error;
      this.#report.issues.push({ at, path, message: error.message });
      return { kind: "null", at };
    } finally {
      this.#depth--;
    }
  }

  /** A text that may hold references -> the value it stands for. Throws Refusal. */
  #expandText(text: string, at: Place, path: string): ConfigNode {
    for (;;) {
      const reference = findReference(text);
      if (!reference) return textNode(unescape(text), at);
      const source = this.#read(reference, at, path);
      if (reference.length < text.length) {
        text = this.#replaceAll(text, reference, trimFile(source));
        continue;
      }
      if (source.verbatim) return textNode(source.text, at);
      const { node, issues } = parseYaml(source.text, source.name, source.isFile ? undefined : at);
      // What is no YAML, or YAML for a text, is a text, exactly as it stands there.
      if (issues.length > 0 || (node.kind === "scalar" && typeof node.value === "string")) {
        if (source.isFile && looksLikeMap(source.text)) {
          this.#report.issues.push(...issues);
          return { kind: "null", at };
        }
        text = trimFile(source);
        continue;
      }
      const value = this.expand(node, path);
      return { ...value, ...this.#originalText(source, at, path) };
    }
  }

  /** The text for fields that are texts; absent where it cannot be expanded (a comment may hold anything). */
  #originalText(source: SourceText, at: Place, path: string): { text?: string } {
    let text = trimFile(source);
    try {
      for (let reference = findReference(text); reference; reference = findReference(text)) {
        text = this.#replaceAll(text, reference, trimFile(this.#read(reference, at, path)));
      }
    } catch (error) {
      if (error instanceof Refusal) return {};
      throw error;
    }
    return { text: unescape(text) };
  }

  /** Every occurrence but the escaped ones. */
  #replaceAll(text: string, reference: string, replacement: string): string {
    let result = "";
    let from = 0;
    for (let i = text.indexOf(reference); i >= 0; i = text.indexOf(reference, i + 1)) {
      if (isEscaped(text, i)) continue;
      result += text.slice(from, i) + replacement;
      from = i + reference.length;
    }
    result += text.slice(from);
    if (result.length > MAX_TEXT)
      throw new Refusal(`becomes longer than ${MAX_TEXT} characters when ${reference} is put in`);
    return result;
  }

  #read(reference: string, at: Place, path: string): SourceText {
    if (++this.#rounds > MAX_ROUNDS) throw new Loop(`${reference} leads to itself: stopped after ${MAX_ROUNDS} rounds`);
    const inner = reference.slice(2, -1);
    const parts = splitScheme(inner.includes(":") ? inner : `env:${inner}`);
    if (!parts) throw new Refusal(`${reference} is no reference; write \${env:NAME}, \${file:path} or \${yaml:text}`);
    if (parts.address.includes("$"))
      throw new Refusal(`${reference} holds a $, which must not stand inside a reference`);
    const source = readSource(parts.scheme, parts.address, this.#surroundings);
    if (typeof source === "string") throw new Refusal(source);
    if (source.warning && !this.#warned.has(source.warning)) {
      this.#warned.add(source.warning);
      this.#report.warnings.push({ at, path, message: source.warning });
    }
    return source;
  }
}

/** The first reference that can be replaced: the innermost before the first `}`, unless an odd number of further $ escape it. */
function findReference(text: string): string | undefined {
  // One pass: looking back from each brace takes quadratic time on a text of many braces.
  let open = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "$" && text[i + 1] === "{") open = i;
    else if (char === "}") {
      if (open >= 0 && !isEscaped(text, open)) return text.slice(open, i + 1);
      open = -1;
    }
  }
  return undefined;
}

/** An odd number of $ stands before the reference at `position`. */
function isEscaped(text: string, position: number): boolean {
  let dollars = 0;
  while (text[position - 1 - dollars] === "$") dollars++;
  return dollars % 2 === 1;
}

function unescape(text: string): string {
  return text.replaceAll("$$", "$");
}

function textNode(text: string, at: Place): ConfigNode {
  return { kind: "scalar", at, value: text, text };
}

/** A file's last line ends with a newline; a token or a password in it does not. */
function trimFile(source: SourceText): string {
  return source.isFile ? source.text.replace(/\r?\n$/, "") : source.text;
}

function looksLikeMap(text: string): boolean {
  return /^\s*[\w/]+:(?:\s|$)/m.test(text) && text.includes("\n");
}
