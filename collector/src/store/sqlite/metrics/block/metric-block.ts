/** Builds a metric block: series come in ascending order of their numbers, full chunks are compressed at once. For seals and merges. */
import type { Labels } from "../../../../model/labels.ts";
import type { MetricMetadata } from "../../../../model/metric-facts.ts";
import { encodeSection } from "../../block/section.ts";
import type { SeriesSamples } from "../open-samples.ts";
import { ChunkWriter } from "./chunk-codec.ts";
import { encodeDirectory } from "./directory-codec.ts";
import { encodeExemplars, type StoredExemplar } from "./exemplar-codec.ts";

/** A reader of one series decompresses its chunk: 32,768 samples take 0.1 ms. */
const CHUNK_SAMPLES = 32_768;
const CHUNK_SERIES = 4096;

export interface SealedMetricBlock {
  readonly sampleCount: number;
  readonly seriesCount: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly directory: Uint8Array;
  readonly chunks: readonly Uint8Array[];
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
  readonly #firstTimes: number[] = [];
  readonly #lastTimes: number[] = [];
  readonly #chunkStarts: number[] = [0];
  readonly #chunks: Uint8Array[] = [];
  readonly #level: number | undefined;
  #chunk = new ChunkWriter();
  #samples = 0;
  bytes = 0;

  /** @param level of zstd; as sections have it when absent */
  constructor(level?: number) {
    this.#level = level;
  }

  get sampleCount(): number {
    return this.#samples;
  }

  add(id: number, samples: SeriesSamples): void {
    const { timestamps } = samples;
    const count = timestamps.length;
    if (count === 0) return;
    const { sampleCount, seriesCount } = this.#chunk;
    if (seriesCount > 0 && (sampleCount + count > CHUNK_SAMPLES || seriesCount === CHUNK_SERIES)) this.#endChunk();
    this.#chunk.add(samples);
    this.#ids.push(id);
    this.#firstTimes.push(timestamps[0]);
    this.#lastTimes.push(timestamps[count - 1]);
    this.#samples += count;
  }

  finish(exemplars: readonly StoredExemplar[]): SealedMetricBlock {
    if (this.#chunk.seriesCount > 0) this.#endChunk();
    const minTime = this.#firstTimes.reduce((a, b) => Math.min(a, b), Infinity);
    const maxTime = this.#lastTimes.reduce((a, b) => Math.max(a, b), -Infinity);
    const directory = encodeDirectory({
      minTime,
      maxTime,
      ids: Uint32Array.from(this.#ids),
      firstTimes: Float64Array.from(this.#firstTimes),
      lastTimes: Float64Array.from(this.#lastTimes),
      chunkStarts: Uint32Array.from(this.#chunkStarts),
    });
    return {
      sampleCount: this.#samples,
      seriesCount: this.#ids.length,
      minTime,
      maxTime,
      directory: encodeSection(directory, true),
      chunks: this.#chunks,
      exemplars: exemplars.length > 0 ? encodeSection(encodeExemplars(exemplars), true) : undefined,
    };
  }

  #endChunk(): void {
    const section = encodeSection(this.#chunk.finish(), true, this.#level);
    this.bytes += section.length;
    this.#chunks.push(section);
    this.#chunkStarts.push(this.#ids.length);
    this.#chunk = new ChunkWriter();
  }
}
