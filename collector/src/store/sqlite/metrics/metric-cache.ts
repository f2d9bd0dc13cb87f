/** Decoded parts of metric blocks kept by a reader, least recently used first out, within a budget of bytes. */
import { scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import { AxisPage } from "./block/axis-page.ts";
import { ChunkReader } from "./block/chunk-codec.ts";
import { decodeDirectory, type BlockDirectory } from "./block/directory-codec.ts";
import { SeriesPage } from "./block/series-page.ts";
import type { MetricPartition } from "./metric-partition.ts";

interface Entry {
  readonly part: ChunkReader | AxisPage | BlockDirectory | SeriesPage;
  readonly bytes: number;
}

/** Per series: an id and an axis; per axis two times and a count. */
const SERIES_BYTES = 8;
const AXIS_BYTES = 20;

export class MetricCache {
  readonly #budgetBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  /** Of the query that reads now: what is decoded for it counts. */
  scope: WorkScope = scopeOf(undefined);

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** @param counts samples of each of its series */
  chunk(partition: MetricPartition, block: number, chunk: number, counts: () => Uint32Array): ChunkReader {
    return this.#get(`c ${block} ${chunk} ${partition.path}`, () => {
      const bytes = partition.chunk(block, chunk);
      this.scope.addBytes(bytes.length);
      const reader = new ChunkReader(bytes, counts());
      return { part: reader, bytes: bytes.length + reader.sizeBytes };
    });
  }

  /** @param counts of its axes */
  axisPage(partition: MetricPartition, block: number, number: number, counts: Uint32Array): AxisPage {
    return this.#get(`a ${block} ${number} ${partition.path}`, () => {
      const bytes = partition.axisPage(block, number);
      this.scope.addBytes(bytes.length);
      const page = new AxisPage(bytes, counts);
      return { part: page, bytes: page.sizeBytes };
    });
  }

  directory(partition: MetricPartition, block: number): BlockDirectory {
    return this.#get(`d ${block} ${partition.path}`, () => {
      const bytes = partition.directory(block);
      this.scope.addBytes(bytes.length);
      const directory = decodeDirectory(bytes);
      const { ids, axisCounts } = directory;
      return { part: directory, bytes: 500 + ids.length * SERIES_BYTES + axisCounts.length * AXIS_BYTES };
    });
  }

  page(partition: MetricPartition, firstId: number, count: number): SeriesPage {
    // A merge may put a larger page in the place of one.
    return this.#get(`p ${firstId} ${count} ${partition.path}`, () => {
      const bytes = partition.page(firstId);
      this.scope.addBytes(bytes.length);
      const page = new SeriesPage(bytes);
      return { part: page, bytes: page.sizeBytes };
    });
  }

  #get<T extends Entry["part"]>(key: string, open: () => { readonly part: T; readonly bytes: number }): T {
    let entry = this.#entries.get(key);
    if (entry) this.#entries.delete(key);
    else {
      entry = open();
      this.#bytes += entry.bytes;
    }
    this.#entries.set(key, entry);
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#budgetBytes || this.#entries.size === 1) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
    return entry.part as T;
  }
}
