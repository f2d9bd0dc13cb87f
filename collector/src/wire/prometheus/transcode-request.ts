/**
 * Remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/) -> 2.0 bytes. Symbols are interned by their bytes: a series
 * costs a look-up for each name and value, and no JavaScript string but for names.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, FIXED64, ProtoReader, ProtoWriter, readU32, VARINT } from "../../base/protobuf.ts";
import { METRIC_TYPES } from "../../model/metric-type.ts";
import { checkHistogram, isTimestamp } from "./check-histogram.ts";
import { expectWire, V1, V2 } from "./fields.ts";
import { Refusals } from "./refusals.ts";
import type { EncodedRequest } from "./request-encoder.ts";
import { SeriesLabels } from "./series-labels.ts";

/** @throws DecodeError when the bytes are no prometheus.WriteRequest */
export function transcodeRequest(bytes: Uint8Array): EncodedRequest & { readonly refusals: Refusals } {
  return new Transcoder(bytes).run();
}

const NAME = Buffer.from("__name__");

class Transcoder {
  readonly #bytes: Uint8Array;
  readonly #symbols = new ByteInterner(0, 1024, 16_384);
  readonly #labels = new SeriesLabels((ref) => {
    const { arena, starts } = this.#symbols;
    return { bytes: arena, start: starts[ref], end: starts[ref + 1] };
  });
  readonly #out: ProtoWriter;
  readonly #refusals = new Refusals();
  /** Of the field inside a series that is looked at, and of what is inside that. */
  readonly #field = new ProtoReader(EMPTY);
  readonly #inner = new ProtoReader(EMPTY);
  #samples = 0;
  #histograms = 0;
  #exemplars = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#out = new ProtoWriter(bytes.length);
    this.#symbols.intern(EMPTY, 0, 0);
  }

  run(): EncodedRequest & { readonly refusals: Refusals } {
    const request = new ProtoReader(this.#bytes);
    const series = new ProtoReader(EMPTY);
    while (request.next()) {
      if (request.field <= V1.request.metadata) expectWire(request, BYTES);
      if (request.field === V1.request.timeseries) {
        this.#series(series.reset(this.#bytes, request.valueStart, request.valueEnd));
      } else if (request.field === V1.request.metadata) {
        this.#metadata(series.reset(this.#bytes, request.valueStart, request.valueEnd));
      }
    }
    const [symbols, out] = [this.#symbols, this.#out.out];
    const head = new ProtoWriter(symbols.arenaLength + symbols.size * 4 + out.length);
    for (let ref = 0; ref < symbols.size; ref++)
      head.bytesField(V2.request.symbols, symbols.arena, symbols.starts[ref], symbols.lengthOf(ref));
    return {
      bytes: head.raw(out.values, 0, out.length).finish(),
      samples: this.#samples,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      refusals: this.#refusals,
    };
  }

  #series(series: ProtoReader): void {
    const { valueStart, valueEnd } = { valueStart: series.pos, valueEnd: series.end };
    const labels = this.#labels;
    labels.refs.length = 0;
    let values = 0;
    while (series.next()) {
      if (series.field <= V1.series.histograms) expectWire(series, BYTES);
      if (series.field === V1.series.labels) this.#label(series, labels.refs);
      else if (series.field <= V1.series.histograms) values++;
    }
    const verdict = labels.check();
    if (verdict !== "canonical" && verdict !== "sortable")
      return this.#refusals.add(values, () => `series ${labels.format()}`, verdict);
    if (verdict === "sortable") labels.canonicalize();
    if (values === 0) return;
    const before = this.#out.out.length;
    const start = this.#out.begin(V2.request.timeseries);
    this.#writeRefs(V2.series.labelsRefs, labels.refs);
    series.reset(this.#bytes, valueStart, valueEnd);
    while (series.next()) {
      const wrong = this.#value(series);
      if (wrong === undefined) continue;
      values--;
      this.#refusals.add(1, () => `a sample of ${labels.format()}`, wrong);
    }
    if (values > 0) this.#out.end(start);
    else this.#out.out.length = before;
  }

  #label(series: ProtoReader, refs: number[]): void {
    expectWire(series, BYTES);
    const field = this.#field.reset(this.#bytes, series.valueStart, series.valueEnd);
    let name = 0;
    let value = 0;
    while (field.next()) {
      if (field.field === V1.label.name) name = this.#intern(field);
      else if (field.field === V1.label.value) value = this.#intern(field);
    }
    refs.push(name, value);
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
      if (field.field === V1.exemplar.labels) this.#label(field, refs);
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
    let [type, family, help, unit] = [0, 0, 0, 0];
    while (message.next()) {
      if (message.field === V1.metadata.type) type = message.uint32();
      else if (message.field === V1.metadata.family) family = this.#intern(message);
      else if (message.field === V1.metadata.help) help = this.#intern(message);
      else if (message.field === V1.metadata.unit) unit = this.#intern(message);
    }
    const labels = this.#labels;
    labels.refs = [this.#symbols.intern(NAME, 0, NAME.length), family];
    const verdict = labels.check();
    if (verdict !== "canonical") return this.#refusals.add(0, () => "metadata of a metric", verdict);
    const start = this.#out.begin(V2.request.timeseries);
    this.#writeRefs(V2.series.labelsRefs, labels.refs);
    const inner = this.#out.begin(V2.series.metadata);
    this.#out.uint32Field(V2.metadata.type, type < METRIC_TYPES.length ? type : 0);
    if (help !== 0) this.#out.uint32Field(V2.metadata.help, help);
    if (unit !== 0) this.#out.uint32Field(V2.metadata.unit, unit);
    this.#out.end(inner).end(start);
  }

  #intern(reader: ProtoReader): number {
    expectWire(reader, BYTES);
    const { valueStart, valueEnd } = reader;
    return this.#symbols.intern(this.#bytes, valueStart, valueEnd - valueStart);
  }

  #writeRefs(field: number, refs: readonly number[]): void {
    const start = this.#out.begin(field);
    for (const ref of refs) this.#out.varint(ref);
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
