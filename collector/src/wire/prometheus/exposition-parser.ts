/**
 * The texts in which targets expose metrics: Prometheus' 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics
 * 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), both with quoted UTF-8 names. In: text; out: entry by entry what stands
 * there. A sample's labels are read when they are asked for: whoever scrapes a target again knows its series by their text.
 */
import { DecodeError } from "../../base/errors.ts";
import { METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { MetricType } from "../../model/metric-type.ts";

export type ExpositionFormat = "text" | "openmetrics";

export interface ExpositionExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMillis: number | undefined;
}

const TYPES: Readonly<Record<ExpositionFormat, Readonly<Record<string, MetricType>>>> = {
  text: { counter: "counter", gauge: "gauge", histogram: "histogram", summary: "summary", untyped: "unknown" },
  openmetrics: {
    counter: "counter",
    gauge: "gauge",
    histogram: "histogram",
    gaugehistogram: "gaugehistogram",
    summary: "summary",
    info: "info",
    stateset: "stateset",
    unknown: "unknown",
  },
};

const TAB = 0x09;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const METRIC_NAME_AT = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME_AT = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const WORD_AT = /[^ \t\n]+/y;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["inf", Infinity],
  ["infinity", Infinity],
]);

export class ExpositionParser {
  /** Of the present sample: where its series stands in the text, braces included, without surrounding blanks. */
  series = "";
  value = 0;
  /** Undefined where the target gives none. */
  timestampMillis: number | undefined;
  exemplar: ExpositionExemplar | undefined;
  /** Of the present TYPE, HELP or UNIT. */
  family = "";
  type: MetricType = "unknown";
  /** Of HELP or UNIT. */
  text = "";

  readonly #text: string;
  readonly #isOpen: boolean;
  readonly #format: ExpositionFormat;
  #at = 0;
  #seriesStart = 0;
  #ended = false;

  constructor(text: string, format: ExpositionFormat) {
    this.#text = text;
    this.#format = format;
    this.#isOpen = format === "openmetrics";
  }

