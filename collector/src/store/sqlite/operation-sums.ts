/**
 * Sums (operation, block) rows over a time range and its buckets. A row that lies across a bucket's or the range's edge counts by
 * the share of its time that lies inside: a block covers at most half a minute of ordinary data.
 */
import { LATENCY_BUCKETS } from "../../model/latency-histogram.ts";
import type { OperationSummary, SummaryOptions } from "../store.ts";
import type { OperationFacts } from "./block/seal-records.ts";
import { addEncodedLatency } from "./partition/latency-codec.ts";
import { PackCursor } from "./partition/operation-pack.ts";
import type { OperationKey, OperationRow } from "./partition/partition-reader.ts";

/** The name of operations that a block with too many of them summed up. */
const OTHER_OPERATIONS = "(other operations)";

interface Sum {
  service: string;
  operation: string;
  kind: number;
  counts: Float64Array;
  errorCounts: Float64Array;
  latencies: Float64Array[];
}

/** What a partition gives, one block after the other. */
export interface PartitionSums {
  /** @throws CorruptionError when its checksum is wrong: then nothing of it was added */
  addPack(pack: Uint8Array): void;
  addRow(row: OperationRow): void;
}

export class OperationSums {
  readonly #from: number;
  readonly #to: number;
  readonly #buckets: number;
  readonly #service: string | undefined;
  readonly #sums = new Map<string, Sum>();
  readonly #latency = new Uint32Array(LATENCY_BUCKETS);

  constructor(minTimeMicros: number, maxTimeMicros: number, { buckets, service }: SummaryOptions) {
    this.#from = minTimeMicros;
    this.#to = Math.max(maxTimeMicros, minTimeMicros + 1);
    this.#buckets = buckets;
    this.#service = service;
  }

  /**
   * Takes the packs and rows of one partition.
   * @param operations by the id that rows name them with; rows of others are left out
   */
  ofPartition(operations: ReadonlyMap<number, OperationKey>): PartitionSums {
    const sums = new Map<number, Sum>();
    const sumOf = (id: number): Sum | undefined => {
      const known = sums.get(id);
      const key = known ? undefined : operations.get(id);
      if (!key) return known;
      const sum = this.#sumOf(key.service, key.kind, key.name ?? OTHER_OPERATIONS);
      sums.set(id, sum);
      return sum;
    };
    return {
      addPack: (pack) => {
        const rows = new PackCursor(pack);
        while (rows.next()) {
          const { minTimeMicros: min, maxTimeMicros: max } = rows;
          const sum = max >= this.#from && min <= this.#to ? sumOf(rows.id) : undefined;
          if (sum)
            this.#addRow(sum, rows.count, rows.errorCount, min, max, rows.bytes, rows.latencyStart, rows.latencyEnd);
        }
      },
      addRow: ([id, count, errorCount, min, max, latency]) => {
        const sum = sumOf(id);
        if (sum) this.#addRow(sum, count, errorCount, min, max, latency, 0, latency.length);
      },
    };
  }

  #addRow(
    sum: Sum,
    count: number,
    errorCount: number,
    min: number,
    max: number,
    bytes: Uint8Array,
    latencyStart: number,
    latencyEnd: number,
  ): void {
    const bucket = this.#bucketOfAll(min, max);
    if (bucket >= 0) {
      sum.counts[bucket] += count;
      sum.errorCounts[bucket] += errorCount;
      addEncodedLatency(bytes, sum.latencies[bucket], latencyStart, latencyEnd);
    } else {
      this.#latency.fill(0);
      addEncodedLatency(bytes, this.#latency, latencyStart, latencyEnd);
      this.#add(sum, count, errorCount, min, max, this.#latency);
    }
  }

  addFacts(facts: OperationFacts): void {
    if (this.#service !== undefined && facts.service !== this.#service) return;
    if (facts.maxTimeMicros < this.#from || facts.minTimeMicros > this.#to) return;
    const sum = this.#sumOf(facts.service, facts.kind, facts.name);
    this.#add(sum, facts.count, facts.errorCount, facts.minTimeMicros, facts.maxTimeMicros, facts.latency);
  }

  result(): OperationSummary[] {
    return Array.from(this.#sums.values(), ({ service, operation, kind, counts, errorCounts, latencies }) => {
      const total = new Float64Array(LATENCY_BUCKETS);
      for (const bucket of latencies) for (let i = 0; i < LATENCY_BUCKETS; i++) total[i] += bucket[i];
      const sum = (values: Float64Array) => Math.round(values.reduce((a, b) => a + b, 0));
      return {
        service,
        operation,
        kind,
        count: sum(counts),
        errorCount: sum(errorCounts),
        latency: whole(total),
        counts,
        errorCounts,
        latencies: latencies.map(whole),
      };
    });
  }

  /** The bucket that holds the whole of a time range within the summed one; -1 when it lies across an edge. */
  #bucketOfAll(min: number, max: number): number {
    if (min < this.#from || max > this.#to) return -1;
    const width = (this.#to - this.#from) / this.#buckets;
    const bucket = Math.min(this.#buckets - 1, Math.floor((min - this.#from) / width));
    return max <= this.#from + (bucket + 1) * width ? bucket : -1;
  }

  #add(sum: Sum, count: number, errors: number, min: number, max: number, latency: Uint32Array): void {
    const width = (this.#to - this.#from) / this.#buckets;
    const first = Math.max(0, Math.floor((min - this.#from) / width));
    const last = Math.min(this.#buckets - 1, Math.floor((max - this.#from) / width));
    for (let bucket = first; bucket <= last; bucket++) {
      const start = Math.max(min, this.#from + bucket * width);
      const end = Math.min(max, this.#from + (bucket + 1) * width, this.#to);
      const share = max > min ? Math.max(0, end - start) / (max - min) : 1;
      sum.counts[bucket] += count * share;
      sum.errorCounts[bucket] += errors * share;
      for (let i = 0; i < LATENCY_BUCKETS; i++) if (latency[i] > 0) sum.latencies[bucket][i] += latency[i] * share;
    }
  }

  #sumOf(service: string, kind: number, operation: string): Sum {
    const key = `${kind}\0${service}\0${operation}`;
    let sum = this.#sums.get(key);
    if (!sum) {
      const buckets = this.#buckets;
      sum = {
        service,
        operation,
        kind,
        counts: new Float64Array(buckets),
        errorCounts: new Float64Array(buckets),
        latencies: Array.from({ length: buckets }, () => new Float64Array(LATENCY_BUCKETS)),
      };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}

/** Nearest whole numbers. A loop: `from` with a function takes 5 ms for the services page. */
function whole(values: Float64Array): Uint32Array {
  const rounded = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) rounded[i] = Math.round(values[i]);
  return rounded;
}
