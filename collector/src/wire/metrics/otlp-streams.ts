/**
 * Which series a data point of OTLP feeds: its attributes are noted while the point is read, then looked up as they were sent, with what
 * else tells its stream from others (bounds, quantiles) before them. Labels are made only for a stream that was not met before.
 */
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import { labelsOf, METRIC_NAME, type Labels } from "../../model/labels.ts";
import { varintAt } from "../otlp/tags.ts";
import type { MetricContext } from "./otlp-context.ts";
import type { Words } from "./otlp-fields.ts";
import { attributesIn, labelRecord } from "./otlp-labels.ts";
import { RequestScratch } from "./request-scratch.ts";
import type { SampleSink } from "./sample-sink.ts";
import { StreamTable } from "./stream-table.ts";

const NOTHING = new Uint8Array(0);

export class OtlpStreams {
  readonly #sink: SampleSink;
  readonly #table = new StreamTable();
  readonly scratch = new RequestScratch();
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);

  // Of the point that is read.
  #start = -1;
  #end = -1;
  #isScattered = false;
  /** Bytes of the key that was looked for last, and where its attributes begin, in scratch. */
  #keyLength = 0;
  #keyAttributes = 0;

  constructor(sink: SampleSink) {
    this.#sink = sink;
  }

  get sizeBytes(): number {
    return this.#table.sizeBytes;
  }

  /** Of the attributes of the point, from the first to the last. */
  get attributeBytes(): number {
    return this.#end - this.#start;
  }

  beginRequest(bytes: Uint8Array, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
  }

  beginPoint(): void {
    this.#start = this.#end = -1;
    this.#isScattered = false;
  }

  /** Notes an attribute whose tag is at `p`; returns where it ends. */
  attribute(p: number, end: number): number {
    const bytes = this.#bytes;
    let next = p + 2 + bytes[p + 1];
    if (bytes[p + 1] >= 0x80) {
      const { value, next: content } = varintAt(bytes, p + 1, end);
      next = content + value;
    }
    if (this.#start < 0) this.#start = p;
    else if (this.#end !== p) this.#isScattered = true;
    return (this.#end = next);
  }

  /**
   * Where the series of the point's stream begin (see {@link seriesAt}); -1 = it was not met before: then the key stays in scratch for
   * {@link labels} and {@link add}.
   * @param start of the point. @param tag of its attributes. @param extraLength of what stands in scratch already and belongs to the key
   */
  find(metric: number, start: number, end: number, tag: number, extraLength = 0): number {
    const { scratch } = this;
    if (extraLength === 0 && !this.#isScattered) {
      const from = Math.max(0, this.#start);
      const length = this.#start < 0 ? 0 : this.#end - from;
      const stream = this.#table.find(metric, this.#view, from, length);
      if (stream >= 0) return this.#table.first.values[stream];
      scratch.room(length);
      scratch.copy(0, this.#bytes, from, from + length);
      this.#keyAttributes = 0;
      this.#keyLength = length;
      return -1;
    }
    let at = (this.#keyAttributes = extraLength);
    scratch.room(at + end - start);
    if (!this.#isScattered) {
      if (this.#start >= 0) at = scratch.copy(at, this.#bytes, this.#start, this.#end);
    } else {
      const reader = new ProtoReader(this.#bytes, start, end);
      while (reader.next())
        if (reader.field === tag >>> 3 && reader.wire === BYTES)
          at = scratch.copy(at, this.#bytes, reader.tagStart, reader.pos);
    }
    this.#keyLength = at;
    const stream = this.#table.find(metric, scratch.view, 0, at);
    return stream >= 0 ? this.#table.first.values[stream] : -1;
  }

  /** The same, where the bounds of a histogram belong to the key. */
  findWithBounds(metric: number, start: number, end: number, tag: number, bounds: Words): number {
    const length = bounds.count * 8;
    this.scratch.room(length);
    let at = 0;
    if (bounds.isContiguous) this.scratch.copy(0, this.#bytes, bounds.at(0), bounds.at(0) + length);
    else for (let i = 0; i < bounds.count; i++) at = this.scratch.copy(at, this.#bytes, bounds.at(i), bounds.at(i) + 8);
    return this.find(metric, start, end, tag, length);
  }

  seriesAt(place: number): number {
    return this.#table.series.values[place];
  }

  /** Adds the stream whose key is in scratch, with its series; returns where they begin. */
  add(metric: number, labels: readonly Labels[]): number {
    const { series } = this.#table;
    const at = series.length;
    this.#table.add(metric, this.scratch.bytes, 0, this.#keyLength);
    for (const each of labels) series.push(this.#sink.seriesOf(each));
    this.#table.end();
    return at;
  }

  /** Labels of the stream whose key is in scratch. @throws DecodeError when its attributes are malformed */
  labels(context: MetricContext, name: string, extra: Readonly<Record<string, string>> = {}): Labels {
    const { job, instance } = context.resource;
    const { bytes } = this.scratch;
    // Every attribute in the key has the tag it had in the point: read them as fields of whatever number.
    const first = new ProtoReader(bytes, this.#keyAttributes, this.#keyLength);
    const field = first.next() ? first.field : 0;
    const record = labelRecord(attributesIn(bytes, this.#keyAttributes, this.#keyLength, field));
    if (job !== "") record.job = job;
    if (instance !== "") record.instance = instance;
    return labelsOf({ ...record, ...extra, [METRIC_NAME]: name });
  }
}
