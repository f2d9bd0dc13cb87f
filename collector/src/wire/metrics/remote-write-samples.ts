/**
 * Bytes of an io.prometheus.write.v2.Request -> samples; names and labels verbatim. The request's symbols are looked up once each, then a
 * series is known by the numbers of its symbols: one met before costs no string.
 * https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, decodeText, FIXED64, malformed, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { labelsOf, labelValue, METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { Exemplar } from "../../model/metric-facts.ts";
import { METRIC_TYPES, type MetricType } from "../../model/metric-type.ts";
import { V2 } from "../prometheus/fields.ts";
import { STALE_NAN } from "../prometheus/request-encoder.ts";
import { MOST_LABEL_BYTES } from "./label-bounds.ts";
import { nativeHistogramOf } from "./remote-write-histogram.ts";
import { describeSample, SampleRejections, type SampleOutcome } from "./sample-rejections.ts";
import { COUNTER, REFUSED, STALE, VERDICT, type SampleSink, type Verdict } from "./sample-sink.ts";
import { StreamTable } from "./stream-table.ts";

const NOTHING = new Uint8Array(0);
const TWO_32 = 4294967296;
const MOST_SHOWN = 200;

export class RemoteWriteSamples {
  readonly #sink: SampleSink;
  readonly #symbols = new ByteInterner(5);
  readonly #streams = new StreamTable();
  /** Family, type, help and unit that were told already, by their symbols. */
  readonly #told = new Set<string>();
  #key = new Uint8Array(256);
  #keyView = new DataView(this.#key.buffer);
  /** Of the key of the series that is read. */
  #keyLength = 0;

  // Of the request that is read: where its symbols lie, and their numbers (-1 = not looked up yet).
  #bytes: Uint8Array = NOTHING;
  #view: DataView = this.#keyView;
  #ranges: number[] = [];
  #ids: number[] = [];
  #rejections = new SampleRejections("sample");

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  get sizeBytes(): number {
    return this.#symbols.arena.length + this.#symbols.size * 20 + this.#streams.sizeBytes + this.#told.size * 100;
  }

  /** @throws DecodeError when the bytes are malformed; samples before that place have then been handed over */
  read(bytes: Uint8Array): SampleOutcome {
    const rejections = (this.#rejections = new SampleRejections("sample"));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#ranges.length = this.#ids.length = 0;
    const request = new ProtoReader(bytes);
    // All symbols first, wherever they stand.
    while (request.next()) {
      if (request.field !== V2.request.symbols || request.wire !== BYTES) continue;
      this.#ranges.push(request.valueStart, request.valueEnd);
      this.#ids.push(-1);
    }
    request.reset(bytes, 0, bytes.length);
    while (request.next())
      if (request.field === V2.request.timeseries && request.wire === BYTES)
        this.#readSeries(request.valueStart, request.valueEnd);
    this.#bytes = NOTHING;
    this.#view = this.#keyView;
    return rejections;
  }

  readonly #series = new ProtoReader(NOTHING);
  readonly #item = new ProtoReader(NOTHING);

  #readSeries(start: number, end: number): void {
    const reader = this.#series.reset(this.#bytes, start, end);
    let created = 0;
    let type = 0;
    let length = 0;
    let problem = "";
    let metadata: [number, number] | undefined;
    let points = 0;
    while (reader.next()) {
      const { field, wire } = reader;
      if (field === V2.series.labelsRefs) {
        const next = this.#labelKey(reader, length);
        if (next < 0) problem = "a series refers to a symbol that the request doesn't have";
        else length = next;
      } else if ((field === V2.series.samples || field === V2.series.histograms) && wire === BYTES) points++;
      else if (field === V2.series.metadata && wire === BYTES) metadata = [reader.valueStart, reader.valueEnd];
      else if (field === V2.series.created && wire === VARINT) created = this.#int64(reader);
    }
    // A series with nothing but metadata tells of the family that its name is.
    if (metadata && points === 0) {
      if (problem === "") this.#readMetadata(this.#textsOf(length), REFUSED, ...metadata);
      return;
    }
    this.#keyLength = length;
    if (metadata) type = this.#metadataType(...metadata);
    const stream = problem === "" ? this.#streamOf(length) : { series: REFUSED, problem };
    if (stream.problem !== "") {
      for (; points > 0; points--) this.#rejections.invalid(() => stream.problem);
      return;
    }
    const { series } = stream;
    if (metadata && series !== REFUSED) this.#readMetadata(undefined, series, ...metadata);
    const flags =
      type === METRIC_TYPES.indexOf("gauge") || type === METRIC_TYPES.indexOf("gaugehistogram") ? 0 : COUNTER;
    reader.reset(this.#bytes, start, end);
    while (reader.next()) {
      const { field, wire, valueStart, valueEnd } = reader;
      if (wire !== BYTES) continue;
      if (field === V2.series.samples) this.#readSample(series, valueStart, valueEnd, created, flags);
      else if (field === V2.series.histograms) this.#readHistogram(series, valueStart, valueEnd, created, flags);
      else if (field === V2.series.exemplars && series !== REFUSED) this.#readExemplar(series, valueStart, valueEnd);
    }
  }

  #readSample(series: number, start: number, end: number, created: number, flags: number): void {
    const item = this.#item.reset(this.#bytes, start, end);
    let value = -1;
    let timestamp = 0;
    while (item.next()) {
      if (item.field === 1 && item.wire === FIXED64) value = item.valueStart;
      else if (item.field === 2 && item.wire === VARINT) timestamp = this.#int64(item);
      else if (item.field === 3 && item.wire === VARINT) created = this.#int64(item);
    }
    let verdict: Verdict = VERDICT.refused;
    if (series !== REFUSED) {
      const isStale =
        value >= 0 &&
        this.#view.getUint32(value + 4, true) === STALE_NAN.high &&
        this.#view.getUint32(value, true) === STALE_NAN.low;
      const number = value < 0 ? 0 : isStale ? 0 : this.#view.getFloat64(value, true);
      verdict = this.#sink.sample(series, timestamp, number, created, isStale ? flags | STALE : flags);
    }
    this.#settle(verdict, series, timestamp);
  }

  #readHistogram(series: number, start: number, end: number, created: number, flags: number): void {
    const message = new ProtoReader(this.#bytes, start, end);
    const { histogram, timestamp, startTimestamp, isStale, problem } = nativeHistogramOf(message);
    if (problem !== "") {
      this.#rejections.invalid(() => problem);
      return;
    }
    let verdict: Verdict = VERDICT.refused;
    if (series !== REFUSED) {
      const began = startTimestamp !== 0 ? startTimestamp : created;
      verdict = isStale
        ? this.#sink.sample(series, timestamp, 0, 0, STALE)
        : this.#sink.histogram(series, timestamp, histogram, began, histogram.counterResetHint === "gauge" ? 0 : flags);
    }
    this.#settle(verdict, series, timestamp);
  }

  #readExemplar(series: number, start: number, end: number): void {
    const item = this.#item.reset(this.#bytes, start, end);
    const refs: number[] = [];
    let [value, timestampMillis] = [0, 0];
    while (item.next()) {
      if (item.field === 1) refs.push(...uint32s(item));
      else if (item.field === 2 && item.wire === FIXED64) value = this.#view.getFloat64(item.valueStart, true);
      else if (item.field === 3 && item.wire === VARINT) timestampMillis = this.#int64(item);
    }
    if (refs.some((ref) => ref >= this.#ids.length)) return;
    const exemplar: Exemplar = { labels: this.#labelsOfRefs(refs), value, timestampMillis };
    this.#sink.exemplar(series, exemplar);
  }

  #metadataType(start: number, end: number): number {
    const item = this.#item.reset(this.#bytes, start, end);
    let type = 0;
    while (item.next()) if (item.field === 1 && item.wire === VARINT) type = item.uint32();
    return type < METRIC_TYPES.length ? type : 0;
  }

  /** @param family its labels, where nothing but metadata is told; else the series */
  #readMetadata(family: readonly string[] | undefined, series: number, start: number, end: number): void {
    const item = this.#item.reset(this.#bytes, start, end);
    let [type, help, unit] = [0, 0, 0];
    while (item.next()) {
      if (item.wire !== VARINT) continue;
      if (item.field === V2.metadata.type) type = item.uint32();
      else if (item.field === V2.metadata.help) help = item.uint32();
      else if (item.field === V2.metadata.unit) unit = item.uint32();
    }
    if (help >= this.#ids.length || unit >= this.#ids.length) return;
    if (type === 0 && help === 0 && unit === 0) return;
    const told = `${family ? family.join("\0") : series} ${type} ${this.#symbolId(help)} ${this.#symbolId(unit)}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    const named = METRIC_TYPES[type] ?? "unknown";
    const name = labelValue(family ?? this.#sink.labelsOf(series), METRIC_NAME);
    if (name === "") return;
    this.#sink.metadata({
      metric: family ? name : familyOf(name, named),
      type: named,
      help: this.#text(help),
      unit: this.#text(unit),
    });
  }

  /** Appends the symbols' numbers to the key; returns its length, or -1 where there is no such symbol. */
  #labelKey(reader: ProtoReader, length: number): number {
    const { bytes } = this.#series;
    if (reader.wire === VARINT) return this.#pushSymbol(reader.uint32(), length);
    if (reader.wire !== BYTES) return length;
    const { valueEnd } = reader;
    for (let p = reader.valueStart; p < valueEnd;) {
      let ref = 0;
      let scale = 1;
      for (;;) {
        if (p >= valueEnd || scale > TWO_32) throw malformed("a truncated number", p);
        const byte = bytes[p++];
        ref += (byte & 0x7f) * scale;
        if (byte < 0x80) break;
        scale *= 128;
      }
      length = this.#pushSymbol(ref, length);
      if (length < 0) return -1;
    }
    return length;
  }

  #pushSymbol(ref: number, length: number): number {
    if (ref >= this.#ids.length) return -1;
    if (length + 4 > this.#key.length) {
      const grown = new Uint8Array(this.#key.length * 2);
      grown.set(this.#key);
      this.#key = grown;
      this.#keyView = new DataView(grown.buffer);
    }
    this.#keyView.setUint32(length, this.#symbolId(ref), true);
    return length + 4;
  }

  /** The symbol's number over all requests. */
  #symbolId(ref: number): number {
    let id = this.#ids[ref];
    if (id < 0) {
      const start = this.#ranges[ref * 2];
      id = this.#ids[ref] = this.#symbols.intern(this.#bytes, start, this.#ranges[ref * 2 + 1] - start);
    }
    return id;
  }

  #text(ref: number): string {
    return decodeText(this.#bytes, this.#ranges[ref * 2], this.#ranges[ref * 2 + 1]);
  }

  #streamOf(length: number): { series: number; problem: string } {
    const stream = this.#streams.find(0, this.#keyView, 0, length);
    if (stream >= 0) return { series: this.#streams.series.values[this.#streams.first.values[stream]], problem: "" };
    const labels = this.#textsOf(length);
    const problem = problemOf(labels);
    if (problem !== "") return { series: REFUSED, problem };
    const series = this.#sink.seriesOf(sorted(labels));
    this.#streams.add(0, this.#key, 0, length);
    this.#streams.series.push(series);
    this.#streams.end();
    return { series, problem: "" };
  }

  /** The first symbols of the key. */
  #textsOf(length: number): string[] {
    const texts: string[] = [];
    for (let at = 0; at < length; at += 4) {
      const view = this.#symbols.view(this.#keyView.getUint32(at, true));
      texts.push(decodeText(view, 0, view.length));
    }
    return texts;
  }

  #labelsOfRefs(refs: readonly number[]): Labels {
    const record: Record<string, string> = Object.create(null);
    for (let i = 0; i + 1 < refs.length; i += 2) record[this.#text(refs[i])] = this.#text(refs[i + 1]);
    return labelsOf(record);
  }

  #settle(verdict: Verdict, series: number, timestamp: number): void {
    if (verdict === VERDICT.taken) return;
    this.#rejections.add(verdict, () =>
      series === REFUSED
        ? `the new series ${describeSample(this.#textsOf(this.#keyLength), timestamp)}`
        : describeSample(this.#sink.labelsOf(series), timestamp),
    );
  }

  /** Of the current varint; exact within ±2^53. */
  #int64(reader: ProtoReader): number {
    const { low, high } = reader.varintWords();
    return (high | 0) * TWO_32 + low;
  }
}

function uint32s(reader: ProtoReader): number[] {
  if (reader.wire === VARINT) return [reader.uint32()];
  if (reader.wire !== BYTES) return [];
  const numbers: number[] = [];
  // Packed varints read as fields need a tag: they are taken by hand.
  for (let p = reader.valueStart; p < reader.valueEnd;) {
    let number = 0;
    for (let scale = 1; p < reader.valueEnd && scale <= TWO_32; scale *= 128) {
      const byte = reader.bytes[p++];
      number += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    numbers.push(number);
  }
  return numbers;
}

/** "" = the labels may stand as they are, but for their order. */
function problemOf(labels: readonly string[]): string {
  if (labels.length % 2 !== 0) return "a series has a label without a value";
  const names = new Set<string>();
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === "") return "a series has a label without a name";
    if (names.has(labels[i])) return `a series has the label "${labels[i]}" twice`;
    if (labels[i].includes("\0") || labels[i + 1].includes("\0")) return "a label holds the character U+0000";
    names.add(labels[i]);
  }
  const name = labels[labels.findIndex((text, i) => i % 2 === 0 && text === METRIC_NAME) + 1];
  const length = labels.reduce((sum, text) => sum + text.length, 0);
  if (length > MOST_LABEL_BYTES)
    return `a series of "${name.slice(0, MOST_SHOWN)}" has labels of ${length} characters, more than ${MOST_LABEL_BYTES}`;
  return names.has(METRIC_NAME) && name !== "" ? "" : "a series has no metric name (label __name__)";
}

function sorted(labels: readonly string[]): Labels {
  const record: Record<string, string> = Object.create(null);
  for (let i = 0; i < labels.length; i += 2) record[labels[i]] = labels[i + 1];
  return labelsOf(record);
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_count", "_sum", "_created"],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  summary: ["_count", "_sum", "_created"],
};

/** The family a series belongs to: its name without what its type adds. */
export function familyOf(name: string, type: MetricType): string {
  const suffix = SUFFIXES[type]?.find((each) => name.endsWith(each));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}
