/**
 * The frozen metric workload: targets of 800 series each that report every 15 seconds, a request a report. Counters, some of them idle;
 * gauges with two decimals and steady ones; counters of seconds; explicit and exponential histograms. Times are irregular by up to 40 ms.
 * In: size and clock; out: requests in the order in which they have to be sent, values going on from report to report.
 */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import { Random } from "../../test/kit/random.ts";
import { encodeResource, SERVICES, writeAttribute } from "./shop.ts";

export const SERIES_A_TARGET = 800;
const INTERVAL_MILLIS = 15_000;
const JITTER_MILLIS = 40;
const CUMULATIVE = 2;

const COUNTERS = { metrics: 40, series: 6 };
const GAUGES = { metrics: 30, series: 6 };
const STEADY = { metrics: 20, series: 4 };
const SECONDS = { metrics: 10, series: 4 };
const EXPONENTIAL = { metrics: 5, series: 4 };
/** 16 of 15 series each: 12 bounds, +Inf, sum and count. */
const EXPLICIT = { metrics: 8, series: 2 };
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10];
const EXPONENTIAL_BUCKETS = 24;

export interface MetricWorkloadOptions {
  readonly seed: number;
  readonly targets: number;
  readonly startUnixMillis: number;
}

/** One series' state, and where its point lies in the target's request. */
interface Point {
  readonly kind: "counter" | "gauge" | "steady" | "seconds" | "explicit" | "exponential";
  readonly timeAt: number;
  readonly valueAt: number;
  readonly rate: number;
  value: number;
  /** Of histograms: counts by bucket. */
  readonly counts: Float64Array;
}

interface Target {
  readonly bytes: Buffer;
  readonly points: readonly Point[];
  readonly phaseMillis: number;
}

export class MetricWorkload {
  readonly targets: readonly Target[];
  readonly #options: MetricWorkloadOptions;
  readonly #random: Random;

  constructor(options: MetricWorkloadOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.targets = Array.from({ length: options.targets }, (_, i) => this.#makeTarget(i));
  }

  /** As the sender's pool has it: a round is one report of each target. */
  get templates(): readonly Target[] {
    return this.targets;
  }

  get recordsPerRound(): number {
    return this.targets.length * SERIES_A_TARGET;
  }

  countOf(): number {
    return SERIES_A_TARGET;
  }

  /** The n-th request. Call it for each n in turn: values go on from those before. Some 40 µs. */
  render(n: number): Buffer {
    const target = this.targets[n % this.targets.length];
    const report = Math.floor(n / this.targets.length);
    const random = this.#random;
    const millis =
      this.#options.startUnixMillis +
      report * INTERVAL_MILLIS +
      target.phaseMillis +
      Math.floor(random.next() * JITTER_MILLIS);
    const nanos = BigInt(millis) * 1_000_000n;
    const low = Number(nanos & 0xffffffffn);
    const high = Number(nanos >> 32n);
    const bytes = Buffer.allocUnsafeSlow(target.bytes.length);
    bytes.set(target.bytes);
    for (const point of target.points) {
      bytes.writeUInt32LE(low, point.timeAt);
      bytes.writeUInt32LE(high, point.timeAt + 4);
      this.#advance(point, bytes);
    }
    return bytes;
  }

  #advance(point: Point, bytes: Buffer): void {
    const random = this.#random;
    const at = point.valueAt;
    switch (point.kind) {
      case "counter":
        if (point.rate > 0) point.value += Math.round(point.rate * (0.7 + 0.6 * random.next()));
        writeInteger(bytes, at, point.value);
        break;
      case "gauge":
        point.value = Math.max(0, Math.round((point.value + (random.next() - 0.5) * point.rate) * 100) / 100);
        bytes.writeDoubleLE(point.value, at);
        break;
      case "steady":
        if (random.chance(0.01)) point.value += random.chance(0.5) ? 1 : -1;
        bytes.writeDoubleLE(point.value, at);
        break;
      case "seconds":
        point.value = Math.round((point.value + point.rate * random.next()) * 100) / 100;
        bytes.writeDoubleLE(point.value, at);
        break;
      case "explicit":
      case "exponential": {
        const isExplicit = point.kind === "explicit";
        const observations = Math.round(point.rate * random.next());
        let total = 0;
        for (let i = 0; i < observations; i++) {
          const spread = (random.next() + random.next() + random.next()) / 3;
          point.counts[Math.floor(spread * point.counts.length)]++;
          point.value += spread;
        }
        for (const count of point.counts) total += count;
        // count, sum, counts: see the order in which they are written.
        writeInteger(bytes, at, total);
        bytes.writeDoubleLE(point.value, at + 9);
        for (let i = 0; i < point.counts.length; i++)
          if (isExplicit) writeInteger(bytes, at + 19 + i * 8, point.counts[i]);
          else writeVarint3(bytes, at + 23 + i * 3, point.counts[i]);
      }
    }
  }

