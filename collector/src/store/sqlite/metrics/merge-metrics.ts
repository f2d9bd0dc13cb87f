/**
 * Some blocks of metrics -> one that holds their samples, series by series: of each only the chunk that is being read is in memory. Longer
 * series compress better, and a query over hours reads few blocks. Changes nothing itself.
 */
import type { PartitionReader } from "../partition/partition-reader.ts";
import { decodeExemplars, type StoredExemplar } from "./block/exemplar-codec.ts";
import { MetricBlockBuilder, type SealedMetricBlock } from "./block/metric-block.ts";
import { SampleJoiner } from "./join-samples.ts";
import { MetricBlockReader } from "./metric-block-reader.ts";
import { MetricCache } from "./metric-cache.ts";
import type { SeriesSamples } from "./open-samples.ts";

/** A merged block is read for days: level 1 takes 8 % more bytes. */
const ZSTD_LEVEL = 6;
/** Decoded parts at a time. Of each block one chunk is in use, and some pages of times. */
const CACHE_BYTES = 24 * 1024 * 1024;
/** Of a merged block: where there are more, each series keeps a few of different times. */
const MOST_EXEMPLARS = 20_000;
const EVER = { start: -Infinity, end: Infinity };

/** @throws CorruptionError when something cannot be read: then nothing is merged and everything stays */
export function mergeMetricBlocks({ metrics: partition }: PartitionReader, ids: readonly number[]): SealedMetricBlock {
  const cache = new MetricCache(CACHE_BYTES);
  const blocks = ids.map((id) => ({ reader: new MetricBlockReader(partition, cache, id), place: 0 }));
  const builder = new MetricBlockBuilder(ZSTD_LEVEL);
  const joiner = new SampleJoiner(EVER);
  for (;;) {
    let id = Infinity;
    for (const { reader, place } of blocks) {
      const { ids: series } = reader.directory;
      if (place < series.length && series[place] < id) id = series[place];
    }
    if (id === Infinity) break;
    const parts: SeriesSamples[] = [];
    for (const block of blocks) {
      if (block.reader.directory.ids[block.place] !== id) continue;
      parts.push(block.reader.samples(block.place));
      block.place++;
    }
    builder.add(id, joiner.join(parts), true);
  }
  const exemplars = ids.flatMap((id) => {
    const bytes = partition.exemplars(id);
    return bytes ? decodeExemplars(bytes) : [];
  });
  return builder.finish(thin(exemplars, MOST_EXEMPLARS));
}

/** At most so many: each series keeps some of its own, evenly spread over time. */
export function thin(exemplars: readonly StoredExemplar[], most: number): StoredExemplar[] {
  if (exemplars.length <= most) return [...exemplars];
  const bySeries = [...Map.groupBy(exemplars, ({ series }) => series).values()];
  const each = Math.max(1, Math.floor(most / bySeries.length));
  const kept = bySeries.flatMap((list) => {
    const step = Math.max(1, list.length / each);
    return Array.from({ length: Math.min(each, list.length) }, (_, i) => list[Math.floor(i * step)]);
  });
  return kept.slice(0, most);
}
