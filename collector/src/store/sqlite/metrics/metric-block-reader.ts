/** A metric block that is read: samples of the series asked for, by their place in its directory. Parts come from a cache. */
import type { BlockDirectory } from "./block/directory-codec.ts";
import type { MetricCache } from "./metric-cache.ts";
import type { MetricPartition } from "./metric-partition.ts";
import type { SeriesSamples } from "./open-samples.ts";

export class MetricBlockReader {
  readonly directory: BlockDirectory;
  readonly #partition: MetricPartition;
  readonly #cache: MetricCache;
  readonly #block: number;
  /** The chunk and axis page that were read last: places come in ascending order. */
  #chunk = 0;

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
    const counts = axisCounts.subarray(first, axisPageStarts[low + 1]);
    return this.#cache.axisPage(this.#partition, this.#block, low, counts).times(axis - first);
  }

  /** @param place not below the one asked for before */
  samples(place: number): SeriesSamples {
    const { chunkStarts, axisOf, axisCounts } = this.directory;
    while (chunkStarts[this.#chunk + 1] <= place) this.#chunk++;
    const first = chunkStarts[this.#chunk];
    const counts = () =>
      Uint32Array.from(axisOf.subarray(first, chunkStarts[this.#chunk + 1]), (axis) => axisCounts[axis]);
    const chunk = this.#cache.chunk(this.#partition, this.#block, this.#chunk, counts);
    return chunk.samples(place - first, this.times(place));
  }
}
