/**
 * Targets that stand in files (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config): read at the
 * start, when a file changes, and every refresh_interval. A file that cannot be understood leaves the targets it had; one that is gone has none.
 */
import { globSync, readFileSync, watch, type FSWatcher } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";
import type * as Yaml from "yaml";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../component/logger.ts";
import type { TargetGroup } from "./target.ts";

/** Editors and scripts write in several steps. */
const SETTLE_MILLIS = 100;

export interface FileDiscoveryParts {
  readonly files: readonly string[];
  readonly refreshMillis: number;
  readonly logger: Logger;
  /** With all groups of all files, whenever they may have changed. */
  readonly onChange: (groups: readonly TargetGroup[]) => void;
}

export class FileDiscovery {
  readonly #parts: FileDiscoveryParts;
  readonly #patterns: readonly string[];
  readonly #groups = new Map<string, readonly TargetGroup[]>();
  readonly #watchers = new Map<string, FSWatcher>();
  /** Said already, by file. */
  readonly #complaints = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(parts: FileDiscoveryParts) {
    this.#parts = parts;
    this.#patterns = parts.files.filter((file) => file !== "").map((file) => resolve(file));
  }

  start(): void {
    if (this.#patterns.length === 0) return;
    this.#refresh();
    this.#timer = setInterval(() => this.#refresh(), this.#parts.refreshMillis);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #refresh(): void {
    // Watched before it is read, so that no change falls between.
    for (const folder of new Set(this.#patterns.map((pattern) => dirname(pattern)))) this.#watch(folder);
    const found = new Set(this.#patterns.flatMap((pattern) => globSync(pattern)));
    for (const file of this.#groups.keys()) if (!found.has(file)) this.#groups.delete(file);
    for (const file of [...found].sort()) this.#read(file);
    this.#parts.onChange([...this.#groups.values()].flat());
  }

  #read(file: string): void {
    try {
      this.#groups.set(file, parseTargetFile(readFileSync(file, "utf8"), file));
      this.#complaints.delete(file);
    } catch (error) {
      this.#complain(file, "cannot read a file of targets; those it had stay", error);
    }
  }

  /** A folder that isn't there yet is tried again at the next refresh. */
  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const forget = (error: unknown) => {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
      this.#complain(folder, "cannot watch a folder of targets; it is read every refresh_interval", error);
    };
    try {
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !/\.(json|ya?ml)$/.test(basename(name))) return;
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => this.#refresh(), SETTLE_MILLIS);
      });
      watcher.on("error", forget);
      this.#watchers.set(folder, watcher);
      this.#complaints.delete(folder);
    } catch (error) {
      forget(error);
    }
  }

  #complain(path: string, message: string, error: unknown): void {
    const reason = messageOf(error);
    if (this.#complaints.get(path) !== reason) this.#parts.logger.warn(message, { path, error: reason });
    this.#complaints.set(path, reason);
  }
}

/** @throws Error that says what is wrong with the text */
export function parseTargetFile(text: string, file: string): TargetGroup[] {
  const groups = (file.endsWith(".json") ? JSON.parse(text) : parseYaml(text)) as unknown;
  if (groups === null || groups === undefined) return [];
  if (!Array.isArray(groups)) throw new Error("expected a list of groups with targets and labels");
  return groups.map((group: unknown, i) => {
    if (typeof group !== "object" || group === null)
      throw new Error(`group ${i + 1}: expected targets and labels, got ${JSON.stringify(group)}`);
    const { targets = [], labels = {}, ...rest } = group as Record<string, unknown>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new Error(`group ${i + 1}: expected targets and labels, got ${unknown}`);
    if (!Array.isArray(targets) || !targets.every((target): target is string => typeof target === "string"))
      throw new Error(`group ${i + 1}: expected targets to be a list of texts`);
    if (
      typeof labels !== "object" ||
      labels === null ||
      !Object.values(labels).every((value) => typeof value === "string")
    )
      throw new Error(`group ${i + 1}: expected labels to be a map of texts`);
    return { targets, labels: { ...(labels as Record<string, string>), __meta_filepath: file } };
  });
}

/** Loads the parser with the first such file. */
function parseYaml(text: string): unknown {
  const { parse } = createRequire(import.meta.url)("yaml") as typeof Yaml;
  return parse(text);
}
