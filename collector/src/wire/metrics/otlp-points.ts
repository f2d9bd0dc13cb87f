/**
 * Data points of an ExportMetricsServiceRequest -> samples, histograms and exemplars of their series: numbers through a DataView, no string and
 * no object for a point whose stream is known. In: where a point lies, and what its metric says of it (otlp-samples.ts finds both).
 */
import { BYTES, FIXED64, malformed, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { skipField } from "../otlp/tags.ts";
import { LEAST_SCALE, nativeHistogram, type DenseBuckets } from "./exponential.ts";
import { MOST_LABEL_BYTES } from "./label-bounds.ts";
import { DATA, type MetricContext } from "./otlp-context.ts";
import { otlpExemplar } from "./otlp-exemplar.ts";
import { MOST_BUCKETS, readBuckets, readQuantile, Words, zigzag } from "./otlp-fields.ts";
import { formatBound } from "./otlp-labels.ts";
import type { OtlpStreams } from "./otlp-streams.ts";
import { describeSample, SampleRejections } from "./sample-rejections.ts";
import { COUNTER, REFUSED, STALE, VERDICT, type SampleSink, type Verdict } from "./sample-sink.ts";
import { millisAt, signedAt, unsignedAt } from "./words.ts";

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);
const FLAG_NO_RECORDED_VALUE = 1;

export class OtlpPoints {
  readonly #sink: SampleSink;
  readonly #streams: OtlpStreams;
  readonly #counts = new Words();
  readonly #bounds = new Words();

  // Of the request that is read.
  #bytes = NOTHING;
  #view = NO_VIEW;
  #rejections = new SampleRejections("data point");
  /** Of the metric that is read, as stored. */
  #name = "";
  /** Time of the newest point since somebody set it; unix milliseconds. */
  newest = 0;

  // Of the data point that is read: offsets of 8-byte values, -1 = absent.
  #time = -1;
  #start = -1;
  #flags = 0;
  #exemplarStart = -1;
  #exemplarEnd = -1;

  constructor(sink: SampleSink, streams: OtlpStreams) {
    this.#sink = sink;
    this.#streams = streams;
  }

