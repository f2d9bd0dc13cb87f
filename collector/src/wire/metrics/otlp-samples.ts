/**
 * Bytes of an ExportMetricsServiceRequest -> samples, in one pass: fields by their tags, numbers through a DataView, streams by the bytes of
 * their attributes. A stream met before costs no string and no object. The bytes were checked when they were received (scan-metrics.ts).
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, FIXED64, malformed, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { skipField } from "../otlp/tags.ts";
import { MOST_BUCKETS, readBuckets, readQuantile, Words, zigzag } from "./otlp-fields.ts";
import { otlpExemplar } from "./otlp-exemplar.ts";
import { DATA, metricContext, MetricParts, type MetricContext } from "./otlp-context.ts";
import { formatBound, resourceLabels, type ResourceLabels } from "./otlp-labels.ts";
import { MOST_LABEL_BYTES } from "./label-bounds.ts";
import { LEAST_SCALE, nativeHistogram, type DenseBuckets } from "./exponential.ts";
import { describeSample, SampleRejections, type SampleOutcome } from "./sample-rejections.ts";
import { COUNTER, REFUSED, STALE, VERDICT, type SampleSink, type Verdict } from "./sample-sink.ts";
import { OtlpStreams } from "./otlp-streams.ts";
import { millisAt, signedAt, unsignedAt } from "./words.ts";

const NOTHING = new Uint8Array(0);
const FLAG_NO_RECORDED_VALUE = 1;

interface Resource {
  readonly labels: ResourceLabels;
  /** Series of target_info; -1 = not asked for yet. */
  targetInfo: number;
}

export class OtlpSamples {
  readonly #sink: SampleSink;
  readonly #resources = new ByteInterner(1);
  readonly #resourceOf: Resource[] = [];
  readonly #scopes = new ByteInterner(2);
  readonly #metrics = new ByteInterner(3);
  readonly #contextOf: MetricContext[] = [];
  readonly #streams: OtlpStreams;
  readonly #parts = new MetricParts();

  // Of the request that is read.
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #rejections = new SampleRejections("data point");
  #newest = 0;
  /** Of the metric that is read, as stored. */
  #name = "";

  // Of the data point that is read: offsets of 8-byte values, -1 = absent.
  #time = -1;
  #start = -1;
  #flags = 0;
  #exemplarStart = -1;
  #exemplarEnd = -1;

  constructor(sink: SampleSink) {
    this.#sink = sink;
    this.#streams = new OtlpStreams(sink);
  }

  /** Of what is remembered of resources, metrics and streams. */
  get sizeBytes(): number {
    const { arena: a } = this.#resources;
    const { arena: b } = this.#scopes;
    const { arena: c } = this.#metrics;
    return a.length + b.length + c.length + this.#contextOf.length * 500 + this.#streams.sizeBytes;
  }

  /** @throws DecodeError when the bytes are malformed; samples before that place have then been handed over */
  read(bytes: Uint8Array): SampleOutcome {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#streams.beginRequest(bytes, this.#view);
    const rejections = (this.#rejections = new SampleRejections("data point"));
    const request = new ProtoReader(bytes);
    while (request.next())
      if (request.field === 1 && request.wire === BYTES) this.#readResource(request.valueStart, request.valueEnd);
    this.#bytes = NOTHING;
    this.#view = new DataView(NOTHING.buffer);
    this.#streams.beginRequest(NOTHING, this.#view);
    return rejections;
  }

  #readResource(start: number, end: number): void {
    const bytes = this.#bytes;
    const reader = new ProtoReader(bytes, start, end);
    let [from, to] = [start, start];
    while (reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      from = reader.valueStart;
      to = reader.valueEnd;
    }
    let id = this.#resources.find(bytes, from, to - from);
    if (id < 0) {
      // Before it is known: its attributes may be malformed.
      const labels = resourceLabels(bytes, from, to);
      id = this.#resources.intern(bytes, from, to - from);
      this.#resourceOf.push({ labels, targetInfo: -1 });
    }
    this.#newest = 0;
    reader.reset(bytes, start, end);
    while (reader.next())
      if (reader.field === 2 && reader.wire === BYTES) this.#readScope(id, reader.valueStart, reader.valueEnd);
    this.#writeTargetInfo(this.#resourceOf[id]);
  }

