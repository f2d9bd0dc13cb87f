/**
 * The frozen metrics workload: targets of 800 series each at 15 s, counters of whole numbers and of seconds, gauges with two decimals (one in
 * four of both stands still), explicit histograms and exponential ones (more gauges over remote write 1.0, which has none). A target's request is encoded once; what
 * changes from scrape to scrape (times, values, counts) is fixed in width and written into its place.
 */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import { Random } from "../../test/kit/random.ts";
import { encodeResource, SERVICES } from "./shop.ts";

export type MetricForm = "otlp" | "remote_write";

export const SCRAPE_MILLIS = 15_000;
export const SERIES_A_TARGET = 800;
/** The metric that queries ask for has so many series a target. */
export const QUERIED_METRIC = "http_server_requests_total";
export const QUERIED_SERIES = 50;

const ROUTES = 10;
const CODES = ["200", "201", "404", "500", "503"];
const COUNTERS = { metrics: 30, series: 5 };
const GAUGES = { metrics: 40, series: 5 };
const HISTOGRAMS = { metrics: 4, series: 5 };
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10];
/** Series of a classic histogram: its buckets, +Inf, sum and count. */
const HISTOGRAM_SERIES = BOUNDS.length + 3;
const EXPONENTIAL = SERIES_A_TARGET - QUERIED_SERIES - 150 - 200 - 20 * HISTOGRAM_SERIES;
const EXPONENTIAL_BUCKETS = 24;
const CUMULATIVE = 2;

/** What stands in a place that changes: found again by its last four bytes once the request is encoded. */
const PLACE = Buffer.from([0xce, 0xfa, 0xde, 0xc0]);
const FIXED64_PLACE = Buffer.concat([Buffer.alloc(4), PLACE]);
const VARINT_PLACE = Buffer.concat([Buffer.from([0x80, 0x80]), PLACE]);

type Next = () => number;
/** "double" and "fixed64" are eight bytes little-endian, "varint" six bytes whatever the value. */
type Place = { readonly kind: "double" | "fixed64" | "varint"; readonly next: Next };

export class MetricTarget {
  readonly samples = SERIES_A_TARGET;
  readonly #random: Random;
  readonly #places: Place[] = [];
  readonly #offsets: number[] = [];
  readonly #body: Buffer;
  /** Within a scrape interval. */
  readonly #phaseMillis: number;
  #timeMillis = 0;
  #startMillis = 0;

  constructor(seed: number, index: number, form: MetricForm) {
    this.#random = new Random(seed * 1000 + index);
    this.#phaseMillis = this.#random.below(SCRAPE_MILLIS - 200);
    const writer = new ProtoWriter(SERIES_A_TARGET * 160);
    if (form === "otlp") this.#writeOtlp(writer, index);
    else this.#writeRemoteWrite(writer, index);
    const plain = writer.finish();
    this.#body = form === "otlp" ? Buffer.from(plain) : asLiteral(plain);
    let from = 0;
    for (const place of this.#places) {
      const found = this.#body.indexOf(PLACE, from);
      if (found < 0) throw new Error("cannot find a place in the encoded request");
      this.#offsets.push(place.kind === "varint" ? found - 2 : found - 4);
      from = found + 4;
    }
  }

