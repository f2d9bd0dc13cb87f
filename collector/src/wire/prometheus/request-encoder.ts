/**
 * Writes an io.prometheus.write.v2.Request (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0): the form in which samples with
 * Prometheus' names and labels go down the pipeline. In: labels, samples, histograms, exemplars, metadata, series by series; out: bytes
 * in which the table of symbols stands before the series. Knows no transport.
 *
 * What it promises to readers of the bytes: symbol 0 is ""; a series' labels are sorted by name (code units), each name once, no value
 * empty. A series with metadata and nothing else tells of a metric family: its one label is the family's name.
 */
import { BYTES, ProtoWriter, VARINT } from "../../base/protobuf.ts";
import { METRIC_NAME, type Labels } from "../../model/labels.ts";
import { METRIC_TYPES, type MetricType } from "../../model/metric-type.ts";
import type { BucketSpan, CounterResetHint, NativeHistogram } from "../../model/native-histogram.ts";
import { V2 } from "./fields.ts";

/** The NaN that marks a series as gone, in two words: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0 (stale markers). */
export const STALE_NAN = { low: 2, high: 0x7ff00000 } as const;

const RESET_HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

export interface EncodedRequest {
  readonly bytes: Uint8Array;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

export class RequestEncoder {
  readonly #symbols = new Map<string, number>([["", 0]]);
  readonly #series = new ProtoWriter(4096);
  #open = -1;
  #samples = 0;
  #histograms = 0;
  #exemplars = 0;

  /** @param labels as {@link Labels} promises */
  beginSeries(labels: Labels): this {
    this.#open = this.#series.begin(V2.request.timeseries);
    this.#refs(V2.series.labelsRefs, labels);
    return this;
  }

  endSeries(): this {
    this.#series.end(this.#open);
    return this;
  }

  /** A sample by the two words of its value, so that no NaN loses what it says. @param startMillis 0 = unknown */
  sampleBits(low: number, high: number, timestampMillis: number, startMillis = 0): this {
    const start = this.#series.begin(V2.series.samples);
    this.#series.fixed64Field(V2.sample.value, low, high);
    this.#int64(V2.sample.timestamp, timestampMillis);
    if (startMillis !== 0) this.#int64(V2.sample.startTimestamp, startMillis);
    this.#series.end(start);
    this.#samples++;
    return this;
  }

  sample(value: number, timestampMillis: number, startMillis = 0): this {
    SCRATCH.setFloat64(0, value, true);
    return this.sampleBits(SCRATCH.getUint32(0, true), SCRATCH.getUint32(4, true), timestampMillis, startMillis);
  }

  staleSample(timestampMillis: number): this {
    return this.sampleBits(STALE_NAN.low, STALE_NAN.high, timestampMillis);
  }

  /** A histogram whose counts are doubles. */
  histogram(histogram: NativeHistogram, timestampMillis: number, startMillis = 0): this {
    const out = this.#series;
    const start = out.begin(V2.series.histograms);
    out.doubleField(2, histogram.count).doubleField(3, histogram.sum);
    if (histogram.schema !== 0) out.tag(4, VARINT).varint(zigzag(histogram.schema));
    out.doubleField(5, histogram.zeroThreshold).doubleField(7, histogram.zeroCount);
    this.#spans(8, histogram.negativeSpans);
    this.#doubles(10, histogram.negativeBuckets);
    this.#spans(11, histogram.positiveSpans);
    this.#doubles(13, histogram.positiveBuckets);
    out.uint32Field(14, RESET_HINTS.indexOf(histogram.counterResetHint));
    this.#int64(15, timestampMillis);
    this.#doubles(16, histogram.customValues ?? []);
    if (startMillis !== 0) this.#int64(17, startMillis);
    out.end(start);
    this.#histograms++;
    return this;
  }

  /** A histogram as it came, 1.0 or 2.0: the messages are the same up to the start time. */
  rawHistogram(bytes: Uint8Array, start: number, end: number): this {
    this.#series.bytesField(V2.series.histograms, bytes, start, end - start);
    this.#histograms++;
    return this;
  }

  exemplar(labels: Labels, value: number, timestampMillis: number): this {
    const start = this.#series.begin(V2.series.exemplars);
    this.#refs(V2.exemplar.labelsRefs, labels);
    this.#series.doubleField(V2.exemplar.value, value);
    this.#int64(V2.exemplar.timestamp, timestampMillis);
    this.#series.end(start);
    this.#exemplars++;
    return this;
  }

  metadata(type: MetricType, help: string, unit: string): this {
    const start = this.#series.begin(V2.series.metadata);
    this.#series.uint32Field(V2.metadata.type, METRIC_TYPES.indexOf(type));
    if (help !== "") this.#series.uint32Field(V2.metadata.help, this.#symbol(help));
    if (unit !== "") this.#series.uint32Field(V2.metadata.unit, this.#symbol(unit));
    this.#series.end(start);
    return this;
  }

  /** What is known of a metric family, as a series without samples. */
  family(name: string, type: MetricType, help: string, unit: string): this {
    return this.beginSeries([METRIC_NAME, name]).metadata(type, help, unit).endSeries();
  }

  get counts(): { readonly samples: number; readonly histograms: number; readonly exemplars: number } {
    return { samples: this.#samples, histograms: this.#histograms, exemplars: this.#exemplars };
  }

  finish(): EncodedRequest {
    const { out } = this.#series;
    const request = new ProtoWriter(out.length + this.#symbols.size * 24);
    for (const symbol of this.#symbols.keys()) request.stringField(V2.request.symbols, symbol);
    request.raw(out.values, 0, out.length);
    return { bytes: request.finish(), ...this.counts };
  }

  #symbol(text: string): number {
    let ref = this.#symbols.get(text);
    if (ref === undefined) this.#symbols.set(text, (ref = this.#symbols.size));
    return ref;
  }

  #refs(field: number, labels: Labels): void {
    if (labels.length === 0) return;
    const start = this.#series.begin(field);
    for (const text of labels) this.#series.varint(this.#symbol(text));
    this.#series.end(start);
  }

  #int64(field: number, value: number): void {
    if (value === 0) return;
    this.#series.tag(field, VARINT);
    if (value > 0) this.#series.varint(value);
    else this.#series.varint64(BigInt(value));
  }

  #spans(field: number, spans: readonly BucketSpan[]): void {
    for (const { offset, length } of spans) {
      const start = this.#series.begin(field);
      if (offset !== 0) this.#series.tag(1, VARINT).varint(zigzag(offset));
      this.#series.uint32Field(2, length).end(start);
    }
  }

  #doubles(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    this.#series.tag(field, BYTES).varint(values.length * 8);
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of values.entries()) view.setFloat64(i * 8, value, true);
    this.#series.raw(bytes);
  }
}

const SCRATCH = new DataView(new ArrayBuffer(8));

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
