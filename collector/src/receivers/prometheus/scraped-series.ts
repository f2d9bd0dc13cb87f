/**
 * The series of one target over its scrapes: labels worked out once for each series' text, what is new, what has gone. In: expositions;
 * out: what to write. Nothing of a scrape that fails counts.
 */
import { labelsKey, METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { MetricType } from "../../model/metric-type.ts";
import {
  ExpositionParser,
  parseFloatText,
  type ExpositionExemplar,
  type ExpositionFormat,
} from "../../wire/prometheus/exposition-parser.ts";
import { formatBound } from "../../wire/prometheus/format-bound.ts";
import type { RequestEncoder } from "../../wire/prometheus/request-encoder.ts";
import type { LabelMap, Relabel } from "./relabel.ts";
import { ScrapeError } from "./scrape-client.ts";

const NEEDS_QUOTES = /[^a-zA-Z0-9_:]|^[0-9]/;
/** Types whose start times stand beside them as _created. */
const WITH_START: readonly MetricType[] = ["counter", "histogram", "summary"];

export interface SeriesOptions {
  readonly targetLabels: Readonly<Record<string, string>>;
  /** For series that have none of that name. */
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly relabel: Relabel;
  /** 0 = none. */
  readonly sampleLimit: number;
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly legacyNames: boolean;
}

export interface ScrapedCounts {
  readonly scraped: number;
  readonly afterRelabelling: number;
  /** Series that the scrape before did not have. */
  readonly added: number;
}

/** One series, whatever text it has in the exposition. */
interface KnownSeries {
  readonly labels: Labels;
  /** Scrape that had it last. */
  round: number;
  lastTimestamp: number;
}

interface KnownText {
  /** Undefined = dropped by relabelling. */
  readonly series: KnownSeries | undefined;
  /** What its start time stands under; "" = it has none. */
  readonly startKey: string;
  readonly isStart: boolean;
  round: number;
}

interface Sample {
  readonly series: KnownSeries;
  readonly value: number;
  readonly timestampMillis: number;
  readonly exemplar: ExpositionExemplar | undefined;
  readonly startKey: string;
}

interface Family {
  type: MetricType;
  help: string;
  unit: string;
}

export class ScrapedSeries {
  readonly #options: SeriesOptions;
  readonly #texts = new Map<string, KnownText>();
  readonly #known = new Map<string, KnownSeries>();
  /** Series to be marked when they go. */
  #live = new Set<KnownSeries>();
  #metadata = new Map<string, string>();
  #round = 0;

  constructor(options: SeriesOptions) {
    this.#options = options;
  }

  /**
   * Writes a scrape's samples, markers for what has gone, and metadata that changed. Call the result's `commit` when it was accepted.
   * @throws DecodeError, ScrapeError: nothing was written then; write {@link writeGone} instead
   */
  write(
    text: string,
    format: ExpositionFormat,
    nowMillis: number,
    out: RequestEncoder,
  ): ScrapedCounts & { commit(): void } {
    this.#round++;
    const { samples, starts, families, scraped } = this.#read(text, format, nowMillis);
    const live = new Set<KnownSeries>();
    let added = 0;
    for (const { series, value, timestampMillis, exemplar, startKey } of samples) {
      const start = startKey === "" ? 0 : (starts.get(startKey) ?? 0);
      out.beginSeries(series.labels).sample(value, timestampMillis, start);
      if (exemplar) out.exemplar(exemplar.labels, exemplar.value, exemplar.timestampMillis ?? timestampMillis);
      out.endSeries();
      if (timestampMillis !== nowMillis && !this.#options.trackTimestampsStaleness) continue;
      if (!live.has(series) && !this.#live.has(series)) added++;
      live.add(series);
    }
    for (const series of this.#live) if (!live.has(series)) writeStale(series, nowMillis, out);
    this.#live = live;
    this.#forget();
    const told = this.#writeMetadata(families, out);
    return { scraped, afterRelabelling: samples.length, added, commit: () => (this.#metadata = told) };
  }

  /** Marks all series as gone. */
  writeGone(nowMillis: number, out: RequestEncoder): void {
    for (const series of this.#live) writeStale(series, nowMillis, out);
    this.#live = new Set();
  }

  #read(text: string, format: ExpositionFormat, nowMillis: number) {
    const { honorTimestamps, sampleLimit } = this.#options;
    const parser = new ExpositionParser(text, format);
    const samples: Sample[] = [];
    const starts = new Map<string, number>();
    const families = new Map<string, Family>();
    let [family, type]: [string, MetricType] = ["", "unknown"];
    let scraped = 0;
    for (let kind = parser.next(); kind; kind = parser.next()) {
      if (kind !== "sample") {
        const known = families.get(parser.family) ?? { type: "unknown", help: "", unit: "" };
        families.set(parser.family, known);
        if (kind === "help") known.help = parser.text;
        else if (kind === "unit") known.unit = parser.text;
        else [family, type] = [parser.family, (known.type = parser.type)];
        continue;
      }
      scraped++;
      const known = this.#textOf(parser, family, type, format);
      known.round = this.#round;
      if (known.isStart) starts.set(known.startKey, Math.round(parser.value * 1000));
      const { series } = known;
      if (!series) continue;
      const timestampMillis = (honorTimestamps ? parser.timestampMillis : undefined) ?? nowMillis;
      // A series that stands there twice: the first one counts.
      if (series.round === this.#round && series.lastTimestamp === timestampMillis) continue;
      series.round = this.#round;
      series.lastTimestamp = timestampMillis;
      const startKey = known.isStart ? "" : known.startKey;
      samples.push({ series, value: parser.value, timestampMillis, exemplar: parser.exemplar, startKey });
      if (sampleLimit > 0 && samples.length > sampleLimit)
        throw new ScrapeError(`sample limit exceeded: more than ${sampleLimit} samples after relabelling`);
    }
    return { samples, starts, families, scraped };
  }

  #textOf(parser: ExpositionParser, family: string, type: MetricType, format: ExpositionFormat): KnownText {
    const text = parser.series;
    // The type decides what a label le or quantile is.
    const key = type === "histogram" || type === "summary" ? `${type} ${text}` : text;
    const known = this.#texts.get(key);
    if (known) return known;
    const labels: LabelMap = new Map();
    const raw = parser.labels();
    for (let i = 0; i < raw.length; i += 2) labels.set(raw[i], raw[i + 1]);
    const name = labels.get(METRIC_NAME) as string;
    const isOfFamily = name === family || name.startsWith(`${family}_`);
    const bound = type === "histogram" ? "le" : type === "summary" ? "quantile" : undefined;
    if (bound && isOfFamily) normalizeBound(labels, bound);
    const hasStart = format === "openmetrics" && isOfFamily && WITH_START.includes(type);
    const startKey = hasStart ? startKeyOf(family, labels) : "";
    const isStart = hasStart && name === `${family}_created`;
    const made = { series: this.#seriesOf(labels), startKey, isStart, round: this.#round };
    this.#texts.set(key, made);
    return made;
  }

  /** Labels as they are stored; undefined = dropped. */
  #seriesOf(labels: LabelMap): KnownSeries | undefined {
    const { targetLabels, externalLabels, honorLabels, relabel } = this.#options;
    for (const [name, value] of Object.entries(targetLabels)) {
      if (labels.has(name)) {
        if (honorLabels) continue;
        let other = `exported_${name}`;
        while (labels.has(other) || other in targetLabels) other = `exported_${other}`;
        labels.set(other, labels.get(name) as string);
      }
      labels.set(name, value);
    }
    if (!relabel(labels)) return undefined;
    for (const [name, value] of labels) if (value === "") labels.delete(name);
    if (labels.size === 0) return undefined;
    this.#checkLabels(labels);
    for (const [name, value] of Object.entries(externalLabels))
      if (!labels.has(name) && value !== "") labels.set(name, value);
    const sorted = [...labels.keys()].sort().flatMap((name) => [name, labels.get(name) as string]);
    const key = labelsKey(sorted);
    let series = this.#known.get(key);
    if (!series) this.#known.set(key, (series = { labels: sorted, round: 0, lastTimestamp: 0 }));
    return series;
  }

  #checkLabels(labels: LabelMap): void {
    const { labelLimit, labelNameLengthLimit, labelValueLengthLimit, legacyNames } = this.#options;
    const name = labels.get(METRIC_NAME);
    if (name === undefined) throw new ScrapeError("a series has no name left after relabelling");
    if (
      legacyNames &&
      (NEEDS_QUOTES.test(name) || [...labels.keys()].some((each) => /[^a-zA-Z0-9_]|^[0-9]/.test(each)))
    )
      throw new ScrapeError(
        `${name} or one of its labels has a name that metric_name_validation_scheme legacy refuses`,
      );
    if (labelLimit > 0 && labels.size > labelLimit)
      throw new ScrapeError(`label limit exceeded: ${name} has ${labels.size} labels, more than ${labelLimit}`);
    for (const [label, value] of labels) {
      if (labelNameLengthLimit > 0 && Buffer.byteLength(label) > labelNameLengthLimit)
        throw new ScrapeError(
          `label name length limit exceeded: ${label} of ${name} is longer than ${labelNameLengthLimit}`,
        );
      if (labelValueLengthLimit > 0 && Buffer.byteLength(value) > labelValueLengthLimit)
        throw new ScrapeError(
          `label value length limit exceeded: ${label} of ${name} is longer than ${labelValueLengthLimit}`,
        );
    }
  }

  /** What a scrape that was right did not have is not kept. */
  #forget(): void {
    for (const [text, known] of this.#texts) if (known.round !== this.#round) this.#texts.delete(text);
    for (const [key, series] of this.#known) if (series.round !== this.#round) this.#known.delete(key);
  }

  /** Returns what is known to have been told when this is accepted. */
  #writeMetadata(families: ReadonlyMap<string, Family>, out: RequestEncoder): Map<string, string> {
    const told = new Map<string, string>();
    for (const [name, { type, help, unit }] of families) {
      const text = JSON.stringify([type, help, unit]);
      told.set(name, text);
      if (this.#metadata.get(name) !== text) out.family(name, type, help, unit);
    }
    return told;
  }
}

function writeStale({ labels }: KnownSeries, nowMillis: number, out: RequestEncoder): void {
  out.beginSeries(labels).staleSample(nowMillis).endSeries();
}

/** Targets write 1 or 1.0; it is stored in one way. */
function normalizeBound(labels: LabelMap, name: string): void {
  const value = parseFloatText(labels.get(name) ?? "");
  if (value !== undefined) labels.set(name, formatBound(value));
}

/** The same for all series of one metric: its labels without those that tell its series apart. */
function startKeyOf(family: string, labels: LabelMap): string {
  const rest = [...labels].filter(([name]) => name !== METRIC_NAME && name !== "le" && name !== "quantile");
  return JSON.stringify([family, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
