/**
 * Sums (operation, block) rows over a time range and its buckets. A row that lies across a bucket's or the range's edge counts by
 * the share of its time that lies inside: a block covers at most half a minute of ordinary data.
 */
import { LATENCY_BUCKETS } from "../../model/latency-histogram.ts";
import type { OperationSummary, SummaryOptions } from "../store.ts";
import type { OperationFacts } from "./block/seal-records.ts";
import { addEncodedLatency } from "./partition/latency-codec.ts";
import type { OperationRow } from "./partition/partition-reader.ts";

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

  addRow(row: OperationRow): void {
    this.#latency.fill(0);
    addEncodedLatency(row.latency, this.#latency);
    this.#add(
      row.service,
      row.kind,
      row.name ?? OTHER_OPERATIONS,
      row.record_count,
      row.error_count,
      row.min_time_micros,
      row.max_time_micros,
      this.#latency,
    );
  }

  addFacts(facts: OperationFacts): void {
    if (this.#service !== undefined && facts.service !== this.#service) return;
    this.#add(
      facts.service,
      facts.kind,
      facts.name,
      facts.count,
      facts.errorCount,
      facts.minTimeMicros,
      facts.maxTimeMicros,
      facts.latency,
    );
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

  #add(
    service: string,
    kind: number,
    operation: string,
    count: number,
    errors: number,
    min: number,
    max: number,
    latency: Uint32Array,
  ): void {
    if (max < this.#from || min > this.#to) return;
    const sum = this.#sumOf(service, kind, operation);
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