  /** One sample for each request and resource, at its newest point's time. */
  #writeTargetInfo(resource: Resource): void {
    const { targetInfo } = resource.labels;
    if (targetInfo === undefined || this.#newest <= 0) return;
    if (resource.targetInfo < 0) resource.targetInfo = this.#sink.seriesOf(targetInfo);
    // Points of the same resource come by several ways: one that is older than the newest tells nothing new.
    if (resource.targetInfo !== REFUSED) this.#sink.sample(resource.targetInfo, this.#newest, 1, 0, 0);
  }

  #readScope(resource: number, start: number, end: number): void {
    const bytes = this.#bytes;
    const reader = new ProtoReader(bytes, start, end);
    let [from, to] = [start, start];
    while (reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      from = reader.valueStart;
      to = reader.valueEnd;
    }
    const scope = this.#scopes.intern(bytes, from, to - from);
    reader.reset(bytes, start, end);
    while (reader.next())
      if (reader.field === 2 && reader.wire === BYTES)
        this.#readMetric(resource, scope, reader.valueStart, reader.valueEnd);
  }

  #readMetric(resource: number, scope: number, start: number, end: number): void {
    const parts = this.#parts;
    parts.locate(this.#bytes, start, end);
    const id = this.#metricId(resource, scope);
    const context = this.#contextOf[id];
    this.#name = context.name;
    const reader = new ProtoReader(this.#bytes, parts.dataStart, parts.dataEnd);
    while (parts.kind !== 0 && reader.next()) {
      if (reader.field !== 1 || reader.wire !== BYTES) continue;
      const { valueStart, valueEnd } = reader;
      if (context.problem !== "") this.#rejections.invalid(() => context.problem);
      else if (parts.kind === DATA.gauge || parts.kind === DATA.sum)
        this.#readNumber(id, context, valueStart, valueEnd);
      else if (parts.kind === DATA.histogram) this.#readHistogram(id, context, valueStart, valueEnd);
      else if (parts.kind === DATA.exponential) this.#readExponential(id, context, valueStart, valueEnd);
      else this.#readSummary(id, context, valueStart, valueEnd);
    }
  }

  #metricId(resource: number, scope: number): number {
    const parts = this.#parts;
    const bytes = this.#bytes;
    const { nameStart, nameEnd, unitStart, unitEnd, helpStart, helpEnd } = parts;
    const [name, unit, help] = [nameEnd - nameStart, unitEnd - unitStart, helpEnd - helpStart];
    const { scratch } = this.#streams;
    scratch.room(20 + name + unit + help);
    const { view } = scratch;
    view.setUint32(0, resource, true);
    view.setUint32(4, scope, true);
    view.setUint32(8, parts.kind | (parts.temporality << 8) | (parts.isMonotonic << 16), true);
    view.setUint32(12, name, true);
    view.setUint32(16, unit, true);
    let at = scratch.copy(20, bytes, nameStart, nameEnd);
    at = scratch.copy(at, bytes, unitStart, unitEnd);
    at = scratch.copy(at, bytes, helpStart, helpEnd);
    const known = this.#metrics.size;
    const id = this.#metrics.intern(scratch.bytes, 0, at);
    if (id === known) {
      const context = metricContext(bytes, parts, this.#resourceOf[resource].labels);
      this.#contextOf.push(context);
      if (context.problem === "") this.#sink.metadata(context.metadata);
    }
    return id;
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

  readonly #counts = new Words();
  readonly #bounds = new Words();

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
    if (time > this.#newest) this.#newest = time;
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
