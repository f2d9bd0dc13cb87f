/**
 * Bytes of an ExportMetricsServiceRequest -> samples, in one pass: fields by their tags, numbers through a DataView, streams by the bytes of
 * their attributes. A stream met before costs no string and no object. The bytes were checked when they were received (scan-metrics.ts).
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, FIXED64, malformed, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { METRIC_NAME, type Labels, labelsOf } from "../../model/labels.ts";
import { skipField, varintAt } from "../otlp/tags.ts";
import { otlpExemplar } from "./otlp-exemplar.ts";
import { DATA, metricContext, MetricParts, type MetricContext } from "./otlp-context.ts";
import { attributesIn, formatBound, labelRecord, resourceLabels, type ResourceLabels } from "./otlp-labels.ts";
import { LEAST_SCALE, nativeHistogram, type DenseBuckets } from "./exponential.ts";
import { describeSample, SampleRejections, type SampleOutcome } from "./sample-rejections.ts";
import { COUNTER, REFUSED, STALE, VERDICT, type SampleSink, type Verdict } from "./sample-sink.ts";
import { StreamTable } from "./stream-table.ts";
import { millisAt, signedAt, unsignedAt } from "./words.ts";

const NOTHING = new Uint8Array(0);
const FLAG_NO_RECORDED_VALUE = 1;
/** Of an exponential histogram's one side: the SDKs' most is 160. */
const MOST_BUCKETS = 65_536;

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
  readonly #streams = new StreamTable();
  readonly #parts = new MetricParts();
  #scratch = new Uint8Array(4096);
  #scratchView = new DataView(this.#scratch.buffer);

  // Of the request that is read.
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #rejections = new SampleRejections("data point");
  #newest = 0;

  // Of the data point that is read: offsets of 8-byte values, -1 = absent.
  #time = -1;
  #start = -1;
  #flags = 0;
  #attributesStart = -1;
  #attributesEnd = -1;
  #isScattered = false;
  #exemplarStart = -1;
  #exemplarEnd = -1;

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  /** Of what is remembered of resources, metrics and streams. */
  get sizeBytes(): number {
    const { arena: a } = this.#resources;
    const { arena: b } = this.#scopes;
    const { arena: c } = this.#metrics;
    return a.length + b.length + c.length + this.#contextOf.length * 500 + this.#streams.sizeBytes;
  }

  /** Forgets everything about series: the sink's numbers are no longer valid, or the memory is wanted. */
  forget(): void {
    for (const interner of [this.#resources, this.#scopes, this.#metrics]) interner.clear();
    this.#resourceOf.length = this.#contextOf.length = 0;
    this.#streams.clear();
  }

  /** @throws DecodeError when the bytes are malformed; samples before that place have then been handed over */
  read(bytes: Uint8Array): SampleOutcome {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rejections = (this.#rejections = new SampleRejections("data point"));
    const request = new ProtoReader(bytes);
    while (request.next())
      if (request.field === 1 && request.wire === BYTES) this.#readResource(request.valueStart, request.valueEnd);
    this.#bytes = NOTHING;
    this.#view = new DataView(NOTHING.buffer);
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
    this.#room(20 + name + unit + help);
    const view = this.#scratchView;
    view.setUint32(0, resource, true);
    view.setUint32(4, scope, true);
    view.setUint32(8, parts.kind | (parts.temporality << 8) | (parts.isMonotonic << 16), true);
    view.setUint32(12, name, true);
    view.setUint32(16, unit, true);
    let at = this.#copy(20, nameStart, nameEnd);
    at = this.#copy(at, unitStart, unitEnd);
    at = this.#copy(at, helpStart, helpEnd);
    const known = this.#metrics.size;
    const id = this.#metrics.intern(this.#scratch, 0, at);
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
          p = this.#attribute(p, end);
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
    const stream = this.#stream(metric, start, end, 0x3a);
    const series =
      stream >= 0 ? this.#streams.series.values[this.#streams.first.values[stream]] : this.#addNumber(metric, context);
    const value = isStale ? 0 : double >= 0 ? this.#view.getFloat64(double, true) : signedAt(this.#view, integer);
    this.#settle(this.#give(series, time, value, context.flags, isStale), series, time);
    if (this.#exemplarStart >= 0 && series !== REFUSED)
      for (const exemplar of this.#exemplars(5)) this.#sink.exemplar(series, exemplar);
  }

  #addNumber(metric: number, context: MetricContext): number {
    return this.#streams.series.values[this.#addStream(metric, [this.#labels(context, context.name)])];
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
          p = this.#attribute(p, end);
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
    const stream = this.#streamWithBounds(metric, start, end, 0x4a);
    const { first, series } = this.#streams;
    const at = stream >= 0 ? first.values[stream] : this.#addHistogram(metric, context);
    const view = this.#view;
    const refs = series.values;
    const { flags } = context;
    // In the order of addHistogram: count, sum, buckets by rising bound, +Inf.
    const total = count < 0 ? 0 : unsignedAt(view, count);
    let verdict: Verdict = this.#give(refs[at], time, total, flags, isStale);
    let bad = refs[at];
    const put = (index: number, value: number): void => {
      const next = this.#give(refs[index], time, value, flags, isStale);
      if (verdict !== VERDICT.taken || next === VERDICT.taken) return;
      verdict = next;
      bad = refs[index];
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
      if (refs[at + 2 + bucket] !== REFUSED) this.#sink.exemplar(refs[at + 2 + bucket], exemplar);
    }
  }

  /** Returns where its series begin. */
  #addHistogram(metric: number, context: MetricContext): number {
    const { name } = context;
    const bounds = Array.from({ length: this.#bounds.count }, (_, i) =>
      formatBound(this.#view.getFloat64(this.#bounds.at(i), true)),
    );
    return this.#addStream(metric, [
      this.#labels(context, `${name}_count`),
      this.#labels(context, `${name}_sum`),
      ...[...bounds, "+Inf"].map((le) => this.#labels(context, `${name}_bucket`, { le })),
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
      if (field === 1 && wire === BYTES) this.#attribute(tagStart, end);
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
    const stream = this.#stream(metric, start, end, 0x0a);
    const series =
      stream >= 0 ? this.#streams.series.values[this.#streams.first.values[stream]] : this.#addNumber(metric, context);
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
      if (field === 7 && wire === BYTES) this.#attribute(tagStart, end);
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
    this.#room(end - start + quantiles.length * 8);
    for (const { quantile } of quantiles) {
      this.#scratchView.setFloat64(length, quantile, true);
      length += 8;
    }
    const stream = this.#stream(metric, start, end, 0x3a, length);
    const { first, series } = this.#streams;
    const { name } = context;
    const at =
      stream >= 0
        ? first.values[stream]
        : this.#addStream(metric, [
            this.#labels(context, `${name}_count`),
            this.#labels(context, `${name}_sum`),
            ...quantiles.map(({ quantile }) => this.#labels(context, name, { quantile: formatBound(quantile) })),
          ]);
    let verdict: Verdict = VERDICT.taken;
    let bad = series.values[at];
    [count, sum, ...quantiles.map(({ value }) => value)].forEach((value, i) => {
      const next = this.#give(series.values[at + i], time, value, i < 2 ? COUNTER : 0, isStale);
      if (verdict !== VERDICT.taken || next === VERDICT.taken) return;
      verdict = next;
      bad = series.values[at + i];
    });
    this.#settle(verdict, bad, time);
  }

  readonly #counts = new Words();
  readonly #bounds = new Words();
  /** Bytes in scratch of the stream looked for last. */
  #keyLength = 0;
  /** Where its attributes lie. */
  #keyAttributes = 0;

  #begin(): void {
    this.#time =
      this.#start =
      this.#attributesStart =
      this.#attributesEnd =
      this.#exemplarStart =
      this.#exemplarEnd =
        -1;
    this.#flags = 0;
    this.#isScattered = false;
  }

  /** Notes an attribute whose tag is at `p`; returns where it ends. */
  #attribute(p: number, end: number): number {
    const bytes = this.#bytes;
    let next = p + 2 + bytes[p + 1];
    if (bytes[p + 1] >= 0x80) {
      const { value, next: content } = varintAt(bytes, p + 1, end);
      next = content + value;
    }
    if (this.#attributesStart < 0) this.#attributesStart = p;
    else if (this.#attributesEnd !== p) this.#isScattered = true;
    return (this.#attributesEnd = next);
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

  /** 0 = the point has no time, which is counted. */
  #timestamp(context: MetricContext): number {
    const time = this.#time < 0 ? 0 : millisAt(this.#view, this.#time);
    if (time === 0) this.#rejections.invalid(() => `a data point of "${context.otlpName}" has no time`);
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
      series === REFUSED ? "a new series" : describeSample(this.#sink.labelsOf(series), time),
    );
  }

  /**
   * Looks for the point's stream: attributes behind what else identifies it, which is in scratch already. Where it is not found the key stays in
   * scratch, for #addStream.
   */
  #stream(metric: number, start: number, end: number, tag: number, extraLength = 0): number {
    if (extraLength === 0 && !this.#isScattered) {
      const from = Math.max(0, this.#attributesStart);
      const length = this.#attributesStart < 0 ? 0 : this.#attributesEnd - from;
      const stream = this.#streams.find(metric, this.#view, from, length);
      if (stream >= 0) return stream;
      this.#room(length);
      this.#copy(0, from, from + length);
      this.#keyAttributes = 0;
      this.#keyLength = length;
      return -1;
    }
    let at = (this.#keyAttributes = extraLength);
    this.#room(at + end - start);
    const reader = new ProtoReader(this.#bytes, start, end);
    while (reader.next())
      if (reader.field === tag >>> 3 && reader.wire === BYTES) at = this.#copy(at, reader.tagStart, reader.pos);
    this.#keyLength = at;
    return this.#streams.find(metric, this.#scratchView, 0, at);
  }

  #streamWithBounds(metric: number, start: number, end: number, tag: number): number {
    const bounds = this.#bounds;
    const length = bounds.count * 8;
    this.#room(length + end - start);
    let at = 0;
    if (bounds.isContiguous) at = this.#copy(0, bounds.at(0), bounds.at(0) + length);
    else for (let i = 0; i < bounds.count; i++) at = this.#copy(at, bounds.at(i), bounds.at(i) + 8);
    if (this.#isScattered) return this.#stream(metric, start, end, tag, length);
    this.#keyAttributes = at;
    if (this.#attributesStart >= 0) at = this.#copy(at, this.#attributesStart, this.#attributesEnd);
    this.#keyLength = at;
    return this.#streams.find(metric, this.#scratchView, 0, at);
  }

  /** Adds the stream whose key is in scratch, with its series; returns where they begin. */
  #addStream(metric: number, labels: readonly Labels[]): number {
    const { series } = this.#streams;
    const at = series.length;
    this.#streams.add(metric, this.#scratch, 0, this.#keyLength);
    for (const each of labels) series.push(this.#sink.seriesOf(each));
    this.#streams.end();
    return at;
  }

  /** Labels of the stream whose key is in scratch. */
  #labels(context: MetricContext, name: string, extra: Readonly<Record<string, string>> = {}): Labels {
    const { job, instance } = context.resource;
    // Every attribute in the key has the tag it had in the point: read them as fields of whatever number.
    const first = new ProtoReader(this.#scratch, this.#keyAttributes, this.#keyLength);
    const field = first.next() ? first.field : 0;
    const attributes = attributesIn(this.#scratch, this.#keyAttributes, this.#keyLength, field);
    const record = labelRecord(attributes);
    if (job !== "") record.job = job;
    if (instance !== "") record.instance = instance;
    return labelsOf({ ...record, ...extra, [METRIC_NAME]: name });
  }

  #exemplars(field: number) {
    const found = [];
    const reader = new ProtoReader(this.#bytes, this.#exemplarStart, this.#exemplarEnd);
    while (reader.next())
      if (reader.field === field && reader.wire === BYTES) found.push(otlpExemplar(reader.message()));
    return found;
  }

  #room(length: number): void {
    if (length <= this.#scratch.length) return;
    const grown = new Uint8Array(Math.max(length, this.#scratch.length * 2));
    grown.set(this.#scratch);
    this.#scratch = grown;
    this.#scratchView = new DataView(grown.buffer);
  }

  /** Copies a range of the request into scratch; returns where it ends there. */
  #copy(at: number, start: number, end: number): number {
    const [from, to] = [this.#bytes, this.#scratch];
    if (end - start > 48) to.set(from.subarray(start, end), at);
    else for (let i = start; i < end; i++) to[at + i - start] = from[i];
    return at + end - start;
  }
}

/** Offsets of 8-byte values of a repeated field, packed or not. Used again for each point. */
class Words {
  count = 0;
  #offsets = new Uint32Array(64);
  isContiguous = true;

  clear(): this {
    this.count = 0;
    this.isContiguous = true;
    return this;
  }

  /** Takes the field whose tag is at `p`; returns where it ends. */
  add(bytes: Uint8Array, p: number, end: number): number {
    if ((bytes[p] & 7) !== BYTES) {
      this.#push(p + 1);
      return p + 9;
    }
    const { value: length, next } = varintAt(bytes, p + 1, end);
    for (let at = next; at + 8 <= next + length; at += 8) this.#push(at);
    return next + length;
  }

  at(i: number): number {
    return this.#offsets[i];
  }

  #push(offset: number): void {
    if (this.count > 0 && this.#offsets[this.count - 1] + 8 !== offset) this.isContiguous = false;
    if (this.count === this.#offsets.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.count++] = offset;
  }
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function readBuckets(message: ProtoReader): DenseBuckets {
  let offset = 0;
  const counts: number[] = [];
  while (message.next()) {
    if (message.field === 1 && message.wire === VARINT) offset = zigzag(message.uint32());
    else if (message.field === 2 && message.wire === VARINT) counts.push(varintNumber(message));
    else if (message.field === 2 && message.wire === BYTES) {
      const { bytes } = message;
      for (let p = message.valueStart; p < message.valueEnd && counts.length <= MOST_BUCKETS;) {
        let value = 0;
        for (let scale = 1; p < message.valueEnd; scale *= 128) {
          const byte = bytes[p++];
          value += (byte & 0x7f) * scale;
          if (byte < 0x80) break;
        }
        counts.push(value);
      }
    }
  }
  return { offset, counts };
}

function varintNumber(reader: ProtoReader): number {
  const { low, high } = reader.varintWords();
  return high * 4294967296 + low;
}

function readQuantile(message: ProtoReader): { quantile: number; value: number } {
  let [quantile, value] = [0, 0];
  while (message.next()) {
    if (message.field === 1 && message.valueLength === 8) quantile = message.double();
    else if (message.field === 2 && message.valueLength === 8) value = message.double();
  }
  return { quantile, value };
}
