/** A metric block that is read: samples of the series asked for, by their place in its directory. Parts come from a cache. */
import type { AxisPage } from "./block/axis-page.ts";
import type { ChunkReader } from "./block/chunk-codec.ts";
import type { BlockDirectory } from "./block/directory-codec.ts";
import type { FloatSource } from "./float-slab.ts";
import type { MetricCache } from "./metric-cache.ts";
import type { MetricPartition } from "./metric-partition.ts";
import type { SeriesSamples } from "./open-samples.ts";

export class MetricBlockReader {
  readonly directory: BlockDirectory;
  readonly #partition: MetricPartition;
  readonly #cache: MetricCache;
  readonly #block: number;
  /** What was read last: most series' neighbours need it again, and the cache is asked once. */
  #chunk = 0;
  #reader: ChunkReader | undefined;
  #page = -1;
  #axes: AxisPage | undefined;

  constructor(partition: MetricPartition, cache: MetricCache, block: number) {
    this.#partition = partition;
    this.#cache = cache;
    this.#block = block;
    this.directory = cache.directory(partition, block);
  }

  firstTime(place: number): number {
    return this.directory.firstTimes[this.directory.axisOf[place]];
  }

  lastTime(place: number): number {
    return this.directory.lastTimes[this.directory.axisOf[place]];
  }

  /** Shared by series: don't change them. */
  times(place: number): Float64Array {
    const { axisOf, axisPageStarts, axisCounts } = this.directory;
    const axis = axisOf[place];
    let [low, high] = [0, axisPageStarts.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (axisPageStarts[middle] <= axis) low = middle;
      else high = middle - 1;
    }
    const first = axisPageStarts[low];
    if (low !== this.#page || !this.#axes) {
      const counts = axisCounts.subarray(first, axisPageStarts[low + 1]);
      this.#axes = this.#cache.axisPage(this.#partition, this.#block, low, counts);
      this.#page = low;
    }
    return this.#axes.times(axis - first);
  }

  /** @param place not below the one asked for before @param slab where numbers go */
  samples(place: number, slab?: FloatSource): SeriesSamples {
    const { chunkStarts, axisOf, axisCounts } = this.directory;
    while (chunkStarts[this.#chunk + 1] <= place) {
      this.#chunk++;
      this.#reader = undefined;
    }
    const first = chunkStarts[this.#chunk];
    const counts = () =>
      Uint32Array.from(axisOf.subarray(first, chunkStarts[this.#chunk + 1]), (axis) => axisCounts[axis]);
    this.#reader ??= this.#cache.chunk(this.#partition, this.#block, this.#chunk, counts);
    return this.#reader.samples(place - first, this.times(place), slab);
  }
}
