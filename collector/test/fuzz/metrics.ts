/**
 * Metrics: damaged requests give samples or a DecodeError, series by series in order of time; chunks, pages of times, labels and
 * directories whose bytes were damaged behind their checksum give wrong data or a CorruptionError, in bounded time and memory; and what
 * is written comes back bit by bit.
 */
import { DecodeError } from "../../src/base/errors.ts";
import type { Labels } from "../../src/model/labels.ts";
import { MemoryMetrics } from "../../src/store/memory/memory-metrics.ts";
import { MemorySamples } from "../../src/store/memory/memory-samples.ts";
import { AxisPage, AxisWriter } from "../../src/store/sqlite/metrics/block/axis-page.ts";
import { ChunkReader, ChunkWriter } from "../../src/store/sqlite/metrics/block/chunk-codec.ts";
import { decodeDirectory, encodeDirectory } from "../../src/store/sqlite/metrics/block/directory-codec.ts";
import { decodeExemplars, encodeExemplars } from "../../src/store/sqlite/metrics/block/exemplar-codec.ts";
import { encodePage, SeriesPage } from "../../src/store/sqlite/metrics/block/series-page.ts";
import { KIND, type SeriesSamples } from "../../src/store/sqlite/metrics/open-samples.ts";
import { CorruptionError } from "../../src/store/sqlite/block/section.ts";
import { scanMetrics } from "../../src/wire/otlp/scan-metrics.ts";
import { RequestEncoder } from "../../src/wire/prometheus/request-encoder.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { protobufPayload } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const EVER = { start: -Number.MAX_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER };

export const metricRequests: FuzzTarget = {
  name: "metric-requests",
  async round(random) {
    const metrics = new MemoryMetrics();
    const samples = new MemorySamples(metrics);
    // Several to one sink: what is remembered of one meets the next.
    for (let n = 1 + random.below(4); n > 0; n--) {
      if (random.chance(0.5)) {
        const bytes = mutateBytes(random, protobufPayload(random, "metrics"));
        // A receiver lets through what is well-formed; the reader must stand anything.
        const isChecked = accepted(() => scanMetrics(bytes), DecodeError) !== undefined;
        const outcome = accepted(
          () => samples.append({ signal: "metrics", format: "otlp", bytes, count: 0 }),
          DecodeError,
        );
        if (isChecked && !outcome) throw new Error("a request that was checked cannot be read");
      } else {
        const bytes = mutateBytes(random, remoteWriteRequest(random));
        accepted(() => samples.append({ signal: "metrics", format: "remote_write", bytes, count: 0 }), DecodeError);
      }
    }
    for (const { labels, timestamps } of await metrics.selectSeries([], EVER)) {
      for (let i = 2; i < labels.length; i += 2)
        if (labels[i - 2] >= labels[i]) throw new Error(`labels out of order: ${labels.join(" ")}`);
      for (let i = 1; i < timestamps.length; i++)
        if (!(timestamps[i] > timestamps[i - 1])) throw new Error("samples out of order");
    }
  },
};

export const metricChunks: FuzzTarget = {
  name: "metric-chunks",
  round(random) {
    const series = Array.from({ length: 1 + random.below(6) }, () => randomSamples(random));
    const pages: Uint8Array[] = [];
    const axes = new AxisWriter((page) => pages.push(page));
    const chunk = new ChunkWriter();
    const axisOf = series.map((samples) => {
      chunk.add(samples);
      return axes.add(samples.timestamps);
    });
    axes.finish();
    const axisCounts = Uint32Array.from(axes.counts);
    const counts = Uint32Array.from(axisOf, (axis) => axisCounts[axis]);
    const whole = chunk.finish();
    const read = (chunkBytes: Uint8Array, pageBytes: Uint8Array) => {
      const page = new AxisPage(pageBytes, axisCounts);
      const reader = new ChunkReader(chunkBytes, counts);
      return series.map((_, i) => reader.samples(i, page.times(axisOf[i])));
    };
    read(whole, pages[0]).forEach((samples, i) => expectSame(samples, series[i]));
    accepted(() => read(mutateBytes(random, whole), mutateBytes(random, pages[0])), CorruptionError);
    const directory = encodeDirectory({
      ids: Uint32Array.from(series, (_, i) => i * 3 + 1),
      axisOf: Uint32Array.from(axisOf),
      axisCounts,
      firstTimes: Float64Array.from(axes.firstTimes),
      lastTimes: Float64Array.from(axes.lastTimes),
      chunkStarts: Uint32Array.of(0, series.length),
      axisPageStarts: Uint32Array.from(axes.pageStarts),
    });
    if (decodeDirectory(directory).ids.length !== series.length) throw new Error("a directory lost series");
    accepted(() => decodeDirectory(mutateBytes(random, directory)), CorruptionError);
  },
};

