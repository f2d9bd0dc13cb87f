/** Builds a metric block: series come in ascending order of their numbers, full chunks are compressed at once. For seals and merges. */
import type { Labels } from "../../../../model/labels.ts";
import type { MetricMetadata } from "../../../../model/metric-facts.ts";
import { encodeSection } from "../../block/section.ts";
import type { SeriesSamples } from "../open-samples.ts";
import { AxisWriter } from "./axis-page.ts";
import { ChunkWriter } from "./chunk-codec.ts";
import { encodeDirectory } from "./directory-codec.ts";
import { encodeExemplars, type StoredExemplar } from "./exemplar-codec.ts";

/** A reader of one series decompresses its chunk: 32,768 samples take 0.1 ms. */
const CHUNK_SAMPLES = 32_768;
const CHUNK_SERIES = 4096;
/** A histogram of 24 buckets takes the bytes of so many samples, and far more time and memory than they when it is read. */
const HISTOGRAM_SAMPLES = 16;

export interface SealedMetricBlock {
  readonly sampleCount: number;
  readonly seriesCount: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly directory: Uint8Array;
  readonly chunks: readonly Uint8Array[];
  readonly axisPages: readonly Uint8Array[];
  /** Absent when there are none. */
  readonly exemplars: Uint8Array | undefined;
}

/** What a seal adds to its partition beside the block. */
export interface MetricAdditions {
  /** Labels of new series, numbered from `firstId` on. */
  readonly firstId: number;
  readonly labels: readonly Labels[];
  readonly metadata: readonly MetricMetadata[];
}

export class MetricBlockBuilder {
  readonly #ids: number[] = [];
  readonly #axisOf: number[] = [];
  readonly #chunkStarts: number[] = [0];
  readonly #chunks: Uint8Array[] = [];
  readonly #axisPages: Uint8Array[] = [];
  readonly #axes = new AxisWriter((page) => this.#axisPages.push(this.#compress(page)));
  readonly #level: number | undefined;
  #chunk = new ChunkWriter();
  /** Of the chunk, in samples. */
  #weight = 0;
  #samples = 0;
  /** Compressed so far. */
  bytes = 0;

  /** @param level of zstd; as sections have it when absent */
  constructor(level?: number) {
    this.#level = level;
  }

  /**
   * Takes a copy of what it needs.
   * @param id larger than the one before
   * @param sharesTimes series of equal times have them in one array, which stays as it is
   */
  add(id: number, samples: SeriesSamples, sharesTimes = false): void {
    const count = samples.timestamps.length;
    if (count === 0) return;
    const weight = samples.histograms ? count * HISTOGRAM_SAMPLES : count;
    const { seriesCount } = this.#chunk;
    if (seriesCount > 0 && (this.#weight + weight > CHUNK_SAMPLES || seriesCount === CHUNK_SERIES)) this.#endChunk();
    this.#chunk.add(samples);
    this.#weight += weight;
    this.#ids.push(id);
    this.#axisOf.push(this.#axes.add(samples.timestamps, sharesTimes));
    this.#samples += count;
  }

  finish(exemplars: readonly StoredExemplar[]): SealedMetricBlock {
    if (this.#chunk.seriesCount > 0) this.#endChunk();
    this.#axes.finish();
    const { firstTimes, lastTimes, counts, pageStarts } = this.#axes;
    const directory = encodeDirectory({
      ids: Uint32Array.from(this.#ids),
      axisOf: Uint32Array.from(this.#axisOf),
      axisCounts: Uint32Array.from(counts),
      firstTimes: Float64Array.from(firstTimes),
      lastTimes: Float64Array.from(lastTimes),
      chunkStarts: Uint32Array.from(this.#chunkStarts),
      axisPageStarts: Uint32Array.from(pageStarts),
    });
    return {
      sampleCount: this.#samples,
      seriesCount: this.#ids.length,
      minTime: firstTimes.reduce((a, b) => Math.min(a, b), Infinity),
      maxTime: lastTimes.reduce((a, b) => Math.max(a, b), -Infinity),
      directory: this.#compress(directory),
      chunks: this.#chunks,
      axisPages: this.#axisPages,
      exemplars: exemplars.length > 0 ? encodeSection(encodeExemplars(exemplars), true) : undefined,
    };
  }

  #endChunk(): void {
    this.#chunks.push(this.#compress(this.#chunk.finish()));
    this.#chunkStarts.push(this.#ids.length);
    this.#chunk = new ChunkWriter();
    this.#weight = 0;
  }

  #compress(raw: Uint8Array): Uint8Array {
    const section = encodeSection(raw, true, this.#level);
    this.bytes += section.length;
    return section;
  }
}