  /** The request of the scrape that begins then; overwritten by the next call. */
  render(roundMillis: number): Buffer {
    this.#timeMillis = roundMillis + this.#phaseMillis + this.#random.below(100);
    if (this.#startMillis === 0) this.#startMillis = this.#timeMillis - SCRAPE_MILLIS;
    const body = this.#body;
    for (const [i, { kind, next }] of this.#places.entries()) {
      const at = this.#offsets[i];
      if (kind === "double") body.writeDoubleLE(next(), at);
      else if (kind === "varint") writeVarint6(body, next(), at);
      else writeU64(body, next(), at);
    }
    return body;
  }

  /** One in four stands still most of the time, as the counters of a real process do. */
  #counter(): Next {
    if (this.#random.chance(0.25)) return this.#steady();
    let value = this.#random.below(1000);
    const most = 1 + this.#random.below(60);
    return () => (value += this.#random.below(most));
  }

  #seconds(): Next {
    let value = this.#random.next() * 1000;
    return () => (value += this.#random.next() * 15);
  }

  #steady(): Next {
    let value = this.#random.below(5000);
    return () => (this.#random.chance(0.02) ? (value += 1 + this.#random.below(3)) : value);
  }

  #gauge(): Next {
    if (this.#random.chance(0.25)) return this.#steady();
    let value = this.#random.next() * 1000;
    return () => {
      value = Math.max(0, value + (this.#random.next() - 0.5) * 10);
      return Math.round(value * 100) / 100;
    };
  }

  /** The buckets of a histogram that sees some 40 values a scrape; `step` must run first in each scrape. */
  #histogram(buckets: number): { counts: number[]; step: () => void; sum: Next; count: Next } {
    const counts: number[] = new Array<number>(buckets).fill(0);
    const center = this.#random.next() * 0.6 * buckets;
    let [sum, count] = [0, 0];
    const step = () => {
      for (let n = this.#random.below(80); n > 0; n--) {
        const spread = (this.#random.next() + this.#random.next() + this.#random.next() - 1.5) * 3;
        counts[Math.min(buckets - 1, Math.max(0, Math.round(center + spread)))]++;
        sum += 0.01 + this.#random.next() * 0.2;
        count++;
      }
    };
    return { counts, step, sum: () => sum, count: () => count };
  }

  #writeOtlp(writer: ProtoWriter, index: number): void {
    const service = SERVICES[index % SERVICES.length];
    const outer = writer.begin(1);
    writer.raw(encodeResource(this.#random, service, index));
    const scope = writer.begin(2);
    const sum = (name: string, series: number, next: () => Next) =>
      this.#writeMetric(writer, name, 7, series, (s) => {
        this.#attributes(writer, 7, s);
        this.#start(writer);
        this.#time(writer);
        this.#place(writer, 4, "double", next());
      });
    sum("http.server.requests", QUERIED_SERIES, () => this.#counter());
    for (let m = 0; m < COUNTERS.metrics; m++)
      sum(`app.operation_${m}.count`, COUNTERS.series, () => (m % 2 === 0 ? this.#counter() : this.#seconds()));
    for (let m = 0; m < GAUGES.metrics; m++)
      this.#writeMetric(writer, `app.level_${m}`, 5, GAUGES.series, (s) => {
        this.#attributes(writer, 7, s);
        this.#time(writer);
        this.#place(writer, 4, "double", this.#gauge());
      });
    for (let m = 0; m < HISTOGRAMS.metrics; m++)
      this.#writeMetric(writer, `app.duration_${m}`, 9, HISTOGRAMS.series, (s) => this.#writeHistogram(writer, s));
    this.#writeMetric(writer, "app.size", 10, EXPONENTIAL, (s) => this.#writeExponential(writer, s));
    writer.end(scope).end(outer);
  }

  /** @param data field number of the metric's kind: 5 gauge, 7 sum, 9 histogram, 10 exponential histogram */
  #writeMetric(writer: ProtoWriter, name: string, data: number, series: number, write: (s: number) => void): void {
    const metric = writer.begin(2);
    writer.stringField(1, name);
    const kind = writer.begin(data);
    for (let s = 0; s < series; s++) {
      const point = writer.begin(1);
      write(s);
      writer.end(point);
    }
    if (data !== 5) writer.uint32Field(2, CUMULATIVE);
    if (data === 7) writer.uint32Field(3, 1);
    writer.end(kind).end(metric);
  }

  #writeHistogram(writer: ProtoWriter, s: number): void {
    const { counts, step, sum, count } = this.#histogram(BOUNDS.length + 1);
    this.#attributes(writer, 9, s);
    this.#start(writer);
    this.#time(writer);
    this.#place(writer, 4, "fixed64", () => (step(), count()));
    this.#place(writer, 5, "double", sum);
    this.#packedCounts(writer, 6, counts);
    writer.bytesField(7, new Uint8Array(Float64Array.from(BOUNDS).buffer));
  }

  #writeExponential(writer: ProtoWriter, s: number): void {
    const { counts, step, sum, count } = this.#histogram(EXPONENTIAL_BUCKETS);
    this.#attributes(writer, 1, s);
    this.#start(writer);
    this.#time(writer);
    this.#place(writer, 4, "fixed64", () => (step(), count()));
    this.#place(writer, 5, "double", sum);
    // Scale 3 (sint32) and an offset of -20.
    writer.uint32Field(6, 3 << 1);
    const positive = writer.begin(8);
    writer.uint32Field(1, 39);
    // Counts are varints here: padded with continuation bits they keep their width.
    const packed = writer.begin(2);
    for (const [i] of counts.entries()) this.#sixByteVarint(writer, () => counts[i]);
    writer.end(packed).end(positive);
  }

  #attributes(writer: ProtoWriter, field: number, s: number): void {
    const pair = (key: string, value: string) => {
      const start = writer.begin(field);
      writer.stringField(1, key);
      const any = writer.begin(2);
      writer.stringField(1, value).end(any).end(start);
    };
    pair("http.request.method", s % 3 === 0 ? "POST" : "GET");
    pair("http.route", `/api/resource-${Math.floor(s / CODES.length) % ROUTES}/:id`);
    pair("http.response.status_code", CODES[s % CODES.length]);
    if (s >= QUERIED_SERIES) pair("shard", String(Math.floor(s / QUERIED_SERIES)));
  }

