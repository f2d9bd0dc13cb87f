/**
 * Remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/) -> 2.0 bytes. A series met before is recognised by the bytes
 * of its labels, and samples stand in both versions with the same bytes: most series cost a comparison and a copy. What a request becomes
 * depends on the request alone, so that one sent again has the same bytes.
 */
import { BYTES, FIXED64, ProtoReader, ProtoWriter, readU32, VARINT, varintSize } from "../../base/protobuf.ts";
import { METRIC_TYPES } from "../../model/metric-type.ts";
import { checkHistogram, isTimestamp } from "./check-histogram.ts";
import { expectWire, V1, V2 } from "./fields.ts";
import { plainSamples } from "./plain-samples.ts";
import { Refusals } from "./refusals.ts";
import type { EncodedRequest } from "./request-encoder.ts";
import { RequestSymbols } from "./request-symbols.ts";
import { SeriesMemo } from "./series-memo.ts";

/** A larger request's memory is given back after it. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
const NAME = Buffer.from("__name__");
const LABEL_TAG = (V1.series.labels << 3) | BYTES;

/** For one thread; remembers series. */
export class RequestTranscoder {
  readonly #memo = new SeriesMemo();
  readonly #symbols = new RequestSymbols();
  /** Of a field inside the series that is looked at, and of what is inside that. */
  readonly #field = new ProtoReader(EMPTY);
  readonly #inner = new ProtoReader(EMPTY);

  // Of the request that is read.
  #bytes: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);
  readonly #out = new ProtoWriter(65_536);
  #refusals = new Refusals();
  #samples = 0;
  #histograms = 0;
  #exemplars = 0;

