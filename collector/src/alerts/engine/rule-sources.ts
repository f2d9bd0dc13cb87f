/**
 * Where rule files come from: globs on disk, the default rules, those made in the UI. In: nothing; out: what changed since the last
 * look, as texts. Parses nothing.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { DocumentStore } from "../../store/store.ts";
import type { RuleFileStatus } from "./alerting-service.ts";
import { findFiles } from "./found-files.ts";

export const RULE_FILE_COLLECTION = "alert-rule-files";
export const DEFAULT_FILE = "default";

export interface SourceChange {
  readonly name: string;
  readonly origin: RuleFileStatus["origin"];
  /** Undefined: it is gone. */
  readonly text: string | undefined;
  /** It is there and cannot be read. */
  readonly error?: string;
}

export interface RuleSourceParts {
  readonly patterns: readonly string[];
  /** Relative patterns begin here. */
  readonly folder: string;
  /** The default rules' text; undefined = they are switched off. */
  readonly defaultRules: (() => Promise<string>) | undefined;
  readonly documents: Pick<DocumentStore, "list">;
}

export class RuleSources {
  readonly #parts: RuleSourceParts;
  #stamps = new Map<string, string>();

  constructor(parts: RuleSourceParts) {
    this.#parts = parts;
  }

  /** Everything but files on disk; {@link scan} gives those. */
  async load(): Promise<SourceChange[]> {
    const { defaultRules, documents } = this.#parts;
    const changes: SourceChange[] = [];
    if (defaultRules) changes.push({ name: DEFAULT_FILE, origin: "default", text: await defaultRules() });
    for (const { key, value } of await documents.list(RULE_FILE_COLLECTION))
      changes.push({ name: key, origin: "ui", text: (value as { text: string }).text });
    return changes;
  }

  /** Files that are new, changed or gone since the last call. Rejects when the file system fails as a whole; then nothing has changed. */
  async scan(): Promise<SourceChange[]> {
    const { patterns, folder } = this.#parts;
    const found = await findFiles(patterns, folder);
    const changes: SourceChange[] = [];
    for (const [name, stamp] of found) {
      if (this.#stamps.get(name) === stamp) continue;
      if (stamp !== "") changes.push(await read(name, folder));
      else if (this.#stamps.has(name)) changes.push({ name, origin: "file", text: undefined });
      else changes.push({ name, origin: "file", text: undefined, error: "there is no such file" });
    }
    for (const name of this.#stamps.keys())
      if (!found.has(name)) changes.push({ name, origin: "file", text: undefined });
    this.#stamps = found;
    return changes;
  }
}

async function read(name: string, folder: string): Promise<SourceChange> {
  try {
    return { name, origin: "file", text: await readFile(resolve(folder, name), "utf8") };
  } catch (error) {
    return { name, origin: "file", text: undefined, error: `cannot read it: ${messageOf(error)}` };
  }
}