  /** Advances; undefined at the end. @throws DecodeError with line and column */
  next(): "sample" | "type" | "help" | "unit" | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      if (this.#ended) throw this.#error("expected nothing after # EOF");
      if (!this.#isOpen) this.#blanks();
      const code = text.charCodeAt(this.#at);
      if (code === NEWLINE) {
        if (this.#isOpen) throw this.#error("expected no empty line");
        this.#at++;
      } else if (code === HASH) {
        const kind = this.#comment();
        if (kind) return kind;
      } else if (this.#at < text.length) {
        this.#sample();
        return "sample";
      }
    }
    if (this.#isOpen && !this.#ended) throw this.#error("expected # EOF at the end");
    return undefined;
  }

  /** Labels of the present sample, its name among them, sorted, without empty ones. @throws DecodeError when a name stands there twice */
  labels(): Labels {
    const pairs: string[] = [];
    const back = this.#at;
    this.#at = this.#seriesStart;
    this.#readSeries(pairs);
    const labels = this.#sorted(pairs);
    this.#at = back;
    return labels;
  }

  #comment(): "type" | "help" | "unit" | undefined {
    const text = this.#text;
    const line = this.#at;
    this.#at++;
    if (this.#isOpen) this.#expect(SPACE, "a blank after #");
    else this.#blanks();
    const keyword = this.#wordOr("");
    if (this.#isOpen && keyword === "EOF") {
      this.#ended = true;
      if (this.#at < text.length) this.#endOfLine();
      return undefined;
    }
    if (keyword !== "TYPE" && keyword !== "HELP" && !(this.#isOpen && keyword === "UNIT")) {
      if (this.#isOpen) throw this.#error("expected TYPE, HELP, UNIT or EOF", line + 2);
      this.#skipLine();
      return undefined;
    }
    this.#gap("a metric name");
    this.family = text.charCodeAt(this.#at) === QUOTE ? this.#quoted() : this.#name(METRIC_NAME_AT, "a metric name");
    if (keyword === "TYPE") {
      this.#gap("a type");
      const start = this.#at;
      const word = this.#wordOr("");
      const types = TYPES[this.#format];
      if (!Object.hasOwn(types, word)) throw this.#error(`expected one of ${Object.keys(types).join(", ")}`, start);
      this.type = types[word];
      this.#endOfLine();
      return "type";
    }
    // A help text may be empty, with or without the blank before it.
    if (this.#isBlank(this.#at)) this.#at++;
    if (!this.#isOpen) this.#blanks();
    const start = this.#at;
    this.#skipLine();
    const end = text.charCodeAt(this.#at - 1) === NEWLINE ? this.#at - 1 : this.#at;
    const raw = text.slice(start, end);
    this.text = raw.includes("\\") ? raw.replace(this.#isOpen ? /\\([\\n"])/g : /\\([\\n])/g, unescapeOne) : raw;
    return keyword === "HELP" ? "help" : "unit";
  }

  #sample(): void {
    this.#seriesStart = this.#at;
    this.#readSeries(undefined);
    this.series = this.#text.slice(this.#seriesStart, this.#at);
    this.#gapBefore("a value");
    this.value = this.#number("a value");
    this.timestampMillis = undefined;
    this.exemplar = undefined;
    if (!this.#isOpen) this.#blanks();
    if (this.#isOpen && this.#isBlank(this.#at) && this.#text.charCodeAt(this.#at + 1) === HASH)
      return this.#exemplar();
    if (this.#isOpen && this.#isBlank(this.#at)) this.#at++;
    if (!this.#isEnd()) {
      this.timestampMillis = this.#timestamp();
      if (this.#isOpen && this.#isBlank(this.#at) && this.#text.charCodeAt(this.#at + 1) === HASH)
        return this.#exemplar();
    }
    this.#endOfLine();
  }

  #exemplar(): void {
    this.#at += 2;
    this.#expect(SPACE, "a blank after #");
    if (this.#text.charCodeAt(this.#at) !== OPEN) throw this.#error("expected { of an exemplar");
    const pairs: string[] = [];
    this.#braces(pairs, false);
    const labels = this.#sorted(pairs);
    this.#expect(SPACE, "a blank before an exemplar's value");
    const value = this.#number("an exemplar's value");
    let timestampMillis: number | undefined;
    if (this.#isBlank(this.#at)) {
      this.#at++;
      timestampMillis = this.#timestamp();
    }
    this.exemplar = { labels, value, timestampMillis };
    this.#endOfLine();
  }

  /** `name`, `name{…}` or `{"name", …}`; what stands there goes to `pairs` when there are any to fill. */
  #readSeries(pairs: string[] | undefined): void {
    const text = this.#text;
    if (text.charCodeAt(this.#at) === OPEN) return this.#braces(pairs, true);
    const name = this.#name(METRIC_NAME_AT, "a metric name");
    pairs?.push(METRIC_NAME, name);
    let next = this.#at;
    if (!this.#isOpen) while (this.#isBlank(next)) next++;
    if (text.charCodeAt(next) !== OPEN) return;
    this.#at = next;
    this.#braces(pairs, false);
  }

  /** @param named whether a metric's name stands inside, in quotes and first */
  #braces(pairs: string[] | undefined, named: boolean): void {
    const text = this.#text;
    this.#at++;
    let hasName = false;
    for (;;) {
      this.#blanks();
      const code = text.charCodeAt(this.#at);
      if (code === CLOSE) break;
      const start = this.#at;
      const name = code === QUOTE ? this.#quoted() : this.#name(LABEL_NAME_AT, "a label name or }");
      if (name === "") throw this.#error("expected a name", start);
      this.#blanks();
      if (text.charCodeAt(this.#at) === EQUALS) {
        this.#at++;
        this.#blanks();
        if (text.charCodeAt(this.#at) !== QUOTE) throw this.#error('expected a label value in "quotes"');
        if (name === METRIC_NAME) throw this.#error(`expected no label ${METRIC_NAME}`, start);
        if (pairs) pairs.push(name, this.#quoted());
        else this.#skipQuoted();
      } else if (code === QUOTE && named && !hasName) {
        hasName = true;
        pairs?.push(METRIC_NAME, name);
      } else throw this.#error(`expected = after the label name`);
      this.#blanks();
      if (text.charCodeAt(this.#at) === COMMA) this.#at++;
      else if (text.charCodeAt(this.#at) !== CLOSE) throw this.#error("expected , or }");
    }
    if (named && !hasName) throw this.#error("expected a metric name in quotes");
    this.#at++;
  }

  #sorted(pairs: string[]): Labels {
    let sorted = true;
    for (let i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1] === "" || (i > 0 && pairs[i - 2] >= pairs[i])) sorted = false;
    }
    if (sorted) return pairs;
    const record = new Map<string, string>();
    for (let i = 0; i < pairs.length; i += 2) {
      if (record.has(pairs[i])) throw this.#error(`expected the label ${pairs[i]} once`);
      record.set(pairs[i], pairs[i + 1]);
    }
    const names = [...record.keys()].sort();
    return names.flatMap((name) => (record.get(name) === "" ? [] : [name, record.get(name) as string]));
  }

  #name(pattern: RegExp, expected: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) throw this.#error(`expected ${expected}`);
    this.#at = pattern.lastIndex;
    return found[0];
  }

  /** A text in quotes, escapes undone; \n, \\ and \" are known, others stay as they are. */
  #quoted(): string {
    const start = this.#at + 1;
    this.#skipQuoted();
    const raw = this.#text.slice(start, this.#at - 1);
    const plain = raw.includes("\\") ? raw.replace(/\\([\\n"])/g, unescapeOne) : raw;
    if (plain.includes("\u0000")) throw this.#error("expected a text without U+0000", start);
    return plain;
  }

  #skipQuoted(): void {
    const text = this.#text;
    const start = this.#at;
    for (let i = start + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) {
        this.#at = i + 1;
        return;
      } else if (code === NEWLINE) break;
    }
    throw this.#error('expected a closing "', start);
  }

  #number(expected: string): number {
    const start = this.#at;
    const word = this.#wordOr("");
    const value = parseFloatText(word);
    if (value === undefined) throw this.#error(`expected ${expected}`, start);
    return value;
  }

  /** Milliseconds in 0.0.4, seconds in OpenMetrics. */
  #timestamp(): number {
    const start = this.#at;
    const word = this.#wordOr("");
    const millis = this.#isOpen
      ? Math.round((parseFloatText(word) ?? NaN) * 1000)
      : INTEGER.test(word)
        ? Number(word)
        : NaN;
    if (!(Math.abs(millis) <= 8.64e15)) throw this.#error("expected a timestamp or the end of the line", start);
    return millis;
  }

  #wordOr(fallback: string): string {
    WORD_AT.lastIndex = this.#at;
    const found = WORD_AT.exec(this.#text);
    if (!found) return fallback;
    this.#at = WORD_AT.lastIndex;
    return found[0];
  }

  #expect(code: number, expected: string): void {
    if (this.#text.charCodeAt(this.#at) !== code) throw this.#error(`expected ${expected}`);
    this.#at++;
  }

  /** One blank in OpenMetrics, one or more in 0.0.4. */
  #gap(before: string): void {
    if (!this.#isBlank(this.#at)) throw this.#error(`expected ${before}`);
    this.#at++;
    if (!this.#isOpen) this.#blanks();
  }

  /** Between a series and its value 0.0.4 needs no blank after }. */
  #gapBefore(expected: string): void {
    if (this.#isOpen) this.#gap(`a blank and ${expected}`);
    else this.#blanks();
  }

  #blanks(): void {
    while (this.#isBlank(this.#at)) this.#at++;
  }

  #isBlank(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return code === SPACE || (code === TAB && !this.#isOpen);
  }

  #isEnd(): boolean {
    return this.#at >= this.#text.length || this.#text.charCodeAt(this.#at) === NEWLINE;
  }

  #endOfLine(): void {
    if (!this.#isOpen) this.#blanks();
    if (!this.#isEnd()) throw this.#error("expected the end of the line");
    if (this.#isOpen && this.#at >= this.#text.length) throw this.#error("expected the line to end");
    this.#at++;
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  #error(expected: string, at: number = this.#at): DecodeError {
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length;
    const lineStart = before.lastIndexOf("\n") + 1;
    const lineEnd = this.#text.indexOf("\n", lineStart);
    const got = this.#text.slice(at, lineEnd === -1 ? undefined : lineEnd).slice(0, 40);
    return new DecodeError(
      `cannot read the exposition at line ${line}, column ${at - lineStart + 1}: ${expected}, got ${got === "" ? "the end of the line" : JSON.stringify(got)}`,
    );
  }
}

/** As Go reads it, in decimal: 1, -1.5e3, .5, +Inf, NaN. Undefined = no number. */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const sign = text.startsWith("-") ? -1 : 1;
  const special = SPECIAL.get(text.replace(/^[+-]/, "").toLowerCase());
  return special === undefined ? undefined : sign * special;
}

function unescapeOne(_: string, code: string): string {
  return code === "n" ? "\n" : code;
}