  #makeTarget(index: number): Target {
    const random = this.#random;
    const writer = new ProtoWriter(65_536);
    const points: Point[] = [];
    const outer = writer.begin(1);
    const service = index < SERVICES.length ? SERVICES[index] : `worker-${index}`;
    const resource = encodeResource(random, service, index);
    writer.raw(resource);
    const scope = writer.begin(2);
    const library = writer.begin(1);
    writer.stringField(1, "bench.metrics").end(library);
    const start = BigInt(this.#options.startUnixMillis - 60_000) * 1_000_000n;
    const metric = (name: string, unit: string, field: number, write: () => void, isSum: boolean) => {
      const message = writer.begin(2);
      writer.stringField(1, name).stringField(2, `Help of ${name}.`).stringField(3, unit);
      const data = writer.begin(field);
      write();
      if (field !== 5) writer.tag(2, VARINT).varint(CUMULATIVE);
      if (isSum) writer.tag(3, VARINT).varint(1);
      writer.end(data).end(message);
    };
    const attributes = (field: number, series: number) => {
      writeAttribute(writer, field, "http.route", `/api/v1/resource-${series}`);
      writeAttribute(writer, field, "http.request.method", series % 2 === 0 ? "GET" : "POST");
      writeAttribute(writer, field, "zone", `eu-central-1${"abc"[series % 3]}`);
    };
    /** Writes a point and notes it. Offsets are moved to their place below, when the lengths before them are known. */
    const point = (kind: Point["kind"], attributeField: number, series: number, rate: number, first: number) => {
      const message = writer.begin(1);
      if (attributeField === 1) attributes(1, series);
      if (kind !== "gauge" && kind !== "steady")
        writer.fixed64Field(2, Number(start & 0xffffffffn), Number(start >> 32n));
      writer.fixed64Field(3, TIME_MARK, points.length);
      const size = kind === "explicit" ? BOUNDS.length + 1 : kind === "exponential" ? EXPONENTIAL_BUCKETS : 0;
      if (kind === "counter") writer.fixed64Field(6, 0, 0);
      else if (kind === "explicit") {
        writer.fixed64Field(4, 0, 0).doubleField(5, 0);
        writer.bytesField(6, new Uint8Array(size * 8));
        writer.bytesField(7, new Uint8Array(Float64Array.from(BOUNDS).buffer));
      } else if (kind === "exponential") {
        writer.fixed64Field(4, 0, 0).doubleField(5, 0).tag(6, VARINT).varint(6);
        const buckets = writer.begin(8);
        writer.bytesField(
          2,
          Uint8Array.from({ length: size * 3 }, (_, i) => (i % 3 === 2 ? 0 : 0x80)),
        );
        writer.end(buckets);
      } else writer.doubleField(4, 0);
      if (attributeField !== 1) attributes(attributeField, series);
      writer.end(message);
      points.push({ kind, timeAt: 0, valueAt: 0, rate, value: first, counts: new Float64Array(size) });
    };
    const each = (
      { metrics, series }: { metrics: number; series: number },
      write: (m: number, s: () => void) => void,
      of: (series: number) => void,
    ) => {
      for (let m = 0; m < metrics; m++)
        write(m, () => {
          for (let s = 0; s < series; s++) of(s);
        });
    };
    each(
      COUNTERS,
      (m, write) => metric(`app.counter.${m}`, "{event}", 7, write, true),
      (s) => point("counter", 7, s, random.chance(0.3) ? 0 : Math.exp(random.next() * 8), random.below(1e6)),
    );
    each(
      GAUGES,
      (m, write) => metric(`app.gauge.${m}`, "%", 5, write, false),
      (s) => point("gauge", 7, s, 1 + random.next() * 9, Math.round(random.next() * 10_000) / 100),
    );
    each(
      STEADY,
      (m, write) => metric(`app.steady.${m}`, "By", 5, write, false),
      (s) => point("steady", 7, s, 0, random.below(1e9)),
    );
    each(
      SECONDS,
      (m, write) => metric(`app.cpu.${m}`, "s", 7, write, true),
      (s) => point("seconds", 7, s, 15 * random.next(), random.below(1e5)),
    );
    each(
      EXPLICIT,
      (m, write) => metric(`app.duration.${m}`, "s", 9, write, false),
      (s) => point("explicit", 9, s, 40 * random.next(), 0),
    );
    each(
      EXPONENTIAL,
      (m, write) => metric(`app.size.${m}`, "By", 10, write, false),
      (s) => point("exponential", 1, s, 40 * random.next(), 0),
    );
    writer.end(scope).end(outer);
    const bytes = Buffer.from(writer.finish());
    return { bytes, points: locatePoints(bytes, points), phaseMillis: random.below(INTERVAL_MILLIS) };
  }
}

/** Stands in a time's low word until the first report: found again once all lengths are written. */
const TIME_MARK = 0xfeedface;

function locatePoints(bytes: Buffer, points: readonly Point[]): Point[] {
  const located = [...points];
  for (let at = 0; at + 8 <= bytes.length; at++) {
    if (bytes.readUInt32LE(at) !== TIME_MARK) continue;
    const index = bytes.readUInt32LE(at + 4);
    if (index < points.length) located[index] = { ...points[index], timeAt: at, valueAt: at + 9 };
  }
  return located;
}

function writeInteger(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 4294967296, at);
  bytes.writeUInt32LE(Math.floor(value / 4294967296), at + 4);
}

/** In three bytes, whatever it takes at least. */
function writeVarint3(bytes: Buffer, at: number, value: number): void {
  bytes[at] = (value & 0x7f) | 0x80;
  bytes[at + 1] = ((value >>> 7) & 0x7f) | 0x80;
  bytes[at + 2] = (value >>> 14) & 0x7f;
}
