/** Decoded blocks kept by a reader, least recently used first out, within a budget of decoded bytes. */
import { scopeOf, type WorkScope } from "../../base/work-scope.ts";
import { SealedLogBlock } from "./block/sealed-log-block.ts";
import { SealedSpanBlock, type FetchSection } from "./block/sealed-span-block.ts";
import { rawBytesOfChunk } from "./block/span-chunk.ts";
import type { SectionName } from "./block/section-kinds.ts";
import type { PartitionReader } from "./partition/partition-reader.ts";

interface Entry {
  readonly block: SealedSpanBlock | SealedLogBlock;
  bytes: number;
}

/** Half of a block and more, of use to the reads of one moment: kept for the block that is being read only. */
const DETAILS: ReadonlySet<SectionName> = new Set([
  "attributeIds",
  "dictionary",
  "entrySpread",
  "rest",
  "body",
  "shapedBody",
]);

/**
 * What is kept of a section, by its size: decoded columns of numbers take about twice their planes, search columns lie beside them for
 * those not asked for yet, ids are kept as they are, and names are references to what all blocks share.
 */
const KEPT_SHARE: Partial<Record<SectionName, number>> = { hot: 3, traces: 1.5, ids: 1, names: 0.25 };

export class BlockCache {
  readonly #budgetBytes: number;
  readonly #entries = new Map<number, Entry>();
  #bytes = 0;
  /** The one block that still has its details. */
  #lastUsed: Entry["block"] | undefined;
  /** Of the query that reads now: what is decoded for it counts. */
  scope: WorkScope = scopeOf(undefined);

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  spans(partition: PartitionReader, id: number): SealedSpanBlock {
    const chunks = partition.chunks(id);
    const fetchChunk = (chunk: number) => {
      const stored = chunks(chunk);
      this.scope.addBytes(rawBytesOfChunk(stored));
      return stored;
    };
    return this.#get(
      partition,
      id,
      (fetch) => new SealedSpanBlock(fetch, fetchChunk, partition.recordCount(id)),
    ) as SealedSpanBlock;
  }

  logs(partition: PartitionReader, id: number): SealedLogBlock {
    return this.#get(partition, id, (fetch) => new SealedLogBlock(fetch)) as SealedLogBlock;
  }

  #get(partition: PartitionReader, id: number, open: (fetch: FetchSection) => Entry["block"]): Entry["block"] {
    const known = this.#entries.get(id);
    if (this.#lastUsed && this.#lastUsed !== known?.block) this.#lastUsed.forgetDetails();
    this.#lastUsed = known?.block;
    if (known) {
      this.#entries.delete(id);
      this.#entries.set(id, known);
      return known.block;
    }
    const fetch = partition.sections(id);
    const entry: Entry = {
      bytes: 0,
      block: open(((name: SectionName, isOptional?: true) => {
        const raw = isOptional ? fetch(name, true) : fetch(name);
        if (!raw) return undefined;
        this.scope.addBytes(raw.length);
        if (DETAILS.has(name)) return raw;
        const kept = raw.length * (KEPT_SHARE[name] ?? 2);
        entry.bytes += kept;
        if (this.#entries.get(id) === entry) this.#bytes += kept;
        return raw;
      }) as FetchSection),
    };
    this.#entries.set(id, entry);
    this.#lastUsed = entry.block;
    this.#shrink();
    return entry.block;
  }

  #shrink(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#bytes <= this.#budgetBytes || this.#entries.size === 1) return;
      this.#entries.delete(id);
      this.#bytes -= entry.bytes;
    }
  }
}
