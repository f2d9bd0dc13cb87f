/**
 * A log record on its way through a pipeline: its line, and its labels in the three kinds that Loki tells apart. Stages change it in
 * place; one object serves all records of a scan.
 */
import type { Labels } from "../../../model/labels.ts";
import { STREAM_LABELS } from "../label-names.ts";

export const ERROR = "__error__";
export const ERROR_DETAILS = "__error_details__";

/** Metadata don't have these names, so they need not be read to know. */
const NO_METADATA: ReadonlySet<string> = new Set([...STREAM_LABELS, ERROR, ERROR_DETAILS]);

export class Entry {
  line = "";
  /** Unix nanoseconds. */
  timeNanos = 0n;
  #stream: Labels = [];
  #metadata: Labels | undefined;
  #readMetadata: () => Labels = () => [];
  readonly #parsed = new Map<string, string>();
  readonly #dropped = new Set<string>();

  /** @param stream,metadata names and values in turn, each name once in both; not changed. Metadata are asked for when they are needed */
  reset(line: string, timeNanos: bigint, stream: Labels, metadata: () => Labels): void {
    this.line = line;
    this.timeNanos = timeNanos;
    this.#stream = stream;
    this.#metadata = undefined;
    this.#readMetadata = metadata;
    if (this.#parsed.size > 0) this.#parsed.clear();
    if (this.#dropped.size > 0) this.#dropped.clear();
  }

  get #own(): Labels {
    return (this.#metadata ??= this.#readMetadata());
  }

  /** Undefined when there is no such label. */
  get(name: string): string | undefined {
    const parsed = this.#parsed.get(name);
    if (parsed !== undefined || this.#dropped.has(name)) return parsed;
    const own = valueOf(this.#stream, name);
    return own !== undefined || NO_METADATA.has(name) ? own : valueOf(this.#own, name);
  }

  /** Of a parser: a name that the record has of its own gets a suffix. */
  extract(name: string, value: string): void {
    const isTaken = valueOf(this.#stream, name) !== undefined || valueOf(this.#own, name) !== undefined;
    this.#parsed.set(isTaken ? `${name}_extracted` : name, value);
  }

  set(name: string, value: string): void {
    this.#parsed.set(name, value);
  }

  drop(name: string): void {
    this.#parsed.delete(name);
    this.#dropped.add(name);
  }

  get hasError(): boolean {
    return this.#parsed.has(ERROR);
  }

  /** The first error stays. */
  fail(kind: string, details: string): void {
    if (this.hasError) return;
    this.#parsed.set(ERROR, kind);
    this.#parsed.set(ERROR_DETAILS, details);
  }

  names(): string[] {
    const names = new Set(this.#parsed.keys());
    for (const labels of [this.#stream, this.#own])
      for (let i = 0; i < labels.length; i += 2) if (!this.#dropped.has(labels[i])) names.add(labels[i]);
    return [...names];
  }

  /** All labels, sorted; empty ones are left out. */
  labels(): Labels {
    if (this.#parsed.size === 0 && this.#dropped.size === 0 && this.#own.length === 0) return this.#stream;
    const out: string[] = [];
    for (const name of this.names().sort()) {
      const value = this.get(name);
      if (value !== undefined && value !== "") out.push(name, value);
    }
    return out;
  }

  get streamLabels(): Labels {
    return this.#left(this.#stream);
  }

  get metadataLabels(): Labels {
    return this.#left(this.#own);
  }

  get parsedLabels(): Labels {
    return [...this.#parsed].filter(([, value]) => value !== "").flat();
  }

  /** Without those that a stage dropped or gave another value. */
  #left(labels: Labels): Labels {
    if (this.#parsed.size === 0 && this.#dropped.size === 0) return labels;
    const out: string[] = [];
    for (let i = 0; i < labels.length; i += 2)
      if (!this.#dropped.has(labels[i]) && !this.#parsed.has(labels[i])) out.push(labels[i], labels[i + 1]);
    return out;
  }
}

function valueOf(labels: Labels, name: string): string | undefined {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1];
  return undefined;
}