  /** @throws DecodeError when the bytes are no prometheus.WriteRequest */
  transcode(bytes: Uint8Array): EncodedRequest & { readonly refusals: Refusals } {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refusals = new Refusals();
    this.#samples = this.#histograms = this.#exemplars = 0;
    this.#memo.forgetIfLarge();
    this.#symbols.begin();
    try {
      return this.#run();
    } finally {
      this.#bytes = EMPTY;
      this.#view = new DataView(EMPTY.buffer);
      this.#out.out.clear();
      if (this.#out.out.values.length > MOST_KEPT_BYTES) this.#out.out.values = new Uint8Array(65_536);
    }
  }

  #run(): EncodedRequest & { readonly refusals: Refusals } {
    const request = new ProtoReader(this.#bytes);
    const series = new ProtoReader(EMPTY);
    while (request.next()) {
      if (request.field <= V1.request.metadata) expectWire(request, BYTES);
      const { field, valueStart, valueEnd } = request;
      if (field === V1.request.timeseries) {
        if (!this.#known(valueStart, valueEnd)) this.#series(series.reset(this.#bytes, valueStart, valueEnd));
      } else if (field === V1.request.metadata) this.#metadata(series.reset(this.#bytes, valueStart, valueEnd));
    }
    const { out } = this.#out;
    const { symbols } = this.#memo;
    const whole = new ProtoWriter(this.#symbols.sizeOf(symbols) + out.length);
    this.#symbols.write(whole, symbols);
    return {
      bytes: whole.raw(out.values, 0, out.length).out.values,
      samples: this.#samples,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      refusals: this.#refusals,
    };
  }

  /** A series with all its labels first, that was learned, and with plain samples behind them. False = it is something else. */
  #known(start: number, end: number): boolean {
    const samplesStart = this.#labelsEnd(start, end);
    const series = this.#memo.find(this.#view, start, samplesStart);
    if (series < 0) return false;
    const samples = plainSamples(this.#bytes, samplesStart, end);
    if (samples <= 0) return samples === 0;
    this.#writeSeries(series, samplesStart, end);
    this.#samples += samples;
    return true;
  }

  #writeSeries(series: number, samplesStart: number, end: number): void {
    const memo = this.#memo;
    const symbols = this.#symbols;
    const { refs } = memo;
    const [first, last] = [memo.firstOf(series), memo.endOf(series)];
    let size = 0;
    for (let i = first; i < last; i++) size += varintSize(symbols.refOf(refs[i]));
    const writer = this.#out;
    writer.tag(V2.request.timeseries, BYTES).varint(1 + varintSize(size) + size + end - samplesStart);
    writer.tag(V2.series.labelsRefs, BYTES).varint(size);
    for (let i = first; i < last; i++) writer.varint(symbols.refOf(refs[i]));
    writer.raw(this.#bytes, samplesStart, end - samplesStart);
  }

  /** Where the labels end that stand at the beginning of a series; nothing is checked but the bounds. */
  #labelsEnd(start: number, end: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (at + 1 < end && bytes[at] === LABEL_TAG) {
      // Longer ones are looked at by #series.
      if (bytes[at + 1] > 0x7f) return start;
      const next = at + 2 + bytes[at + 1];
      if (next > end) return start;
      at = next;
    }
    return at;
  }

  /** Any series: checked label by label and value by value, and learned when it can be recognised. */
  #series(series: ProtoReader): void {
    const { pos: start, end } = series;
    const { labels } = this.#memo;
    labels.refs.length = 0;
    let values = 0;
    let labelsEnd = start;
    while (series.next()) {
      if (series.field <= V1.series.histograms) expectWire(series, BYTES);
      if (series.field === V1.series.labels) {
        this.#memo.readLabel(series, labels.refs);
        labelsEnd = series.pos;
      } else if (series.field <= V1.series.histograms) values++;
    }
    const verdict = labels.check();
    if (verdict !== "canonical" && verdict !== "sortable")
      return this.#refusals.add(values, () => `series ${labels.format()}`, verdict);
    if (verdict === "sortable") labels.canonicalize();
    if (values === 0) return;
    if (labelsEnd > start && labelsEnd === this.#labelsEnd(start, end)) {
      if (this.#memo.find(this.#view, start, labelsEnd) < 0) this.#memo.learn(this.#bytes, start, labelsEnd);
      if (this.#known(start, end)) return;
    }
    const before = this.#out.out.length;
    const message = this.#out.begin(V2.request.timeseries);
    this.#writeRefs(V2.series.labelsRefs, labels.refs);
    series.reset(this.#bytes, start, end);
    while (series.next()) {
      const wrong = this.#value(series);
      if (wrong === undefined) continue;
      values--;
      this.#refusals.add(1, () => `a sample of ${labels.format()}`, wrong);
    }
    if (values > 0) this.#out.end(message);
    else this.#out.out.length = before;
  }

  /** Writes a sample, exemplar or histogram, or says what is wrong with it. */
  #value(series: ProtoReader): string | undefined {
    switch (series.field) {
      case V1.series.samples:
        return this.#sample(series);
      case V1.series.exemplars:
        return this.#exemplar(series);
      case V1.series.histograms: {
        const { valueStart, valueEnd } = series;
        const wrong = checkHistogram(this.#field.reset(this.#bytes, valueStart, valueEnd));
        if (wrong !== undefined) return `a histogram with ${wrong}`;
        this.#out.bytesField(V2.series.histograms, this.#bytes, valueStart, valueEnd - valueStart);
        this.#histograms++;
      }
    }
    return undefined;
  }

  #sample(series: ProtoReader): string | undefined {
    const field = this.#field.reset(this.#bytes, series.valueStart, series.valueEnd);
    const value = { low: 0, high: 0 };
    let timestamp: { low: number; high: number } = NO_TIME;
    while (field.next()) {
      if (field.field === V1.sample.value && field.wire === FIXED64) readWords(field, value);
      else if (field.field === V1.sample.timestamp) timestamp = timeOf(field);
    }
    if (!isTimestamp(timestamp)) return "a timestamp out of range";
    const start = this.#out.begin(V2.series.samples);
    this.#out.fixed64Field(V2.sample.value, value.low, value.high);
    this.#time(V2.sample.timestamp, timestamp);
    this.#out.end(start);
    this.#samples++;
    return undefined;
  }

  #exemplar(series: ProtoReader): string | undefined {
    const field = this.#inner.reset(this.#bytes, series.valueStart, series.valueEnd);
    const value = { low: 0, high: 0 };
    const refs: number[] = [];
    let timestamp: { low: number; high: number } = NO_TIME;
    while (field.next()) {
      if (field.field === V1.exemplar.labels) this.#memo.readLabel(field, refs);
      else if (field.field === V1.exemplar.value && field.wire === FIXED64) readWords(field, value);
      else if (field.field === V1.exemplar.timestamp) timestamp = timeOf(field);
    }
    if (!isTimestamp(timestamp)) return "an exemplar with a timestamp out of range";
    const start = this.#out.begin(V2.series.exemplars);
    this.#writeRefs(V2.exemplar.labelsRefs, refs);
    this.#out.fixed64Field(V2.exemplar.value, value.low, value.high);
    this.#time(V2.exemplar.timestamp, timestamp);
    this.#out.end(start);
    this.#exemplars++;
    return undefined;
  }

  /** A metric family becomes a series of its name with metadata alone. */
  #metadata(message: ProtoReader): void {
    const memo = this.#memo;
    let [type, family, help, unit] = [0, 0, 0, 0];
    while (message.next()) {
      if (message.field === V1.metadata.type) type = message.uint32();
      else if (message.field === V1.metadata.family) family = memo.intern(message);
      else if (message.field === V1.metadata.help) help = memo.intern(message);
      else if (message.field === V1.metadata.unit) unit = memo.intern(message);
    }
    const { labels } = memo;
    labels.refs = [memo.symbols.intern(NAME, 0, NAME.length), family];
    const verdict = labels.check();
    if (verdict !== "canonical") return this.#refusals.add(0, () => "metadata of a metric", verdict);
    const start = this.#out.begin(V2.request.timeseries);
    this.#writeRefs(V2.series.labelsRefs, labels.refs);
    const inner = this.#out.begin(V2.series.metadata);
    this.#out.uint32Field(V2.metadata.type, type < METRIC_TYPES.length ? type : 0);
    if (help !== 0) this.#out.uint32Field(V2.metadata.help, this.#symbols.refOf(help));
    if (unit !== 0) this.#out.uint32Field(V2.metadata.unit, this.#symbols.refOf(unit));
    this.#out.end(inner).end(start);
  }

  #writeRefs(field: number, refs: readonly number[]): void {
    const start = this.#out.begin(field);
    for (const ref of refs) this.#out.varint(this.#symbols.refOf(ref));
    this.#out.end(start);
  }

  #time(field: number, { low, high }: { low: number; high: number }): void {
    const millis = (high | 0) * 2 ** 32 + low;
    if (millis >= 0) this.#out.tag(field, VARINT).varint(millis);
    else this.#out.tag(field, VARINT).varint64(BigInt(millis));
  }
}

const EMPTY = new Uint8Array(0);
const NO_TIME = { low: 0, high: 0 };

function timeOf(field: ProtoReader): { low: number; high: number } {
  expectWire(field, VARINT);
  return field.varintWords();
}

function readWords(field: ProtoReader, words: { low: number; high: number }): void {
  words.low = readU32(field.bytes, field.valueStart);
  words.high = readU32(field.bytes, field.valueStart + 4);
}
