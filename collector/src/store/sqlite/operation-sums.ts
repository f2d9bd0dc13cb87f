/**
 * Sums (operation, block) rows over a time range and its buckets. A row that lies across a bucket's or the range's edge counts by
 * the share of its time that lies inside: a block covers at most half a minute of ordinary data.
 */
import { LATENCY_BUCKETS } from "../../model/latency-histogram.ts";
import type { OperationSummary, SummaryOptions } from "../store.ts";
import type { OperationFacts } from "./block/seal-records.ts";
import { addEncodedLatency } from "./partition/latency-codec.ts";
import type { OperationKey, OperationRow } from "./partition/partition-reader.ts";

/** The name of operations that a block with too many of them summed up. */
export const OTHER_OPERATIONS = "(other operations)";

interface Sum {
  service: string;
  operation: string;
  kind: number;
  counts: Float64Array;
  errorCounts: Float64Array;
  latencies: Float64Array[];
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

  /** All rows of a partition. @param operations by the id that rows name them with; rows of others are left out */
  addRows(rows: Iterable<OperationRow>, operations: ReadonlyMap<number, OperationKey>): void {
    const sums = new Map<number, Sum>();
    for (const [id, count, errorCount, min, max, latency] of rows) {
      let sum = sums.get(id);
      if (!sum) {
        const key = operations.get(id);
        if (!key) continue;
        sums.set(id, (sum = this.#sumOf(key.service, key.kind, key.name ?? OTHER_OPERATIONS)));
      }
      const bucket = this.#bucketOfAll(min, max);
      if (bucket >= 0) {
        sum.counts[bucket] += count;
        sum.errorCounts[bucket] += errorCount;
        addEncodedLatency(latency, sum.latencies[bucket]);
      } else {
        this.#latency.fill(0);
        addEncodedLatency(latency, this.#latency);
        this.#add(sum, count, errorCount, min, max, this.#latency);
      }
    }
  }

  addFacts(facts: OperationFacts): void {
    if (this.#service !== undefined && facts.service !== this.#service) return;
    if (facts.maxTimeMicros < this.#from || facts.minTimeMicros > this.#to) return;
    const sum = this.#sumOf(facts.service, facts.kind, facts.name);
    this.#add(sum, facts.count, facts.errorCount, facts.minTimeMicros, facts.maxTimeMicros, facts.latency);
  }

  result(): OperationSummary[] {
    const whole = (values: Float64Array) => Uint32Array.from(values, Math.round);
    return Array.from(this.#sums.values(), ({ service, operation, kind, counts, errorCounts, latencies }) => {
      const total = new Float64Array(LATENCY_BUCKETS);
      for (const bucket of latencies) bucket.forEach((count, i) => (total[i] += count));
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
