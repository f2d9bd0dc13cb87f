/**
 * The series that senders of remote write 1.0 have sent so far: label bytes as they came -> references to symbols in the order of
 * model/labels.ts. A series met before costs a comparison of its bytes, whatever labels it has. Symbols are numbered over all requests.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import { StreamTable } from "../metrics/stream-table.ts";
import { expectWire, V1 } from "./fields.ts";
import { SeriesLabels } from "./series-labels.ts";

/** Beyond it everything is forgotten and learned again: 16,000 series take 3 MB. */
const MOST_BYTES = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export class SeriesMemo {
  /** Symbol 0 is the empty one. */
  symbols = new ByteInterner(0, 1024, 16_384);
  /** Of the series that was learned or looked at last. */
  labels = this.#newLabels();
  #streams = new StreamTable();
  readonly #label = new ProtoReader(NOTHING);

  constructor() {
    this.symbols.intern(NOTHING, 0, 0);
  }

  /** To be called between requests: numbers of symbols are valid until then. */
  forgetIfLarge(mostBytes = MOST_BYTES): void {
    const { symbols } = this;
    if (this.#streams.sizeBytes + symbols.arena.length + symbols.size * 40 <= mostBytes) return;
    this.symbols = new ByteInterner(0, 1024, 16_384);
    this.symbols.intern(NOTHING, 0, 0);
    this.labels = this.#newLabels();
    this.#streams = new StreamTable();
  }

  /** The series whose labels are these bytes, or -1 when it was never learned. @param view of the whole request */
  find(view: DataView, start: number, end: number): number {
    return this.#streams.find(0, view, start, end - start);
  }

  /** References of a series, names and values by turns: from `first` to `end` of {@link refs}. */
  firstOf(series: number): number {
    return this.#streams.first.values[series];
  }

  endOf(series: number): number {
    return this.#streams.first.values[series + 1];
  }

  get refs(): Uint32Array {
    return this.#streams.series.values;
  }

  /** Keeps a series whose labels, in `labels.refs`, are in order. */
  learn(bytes: Uint8Array, start: number, end: number): number {
    const series = this.#streams.add(0, bytes, start, end - start);
    for (const ref of this.labels.refs) this.#streams.series.push(ref);
    this.#streams.end();
    return series;
  }

  /** Appends a label's name and value. */
  readLabel(reader: ProtoReader, refs: number[]): void {
    expectWire(reader, BYTES);
    const field = this.#label.reset(reader.bytes, reader.valueStart, reader.valueEnd);
    let name = 0;
    let value = 0;
    while (field.next()) {
      if (field.field === V1.label.name) name = this.intern(field);
      else if (field.field === V1.label.value) value = this.intern(field);
    }
    refs.push(name, value);
  }

  /** The symbol that is the field's value. */
  intern(reader: ProtoReader): number {
    expectWire(reader, BYTES);
    const { bytes, valueStart, valueEnd } = reader;
    return this.symbols.intern(bytes, valueStart, valueEnd - valueStart);
  }

  #newLabels(): SeriesLabels {
    const { symbols } = this;
    return new SeriesLabels((ref) => ({
      bytes: symbols.arena,
      start: symbols.starts[ref],
      end: symbols.starts[ref + 1],
    }));
  }
}