  /** start_time_unix_nano of what is cumulative: the process began one scrape before. */
  #start(writer: ProtoWriter): void {
    this.#place(writer, 2, "fixed64", () => this.#startMillis * 1e6);
  }

  /** time_unix_nano of any kind of point. */
  #time(writer: ProtoWriter): void {
    this.#place(writer, 3, "fixed64", () => this.#timeMillis * 1e6);
  }

  #place(writer: ProtoWriter, field: number, kind: "double" | "fixed64", next: Next): void {
    this.#places.push({ kind, next });
    writer.fixed64Field(field, 0, PLACE.readUInt32LE(0));
  }

  /** Packed fixed64, as OTLP has the counts of explicit histograms. */
  #packedCounts(writer: ProtoWriter, field: number, counts: readonly number[]): void {
    const start = writer.begin(field);
    for (const i of counts.keys()) {
      this.#places.push({ kind: "fixed64", next: () => counts[i] });
      writer.raw(FIXED64_PLACE);
    }
    writer.end(start);
  }

  /** Six bytes, of which the last four are found like any place. */
  #sixByteVarint(writer: ProtoWriter, next: Next): void {
    this.#places.push({ kind: "varint", next });
    writer.raw(VARINT_PLACE);
  }

  #writeRemoteWrite(writer: ProtoWriter, index: number): void {
    const service = SERVICES[index % SERVICES.length];
    const one = (name: string, labels: Readonly<Record<string, string>>, next: Next) => {
      const all: Record<string, string> = {
        ...labels,
        __name__: name,
        instance: `10.0.${index >> 8}.${index & 255}:9100`,
        job: service,
      };
      const series = writer.begin(1);
      for (const key of Object.keys(all).sort()) {
        const label = writer.begin(1);
        writer.stringField(1, key).stringField(2, all[key]).end(label);
      }
      const sample = writer.begin(2);
      this.#place(writer, 1, "double", next);
      writer.tag(2, VARINT);
      this.#sixByteVarint(writer, () => this.#timeMillis);
      writer.end(sample).end(series);
    };
    const labelsOf = (s: number) => ({
      method: s % 3 === 0 ? "POST" : "GET",
      route: `/api/resource-${Math.floor(s / CODES.length) % ROUTES}/:id`,
      code: CODES[s % CODES.length],
      ...(s >= QUERIED_SERIES && { shard: String(Math.floor(s / QUERIED_SERIES)) }),
    });
    for (let s = 0; s < QUERIED_SERIES; s++) one(QUERIED_METRIC, labelsOf(s), this.#counter());
    for (let m = 0; m < COUNTERS.metrics; m++)
      for (let s = 0; s < COUNTERS.series; s++)
        one(`app_operation_${m}_total`, labelsOf(s), m % 2 === 0 ? this.#counter() : this.#seconds());
    for (let m = 0; m < GAUGES.metrics; m++)
      for (let s = 0; s < GAUGES.series; s++) one(`app_level_${m}`, labelsOf(s), this.#gauge());
    for (let s = 0; s < EXPONENTIAL; s++) one("app_size", labelsOf(s), this.#gauge());
    for (let m = 0; m < HISTOGRAMS.metrics; m++)
      for (let s = 0; s < HISTOGRAMS.series; s++) {
        const { counts, step, sum, count } = this.#histogram(BOUNDS.length + 1);
        one(`app_duration_${m}_seconds_count`, labelsOf(s), () => (step(), count()));
        one(`app_duration_${m}_seconds_sum`, labelsOf(s), sum);
        for (let b = 0; b <= BOUNDS.length; b++)
          one(
            `app_duration_${m}_seconds_bucket`,
            { ...labelsOf(s), le: b < BOUNDS.length ? String(BOUNDS[b]) : "+Inf" },
            () => counts.slice(0, b + 1).reduce((total, each) => total + each, 0),
          );
      }
  }
}

/** A snappy block that is one literal: valid, and no work for the generator. */
function asLiteral(plain: Uint8Array): Buffer {
  const head: number[] = [];
  let length = plain.length;
  for (; length > 127; length = Math.floor(length / 128)) head.push((length % 128) | 128);
  head.push(length);
  const tag = Buffer.alloc(5);
  tag[0] = 63 << 2;
  tag.writeUInt32LE(plain.length - 1, 1);
  return Buffer.concat([Buffer.from(head), tag, plain]);
}

function writeU64(body: Buffer, value: number, at: number): void {
  body.writeUInt32LE(value % 2 ** 32, at);
  body.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

/** Six bytes, the first five with their continuation bits whatever the value. */
function writeVarint6(body: Buffer, value: number, at: number): void {
  let rest = value;
  for (let i = 0; i < 5; i++) {
    body[at + i] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  body[at + 5] = rest;
}
