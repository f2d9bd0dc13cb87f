/**
 * Series -> ExportMetricsServiceRequest. In: resources, metrics and points in order; out: a MetricBatch. Written straight as bytes: an
 * object a point would cost more than the counting.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
import { FIXED64, ProtoWriter, VARINT } from "../../base/protobuf.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { DurationHistogram, ExponentialHistogram } from "./duration-histogram.ts";
import type { Exemplar } from "./exemplars.ts";

export type Temporality = "delta" | "cumulative";

export interface MetricHead {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** What every kind of point has. */
export interface Point {
  /** Encoded KeyValues. */
  readonly attributes: readonly Uint8Array[];
  readonly startMillis: number;
  readonly timeMillis: number;
  readonly exemplars: readonly Exemplar[];
  /** No value: the series ended (NO_RECORDED_VALUE). */
  readonly isEnd?: boolean;
}

type Kind = "sum" | "explicit" | "exponential";

/** Field numbers of Metric's kinds, and of the parts of their points. */
const FIELDS = {
  sum: { metric: 7, attributes: 7, exemplars: 5, flags: 8 },
  explicit: { metric: 9, attributes: 9, exemplars: 8, flags: 10 },
  exponential: { metric: 10, attributes: 1, exemplars: 11, flags: 10 },
} as const;

const NO_RECORDED_VALUE = 1;
const TWO_32 = 2 ** 32;

export class MetricRequest {
  readonly #writer = new ProtoWriter(65_536);
  readonly #temporality: number;
  readonly #scope: string;
  #points = 0;

  constructor(scope: string, temporality: Temporality) {
    this.#scope = scope;
    this.#temporality = temporality === "delta" ? 1 : 2;
  }

  /** @param attributes encoded KeyValues; the metrics are written by `write` */
  resource(attributes: readonly Uint8Array[], write: () => void): void {
    const writer = this.#writer;
    const resourceMetrics = writer.begin(1);
    const resource = writer.begin(1);
    for (const attribute of attributes) writer.bytesField(1, attribute);
    writer.end(resource);
    const scopeMetrics = writer.begin(2);
    const scope = writer.begin(1);
    writer.stringField(1, this.#scope);
    writer.end(scope);
    write();
    writer.end(scopeMetrics);
    writer.end(resourceMetrics);
  }

  /** A counter. */
  sums(head: MetricHead, points: Iterable<Point & { readonly value: number }>): void {
    this.#metric(head, "sum", points, ({ value }) => {
      this.#writer.tag(6, FIXED64).fixed64(value % TWO_32, Math.floor(value / TWO_32));
    });
  }

  histograms(
    head: MetricHead,
    kind: DurationHistogram["kind"],
    points: Iterable<Point & { readonly histogram: DurationHistogram }>,
  ): void {
    this.#metric(head, kind, points, ({ histogram }) => {
      const { count } = histogram;
      this.#writer.fixed64Field(4, count % TWO_32, Math.floor(count / TWO_32)).doubleField(5, histogram.sum);
      if (histogram.kind === "exponential") return this.#exponential(histogram);
      const counts = this.#writer.begin(6);
      for (const each of histogram.counts) this.#writer.fixed64(each % TWO_32, Math.floor(each / TWO_32));
      this.#writer.end(counts);
      const { buffer, byteOffset, byteLength } = histogram.bounds;
      this.#writer.bytesField(7, new Uint8Array(buffer, byteOffset, byteLength));
    });
  }

  finish(): MetricBatch {
    return { signal: "metrics", format: "otlp", bytes: this.#writer.finish(), count: this.#points };
  }

  /** Nothing is written when there are no points. */
  #metric<P extends Point>(
    { name, description, unit }: MetricHead,
    kind: Kind,
    points: Iterable<P>,
    value: (point: P) => void,
  ): void {
    const writer = this.#writer;
    const iterator = points[Symbol.iterator]();
    let next = iterator.next();
    if (next.done) return;
    const metric = writer.begin(2);
    writer.stringField(1, name).stringField(2, description);
    if (unit !== "") writer.stringField(3, unit);
    const data = writer.begin(FIELDS[kind].metric);
    for (; !next.done; next = iterator.next()) this.#point(next.value, kind, value);
    writer.tag(2, VARINT).varint(this.#temporality);
    if (kind === "sum") writer.tag(3, VARINT).varint(1);
    writer.end(data);
    writer.end(metric);
  }

  #point<P extends Point>(point: P, kind: Kind, value: (point: P) => void): void {
    const writer = this.#writer;
    const fields = FIELDS[kind];
    const start = writer.begin(1);
    for (const attribute of point.attributes) writer.bytesField(fields.attributes, attribute);
    this.#time(2, point.startMillis);
    this.#time(3, point.timeMillis);
    if (point.isEnd) writer.uint32Field(fields.flags, NO_RECORDED_VALUE);
    else {
      value(point);
      for (const exemplar of point.exemplars) this.#exemplar(fields.exemplars, exemplar);
    }
    writer.end(start);
    this.#points++;
  }

  #exponential({ scale, zeroCount, offset, counts, min, max }: ExponentialHistogram): void {
    const writer = this.#writer;
    writer.uint32Field(6, zigzag(scale)).fixed64Field(7, zeroCount % TWO_32, Math.floor(zeroCount / TWO_32));
    const positive = writer.begin(8);
    writer.uint32Field(1, zigzag(offset));
    const packed = writer.begin(2);
    for (const count of counts) writer.varint(count);
    writer.end(packed);
    writer.end(positive);
    writer.doubleField(12, min).doubleField(13, max);
  }

  #exemplar(field: number, { ids, value, timeMillis }: Exemplar): void {
    const writer = this.#writer;
    const start = writer.begin(field);
    this.#time(2, timeMillis);
    writer.doubleField(3, value).bytesField(4, ids, 16, 8).bytesField(5, ids, 0, 16);
    writer.end(start);
  }

  #time(field: number, millis: number): void {
    const nanos = BigInt(Math.trunc(millis)) * 1_000_000n;
    this.#writer.fixed64Field(field, Number(nanos & 0xffffffffn), Number(nanos >> 32n));
  }
}

function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}
