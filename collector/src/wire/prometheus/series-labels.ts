/**
 * Labels of a remote-write series as pairs of references into a table of symbols: are they what model/labels.ts promises, can they be
 * made so, or is the series to be refused, and why. Each distinct symbol is looked at once. In: symbols as bytes, references.
 */
import { isUtf8 } from "node:buffer";
import { decodeText } from "../../base/protobuf.ts";
import { METRIC_NAME } from "../../model/labels.ts";

const UNKNOWN = 0;
const GOOD = 1;
const EMPTY = 2;
/** Not UTF-8, or with U+0000 in it. */
const BAD = 3;
const MOST_SHOWN = 200;

export interface SymbolBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export class SeriesLabels {
  /** Names and values by turns. */
  refs: number[] = [];
  readonly #symbol: (ref: number) => SymbolBytes;
  readonly #texts: (string | undefined)[] = [];
  readonly #kinds: number[] = [];

  /** @param symbol where a symbol lies; asked for the references of `refs` only */
  constructor(symbol: (ref: number) => SymbolBytes) {
    this.#symbol = symbol;
  }

  /** "canonical" = as they have to be; "sortable" = {@link canonicalize} makes them so; else what is wrong, as a phrase. */
  check(): string {
    const { refs } = this;
    if (refs.length % 2 !== 0) return "a label without a value";
    let canonical = true;
    let hasName = false;
    let last = "";
    for (let i = 0; i < refs.length; i += 2) {
      const kind = this.#kindOf(refs[i]);
      if (kind !== GOOD) return kind === EMPTY ? "a label without a name" : "a label name that is no valid UTF-8 text";
      const name = this.textOf(refs[i]);
      const valueKind = this.#kindOf(refs[i + 1]);
      if (valueKind === BAD) return `a value of label "${name}" that is no valid UTF-8 text`;
      if (valueKind === EMPTY) canonical = false;
      else if (name === METRIC_NAME) hasName = true;
      if (i > 0 && name <= last) {
        if (name === last) return `label "${name}" twice`;
        canonical = false;
      }
      last = name;
    }
    if (!hasName) return "no metric name";
    return canonical ? "canonical" : (this.#hasTwice() ?? "sortable");
  }

  /** Drops labels without a value and sorts the rest. */
  canonicalize(): void {
    const pairs: [name: string, nameRef: number, valueRef: number][] = [];
    for (let i = 0; i < this.refs.length; i += 2)
      if (this.#kindOf(this.refs[i + 1]) !== EMPTY)
        pairs.push([this.textOf(this.refs[i]), this.refs[i], this.refs[i + 1]]);
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    this.refs = pairs.flatMap(([, name, value]) => [name, value]);
  }

  textOf(ref: number): string {
    const known = this.#texts[ref];
    if (known !== undefined) return known;
    const { bytes, start, end } = this.#symbol(ref);
    return (this.#texts[ref] = decodeText(bytes, start, end));
  }

  /** As people write a series, not longer than a line. */
  format(): string {
    const { refs } = this;
    let name = "";
    const rest: string[] = [];
    for (let i = 0; i + 1 < refs.length; i += 2) {
      const [label, value] = [this.textOf(refs[i]), this.textOf(refs[i + 1])];
      if (label === METRIC_NAME) name = value;
      else rest.push(`${label}=${JSON.stringify(value)}`);
    }
    const text = `${name}{${rest.join(", ")}}`;
    return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  }

  /** Unsorted names may be there twice without standing side by side. */
  #hasTwice(): string | undefined {
    const names = new Set<string>();
    for (let i = 0; i < this.refs.length; i += 2) {
      const name = this.textOf(this.refs[i]);
      if (names.has(name)) return `label "${name}" twice`;
      names.add(name);
    }
    return undefined;
  }

  #kindOf(ref: number): number {
    const known = this.#kinds[ref] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const { bytes, start, end } = this.#symbol(ref);
    const view = bytes.subarray(start, end);
    const kind = start === end ? EMPTY : view.includes(0) || !isUtf8(view) ? BAD : GOOD;
    return (this.#kinds[ref] = kind);
  }
}