  /** The caller owns the bytes, until it ends the request. @param rejections counts what is not taken of it */
  beginRequest(bytes: Uint8Array, view: DataView, rejections: SampleRejections): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#rejections = rejections;
  }

  endRequest(): void {
    this.#bytes = NOTHING;
    this.#view = NO_VIEW;
  }

  /** @param kind of the metric's data (DATA) @param metric number of the metric @throws DecodeError when the bytes are malformed */
  read(kind: number, metric: number, context: MetricContext, start: number, end: number): void {
    this.#name = context.name;
    if (kind === DATA.gauge || kind === DATA.sum) this.#readNumber(metric, context, start, end);
    else if (kind === DATA.histogram) this.#readHistogram(metric, context, start, end);
    else if (kind === DATA.exponential) this.#readExponential(metric, context, start, end);
    else this.#readSummary(metric, context, start, end);
  }

  #readNumber(metric: number, context: MetricContext, start: number, end: number): void {
    this.#begin();
    let double = -1;
    let integer = -1;
    const bytes = this.#bytes;
    let p = start;
    while (p < end) {
      switch (bytes[p]) {
        case 0x3a:
          p = this.#streams.attribute(p, end);
          break;
        case 0x11:
          this.#start = p + 1;
          p += 9;
          break;
        case 0x19:
          this.#time = p + 1;
          p += 9;
          break;
        case 0x21:
          double = p + 1;
          integer = -1;
          p += 9;
          break;
        case 0x31:
          integer = p + 1;
          double = -1;
          p += 9;
          break;
        default:
          p = this.#other(p, end, 5, 8);
      }
    }
    if (p > end) throw malformed("a data point that ends too early", start);
    const isStale = (this.#flags & FLAG_NO_RECORDED_VALUE) !== 0;
    const time = this.#timestamp(context);
    if (time === 0) return;
    if (!isStale && double < 0 && integer < 0) {
      this.#rejections.invalid(() => `a data point of "${context.otlpName}" has neither as_double nor as_int`);
      return;
    }
    const series = this.#seriesOf(metric, context, start, end, 0x3a);
    const value = isStale ? 0 : double >= 0 ? this.#view.getFloat64(double, true) : signedAt(this.#view, integer);
    this.#settle(this.#give(series, time, value, context.flags, isStale), series, time);
    if (this.#exemplarStart >= 0 && series !== REFUSED)
      for (const exemplar of this.#exemplars(5)) this.#sink.exemplar(series, exemplar);
  }

  /** Of a point that feeds one series. */
  #seriesOf(metric: number, context: MetricContext, start: number, end: number, tag: number): number {
    const streams = this.#streams;
    const at = streams.find(metric, start, end, tag);
    return streams.seriesAt(at >= 0 ? at : streams.add(metric, [streams.labels(context, context.name)]));
  }

  #readHistogram(metric: number, context: MetricContext, start: number, end: number): void {
    this.#begin();
    const bytes = this.#bytes;
    let count = -1;
    let sum = -1;
    const counts = this.#counts.clear();
    const bounds = this.#bounds.clear();
    let p = start;
    while (p < end) {
      switch (bytes[p]) {
        case 0x4a:
          p = this.#streams.attribute(p, end);
          break;
        case 0x11:
          this.#start = p + 1;
          p += 9;
          break;
        case 0x19:
          this.#time = p + 1;
          p += 9;
          break;
        case 0x21:
          count = p + 1;
          p += 9;
          break;
        case 0x29:
          sum = p + 1;
          p += 9;
          break;
        case 0x31:
        case 0x32:
          p = counts.add(bytes, p, end);
          break;
        case 0x39:
        case 0x3a:
          p = bounds.add(bytes, p, end);
          break;
        default:
          p = this.#other(p, end, 8, 10);
      }
    }
    if (p > end) throw malformed("a data point that ends too early", start);
    const isStale = (this.#flags & FLAG_NO_RECORDED_VALUE) !== 0;
    const time = this.#timestamp(context);
    if (time === 0) return;
    const boundCount = bounds.count;
    if (!isStale && counts.count !== boundCount + 1 && (counts.count > 0 || boundCount > 0)) {
      this.#rejections.invalid(
        () => `a histogram of "${context.otlpName}" has ${counts.count} bucket counts for ${boundCount} bounds`,
      );
      return;
    }
    const streams = this.#streams;
    const known = streams.findWithBounds(metric, start, end, 0x4a, bounds);
    if (known < 0 && !this.#doBoundsAscend()) {
      this.#rejections.invalid(() => `a histogram of "${context.otlpName}" has bounds that do not ascend`);
      return;
    }
    const at = known >= 0 ? known : this.#addHistogram(metric, context);
    const view = this.#view;
    const { flags } = context;
    // In the order of addHistogram: count, sum, buckets by rising bound, +Inf.
    const total = count < 0 ? 0 : unsignedAt(view, count);
    let verdict: Verdict = this.#give(streams.seriesAt(at), time, total, flags, isStale);
    let bad = streams.seriesAt(at);
    const put = (index: number, value: number): void => {
      const next = this.#give(streams.seriesAt(index), time, value, flags, isStale);
      if (verdict !== VERDICT.taken || next === VERDICT.taken) return;
      verdict = next;
      bad = streams.seriesAt(index);
    };
    if (sum >= 0 || isStale) put(at + 1, isStale ? 0 : view.getFloat64(sum, true));
    let cumulative = 0;
    for (let i = 0; i < boundCount; i++) {
      if (i < counts.count) cumulative += unsignedAt(view, counts.at(i));
      put(at + 2 + i, cumulative);
    }
    put(at + 2 + boundCount, total);
    this.#settle(verdict, bad, time);
    if (this.#exemplarStart < 0) return;
    for (const exemplar of this.#exemplars(8)) {
      let bucket = 0;
      while (bucket < boundCount && exemplar.value > view.getFloat64(bounds.at(bucket), true)) bucket++;
      if (streams.seriesAt(at + 2 + bucket) !== REFUSED)
        this.#sink.exemplar(streams.seriesAt(at + 2 + bucket), exemplar);
    }
  }

  /** Looked at before a stream is added: those of a known one are the same. */
  #doBoundsAscend(): boolean {
    let before = NaN;
    for (let i = 0; i < this.#bounds.count; i++) {
      const bound = this.#view.getFloat64(this.#bounds.at(i), true);
      if (Number.isNaN(bound) || bound <= before) return false;
      before = bound;
    }
    return true;
  }

  /** Returns where its series begin. */
  #addHistogram(metric: number, context: MetricContext): number {
    const { name } = context;
    const bounds = Array.from({ length: this.#bounds.count }, (_, i) =>
      formatBound(this.#view.getFloat64(this.#bounds.at(i), true)),
    );
    const streams = this.#streams;
    return streams.add(metric, [
      streams.labels(context, `${name}_count`),
      streams.labels(context, `${name}_sum`),
      ...[...bounds, "+Inf"].map((le) => streams.labels(context, `${name}_bucket`, { le })),
    ]);
  }

  #readExponential(metric: number, context: MetricContext, start: number, end: number): void {
    this.#begin();
    const reader = new ProtoReader(this.#bytes, start, end);
    let [count, sum, scale, zeroCount, zeroThreshold] = [0, 0, 0, 0, 0];
    let positive: DenseBuckets = { offset: 0, counts: [] };
    let negative: DenseBuckets = { offset: 0, counts: [] };
    while (reader.next()) {
      const { field, wire, tagStart, valueStart: value } = reader;
      if (field === 1 && wire === BYTES) this.#streams.attribute(tagStart, end);
      else if (field === 2 && wire === FIXED64) this.#start = value;
      else if (field === 3 && wire === FIXED64) this.#time = value;
      else if (field === 4 && wire === FIXED64) count = unsignedAt(this.#view, value);
      else if (field === 5 && wire === FIXED64) sum = this.#view.getFloat64(value, true);
      else if (field === 6 && wire === VARINT) scale = zigzag(reader.uint32());
      else if (field === 7 && wire === FIXED64) zeroCount = unsignedAt(this.#view, value);
      else if (field === 8 && wire === BYTES) positive = readBuckets(reader.message());
      else if (field === 9 && wire === BYTES) negative = readBuckets(reader.message());
      else if (field === 10 && wire === VARINT) this.#flags = reader.uint32();
      else if (field === 11 && wire === BYTES) this.#exemplar(tagStart, reader.pos);
      else if (field === 14 && wire === FIXED64) zeroThreshold = this.#view.getFloat64(value, true);
    }
    const isStale = (this.#flags & FLAG_NO_RECORDED_VALUE) !== 0;
    const time = this.#timestamp(context);
    if (time === 0) return;
    if (!isStale && (scale < LEAST_SCALE || Math.max(positive.counts.length, negative.counts.length) > MOST_BUCKETS)) {
      const why =
        scale < LEAST_SCALE ? `the scale ${scale}, below ${LEAST_SCALE}` : `more than ${MOST_BUCKETS} buckets`;
      this.#rejections.invalid(() => `an exponential histogram of "${context.otlpName}" has ${why}`);
      return;
    }
    const series = this.#seriesOf(metric, context, start, end, 0x0a);
    if (isStale || series === REFUSED) this.#settle(this.#give(series, time, 0, context.flags, isStale), series, time);
    else {
      const histogram = nativeHistogram({ scale, count, sum, zeroCount, zeroThreshold, positive, negative });
      this.#settle(
        this.#sink.histogram(series, time, histogram, this.#startMillis(context.flags), context.flags),
        series,
        time,
      );
    }
    if (this.#exemplarStart >= 0 && series !== REFUSED)
      for (const exemplar of this.#exemplars(11)) this.#sink.exemplar(series, exemplar);
  }

  #readSummary(metric: number, context: MetricContext, start: number, end: number): void {
    this.#begin();
    const reader = new ProtoReader(this.#bytes, start, end);
    const quantiles: { quantile: number; value: number }[] = [];
    let [count, sum] = [0, 0];
    while (reader.next()) {
      const { field, wire, tagStart, valueStart: value } = reader;
      if (field === 7 && wire === BYTES) this.#streams.attribute(tagStart, end);
      else if (field === 2 && wire === FIXED64) this.#start = value;
      else if (field === 3 && wire === FIXED64) this.#time = value;
      else if (field === 4 && wire === FIXED64) count = unsignedAt(this.#view, value);
      else if (field === 5 && wire === FIXED64) sum = this.#view.getFloat64(value, true);
      else if (field === 6 && wire === BYTES) quantiles.push(readQuantile(reader.message()));
      else if (field === 8 && wire === VARINT) this.#flags = reader.uint32();
    }
    const isStale = (this.#flags & FLAG_NO_RECORDED_VALUE) !== 0;
    const time = this.#timestamp(context);
    if (time === 0) return;
    // The quantiles belong to what identifies the stream, in place of bounds.
    let length = 0;
    const streams = this.#streams;
    streams.scratch.room(quantiles.length * 8);
    for (const { quantile } of quantiles) {
      streams.scratch.view.setFloat64(length, quantile, true);
      length += 8;
    }
    const { name } = context;
    const known = streams.find(metric, start, end, 0x3a, length);
    const at =
      known >= 0
        ? known
        : streams.add(metric, [
            streams.labels(context, `${name}_count`),
            streams.labels(context, `${name}_sum`),
            ...quantiles.map(({ quantile }) => streams.labels(context, name, { quantile: formatBound(quantile) })),
          ]);
    let verdict: Verdict = VERDICT.taken;
    let bad = streams.seriesAt(at);
    [count, sum, ...quantiles.map(({ value }) => value)].forEach((value, i) => {
      const next = this.#give(streams.seriesAt(at + i), time, value, i < 2 ? COUNTER : 0, isStale);
      if (verdict !== VERDICT.taken || next === VERDICT.taken) return;
      verdict = next;
      bad = streams.seriesAt(at + i);
    });
    this.#settle(verdict, bad, time);
  }

  #begin(): void {
    this.#streams.beginPoint();
    this.#time = this.#start = this.#exemplarStart = this.#exemplarEnd = -1;
    this.#flags = 0;
  }

  #exemplar(start: number, end: number): void {
    if (this.#exemplarStart < 0) this.#exemplarStart = start;
    this.#exemplarEnd = end;
  }

  /** A field of a data point that few have. */
  #other(p: number, end: number, exemplars: number, flags: number): number {
    const next = skipField(this.#bytes, p, end);
    const tag = this.#bytes[p];
    if (tag === exemplars * 8 + BYTES) this.#exemplar(p, next);
    else if (tag === flags * 8 + VARINT) {
      const reader = new ProtoReader(this.#bytes, p, next);
      if (reader.next()) this.#flags = reader.uint32();
    }
    return next;
  }

  /** 0 = the point has no time, or too much of attributes, which is counted. */
  #timestamp(context: MetricContext): number {
    const time = this.#time < 0 ? 0 : millisAt(this.#view, this.#time);
    if (time === 0) this.#rejections.invalid(() => `a data point of "${context.otlpName}" has no time`);
    const length = this.#streams.attributeBytes;
    if (length > MOST_LABEL_BYTES) {
      this.#rejections.invalid(
        () => `a data point of "${context.otlpName}" has attributes of ${length} bytes, more than ${MOST_LABEL_BYTES}`,
      );
      return 0;
    }
    if (time > this.newest) this.newest = time;
    return time;
  }

  #startMillis(flags: number): number {
    return (flags & COUNTER) === 0 || this.#start < 0 ? 0 : millisAt(this.#view, this.#start);
  }

  #give(series: number, time: number, value: number, flags: number, isStale: boolean): Verdict {
    if (series === REFUSED) return VERDICT.refused;
    return this.#sink.sample(series, time, value, this.#startMillis(flags), isStale ? flags | STALE : flags);
  }

  #settle(verdict: Verdict, series: number, time: number): void {
    if (verdict === VERDICT.taken) return;
    this.#rejections.add(verdict, () =>
      series === REFUSED ? `a new series of "${this.#name}"` : describeSample(this.#sink.labelsOf(series), time),
    );
  }

  #exemplars(field: number) {
    const found = [];
    const reader = new ProtoReader(this.#bytes, this.#exemplarStart, this.#exemplarEnd);
    while (reader.next())
      if (reader.field === field && reader.wire === BYTES) found.push(otlpExemplar(reader.message()));
    return found;
  }
}
