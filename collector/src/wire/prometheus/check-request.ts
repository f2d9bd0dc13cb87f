/**
 * Remote write 2.0 (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0) -> the same bytes when all of it can be taken as it is, else
 * a request without what cannot be taken, and with labels in order. Symbols are copied as they are, so references stay.
 */
import { U32Column } from "../../base/column.ts";
import { DecodeError } from "../../base/errors.ts";
import { BYTES, malformed, ProtoReader, ProtoWriter, VARINT } from "../../base/protobuf.ts";
import { checkHistogram, isTimestamp } from "./check-histogram.ts";
import { expectWire, V2 } from "./fields.ts";
import { Refusals } from "./refusals.ts";
import type { EncodedRequest } from "./request-encoder.ts";
import { SeriesLabels } from "./series-labels.ts";

/** @throws DecodeError when the bytes are no io.prometheus.write.v2.Request */
export function checkRequest(bytes: Uint8Array): EncodedRequest & { readonly refusals: Refusals } {
  return new Checker(bytes).run();
}

/** A series after a look at it: taken as it is, not at all, or rewritten. */
type Verdict = "whole" | "nothing" | "rewrite";

class Checker {
  readonly #bytes: Uint8Array;
  readonly #starts = new U32Column();
  readonly #ends = new U32Column();
  readonly #labels: SeriesLabels;
  readonly #refusals = new Refusals();
  readonly #inner = new ProtoReader(EMPTY);
  /** Indexes of fields inside the series that are left out. */
  readonly #left = new Set<number>();
  #out: ProtoWriter | undefined;
  #samples = 0;
  #histograms = 0;
  #exemplars = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#labels = new SeriesLabels((ref) => ({
      bytes,
      start: this.#starts.values[ref],
      end: this.#ends.values[ref],
    }));
  }

  run(): EncodedRequest & { readonly refusals: Refusals } {
    const request = new ProtoReader(this.#bytes);
    while (request.next()) {
      if (request.field < V2.request.symbols)
        throw new DecodeError("cannot read the request as 2.0: it looks like one of remote write 1.0");
      if (request.field !== V2.request.symbols) continue;
      expectWire(request, BYTES);
      this.#starts.push(request.valueStart);
      this.#ends.push(request.valueEnd);
    }
    if (this.#starts.length > 0 && this.#starts.values[0] !== this.#ends.values[0])
      throw malformed("a table of symbols that does not begin with an empty one", this.#starts.values[0]);
    request.reset(this.#bytes, 0, this.#bytes.length);
    const series = new ProtoReader(EMPTY);
    while (request.next()) {
      if (request.field !== V2.request.timeseries) continue;
      expectWire(request, BYTES);
      const { tagStart, valueStart, valueEnd } = request;
      const verdict = this.#series(series.reset(this.#bytes, valueStart, valueEnd));
      if (verdict !== "whole") this.#out ??= this.#copyBefore(tagStart);
      if (verdict === "whole")
        this.#out?.bytesField(V2.request.timeseries, this.#bytes, valueStart, valueEnd - valueStart);
      if (verdict === "rewrite") this.#rewrite(series.reset(this.#bytes, valueStart, valueEnd));
    }
    return {
      bytes: this.#out?.finish() ?? this.#bytes,
      samples: this.#samples,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      refusals: this.#refusals,
    };
  }

  /** All symbols, and the series that stand before `end`. */
  #copyBefore(end: number): ProtoWriter {
    const out = new ProtoWriter(this.#bytes.length);
    for (let ref = 0; ref < this.#starts.length; ref++) {
      const start = this.#starts.values[ref];
      out.bytesField(V2.request.symbols, this.#bytes, start, this.#ends.values[ref] - start);
    }
    const before = new ProtoReader(this.#bytes, 0, end);
    while (before.next())
      if (before.field === V2.request.timeseries)
        out.bytesField(V2.request.timeseries, this.#bytes, before.valueStart, before.valueLength);
    return out;
  }

  #series(series: ProtoReader): Verdict {
    const labels = this.#labels;
    labels.refs.length = 0;
    this.#left.clear();
    let values = 0;
    let hasMetadata = false;
    const start = series.pos;
    while (series.next()) {
      if (series.field === V2.series.labelsRefs) expectWire(series, BYTES, VARINT);
      else if (series.field <= V2.series.metadata) expectWire(series, BYTES);
      if (series.field === V2.series.labelsRefs) this.#readRefs(series, labels.refs);
      else if (series.field >= V2.series.samples && series.field <= V2.series.exemplars) values++;
      else if (series.field === V2.series.metadata) {
        hasMetadata = true;
        this.#checkMetadata(series);
      }
    }
    const verdict = labels.check();
    if (verdict !== "canonical" && verdict !== "sortable") {
      // Metadata alone that names no metric counts as nothing, and is said all the same.
      this.#refusals.add(values, () => `series ${labels.format()}`, verdict);
      return "nothing";
    }
    if (values === 0 && !hasMetadata) return "nothing";
    series.reset(this.#bytes, start, series.end);
    for (let index = 0; series.next(); index++) {
      const wrong = this.#checkValue(series);
      if (wrong === undefined) continue;
      this.#left.add(index);
      this.#refusals.add(1, () => `a sample of ${labels.format()}`, wrong);
    }
    if (this.#left.size > 0 && this.#left.size === values && !hasMetadata) return "nothing";
    return verdict === "canonical" && this.#left.size === 0 ? "whole" : "rewrite";
  }

  #rewrite(series: ProtoReader): void {
    const out = this.#out as ProtoWriter;
    this.#labels.canonicalize();
    const start = out.begin(V2.request.timeseries);
    const refs = out.begin(V2.series.labelsRefs);
    for (const ref of this.#labels.refs) out.varint(ref);
    out.end(refs);
    for (let index = 0; series.next(); index++)
      if (series.field !== V2.series.labelsRefs && !this.#left.has(index))
        out.raw(this.#bytes, series.tagStart, series.pos - series.tagStart);
    out.end(start);
  }

  #checkValue(series: ProtoReader): string | undefined {
    switch (series.field) {
      case V2.series.samples: {
        const wrong = this.#checkTimes(series, V2.sample.timestamp, V2.sample.startTimestamp);
        if (wrong === undefined) this.#samples++;
        return wrong;
      }
      case V2.series.histograms: {
        const wrong = checkHistogram(this.#inner.reset(this.#bytes, series.valueStart, series.valueEnd));
        if (wrong !== undefined) return `a histogram with ${wrong}`;
        this.#histograms++;
        return undefined;
      }
      case V2.series.exemplars: {
        const refs: number[] = [];
        const inner = this.#inner.reset(this.#bytes, series.valueStart, series.valueEnd);
        while (inner.next()) if (inner.field === V2.exemplar.labelsRefs) this.#readRefs(inner, refs);
        if (refs.length % 2 !== 0) return "an exemplar with a label without a value";
        const wrong = this.#checkTimes(series, V2.exemplar.timestamp);
        if (wrong !== undefined) return `an exemplar with ${wrong}`;
        this.#exemplars++;
      }
    }
    return undefined;
  }

  #checkTimes(series: ProtoReader, ...fields: readonly number[]): string | undefined {
    const inner = this.#inner.reset(this.#bytes, series.valueStart, series.valueEnd);
    let wrong: string | undefined;
    while (inner.next()) {
      if (!fields.includes(inner.field)) continue;
      expectWire(inner, VARINT);
      if (!isTimestamp(inner.varintWords())) wrong = "a timestamp out of range";
    }
    return wrong;
  }

  #checkMetadata(series: ProtoReader): void {
    const inner = this.#inner.reset(this.#bytes, series.valueStart, series.valueEnd);
    while (inner.next())
      if (inner.field === V2.metadata.help || inner.field === V2.metadata.unit)
        this.#known(inner.uint32(), inner.valueStart);
  }

  /** Packed or one by one. */
  #readRefs(reader: ProtoReader, refs: number[]): void {
    if (reader.wire === VARINT) refs.push(this.#known(reader.uint32(), reader.valueStart));
    if (reader.wire !== BYTES) return;
    let value = 0;
    let shift = 0;
    for (let i = reader.valueStart; i < reader.valueEnd; i++) {
      const byte = this.#bytes[i];
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      if (byte >= 0x80 && shift < 35) continue;
      refs.push(this.#known(value, i));
      value = 0;
      shift = 0;
    }
    if (shift > 0) throw malformed("a truncated reference", reader.valueEnd);
  }

  #known(ref: number, position: number): number {
    if (ref < this.#starts.length) return ref;
    throw malformed(`a reference to symbol ${ref} of ${this.#starts.length}`, position);
  }
}

const EMPTY = new Uint8Array(0);