export const seriesPages: FuzzTarget = {
  name: "series-pages",
  round(random) {
    const labels = Array.from({ length: 1 + random.below(40) }, () => randomLabels(random));
    const bytes = encodePage(labels);
    const page = new SeriesPage(bytes);
    labels.forEach((each, row) => {
      if (page.labelsOf(row).join("\0") !== each.join("\0")) throw new Error(`labels changed: ${each.join(" ")}`);
    });
    accepted(() => {
      const damaged = new SeriesPage(mutateBytes(random, bytes));
      damaged.match([]).forEach((row) => damaged.labelsOf(row));
    }, CorruptionError);
    const exemplars = encodeExemplars(
      labels.map((each, series) => ({
        series,
        exemplar: { labels: each, value: random.next(), timestampMillis: series },
      })),
    );
    accepted(() => decodeExemplars(mutateBytes(random, exemplars)), CorruptionError);
  },
};

function randomSamples(random: Random): SeriesSamples {
  const count = 1 + random.below(30);
  const timestamps = new Float64Array(count);
  let time = random.below(2 ** 31) * random.pick([1, 1000, -1]);
  for (let i = 0; i < count; i++) timestamps[i] = time += 1 + random.below(random.pick([1, 50, 1e9]));
  const step = random.pick([0, 1, 0.01, 1e6, Math.PI]);
  const values = Float64Array.from({ length: count }, (_, i) => (random.chance(0.05) ? oddNumber(random) : i * step));
  if (random.chance(0.6)) return { timestamps, values, kinds: undefined, histograms: undefined, starts: undefined };
  const kinds = Uint8Array.from({ length: count }, () => random.pick([KIND.float, KIND.stale, KIND.histogram]));
  const starts = Float64Array.from({ length: count }, (_, i) => (random.chance(0.3) ? 0 : timestamps[i] - 5));
  const histograms = Array.from(kinds, (kind) => (kind === KIND.histogram ? randomHistogram(random) : undefined));
  kinds.forEach((kind, i) => (values[i] = kind === KIND.float ? values[i] : 0));
  return { timestamps, values, kinds, histograms: kinds.includes(KIND.histogram) ? histograms : undefined, starts };
}

function randomHistogram(random: Random) {
  const length = random.below(5);
  return {
    schema: random.pick([-4, 0, 8]),
    zeroThreshold: random.pick([0, 1e-128]),
    zeroCount: random.below(10),
    count: random.pick([7, 0.5, 2 ** 52]),
    sum: oddNumber(random),
    positiveSpans: length > 0 ? [{ offset: -random.below(9), length }] : [],
    positiveBuckets: Array.from({ length }, () => random.below(1000)),
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: random.pick(["unknown", "reset", "not_reset", "gauge"] as const),
  };
}

function oddNumber(random: Random): number {
  return random.pick([-0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53, 0.1 + 0.2, -1e15, 1.7976931348623157e308]);
}

function randomLabels(random: Random): Labels {
  const labels: string[] = ["__name__", `m${random.below(3)}`];
  for (const name of ["a", "b", "ü"]) if (random.chance(0.5)) labels.push(name, `v${random.below(1e3)}`);
  return labels;
}

function remoteWriteRequest(random: Random): Uint8Array {
  const encoder = new RequestEncoder();
  for (let n = random.below(5); n > 0; n--) {
    encoder.beginSeries(randomLabels(random)).sample(random.next(), random.below(1e6), random.below(1e5));
    if (random.chance(0.3)) encoder.histogram(randomHistogram(random), random.below(1e6));
    if (random.chance(0.3)) encoder.exemplar(["trace_id", "x"], 1, 2);
    if (random.chance(0.3)) encoder.metadata("counter", "help", "seconds");
    encoder.endSeries();
  }
  return encoder.finish().bytes;
}

function expectSame(read: SeriesSamples, written: SeriesSamples): void {
  const bits = (values: Float64Array | undefined) =>
    values ? Buffer.from(new Uint8Array(values.slice().buffer)) : undefined;
  const isSame =
    bits(read.timestamps)?.equals(bits(written.timestamps) as Buffer) &&
    read.values.every((value, i) => Object.is(value, written.values[i])) &&
    String(read.kinds) === String(written.kinds) &&
    JSON.stringify(read.histograms) === JSON.stringify(written.histograms) &&
    read.timestamps.every((_, i) => (read.starts?.[i] ?? 0) === (written.starts?.[i] ?? 0));
  if (!isSame) throw new Error("samples changed on their way through a chunk");
}
