/** What each job's samples take of a block: one sample as much as another. */
import type { ServiceUse } from "../block/usage-of-block.ts";

export class JobUsage {
  readonly #jobs = new Map<string, { records: number; min: number; max: number }>();

  /** @param times of one of its series, ascending */
  add(job: string, times: Float64Array): void {
    if (times.length === 0) return;
    const sum = this.#jobs.get(job) ?? { records: 0, min: Infinity, max: -Infinity };
    sum.records += times.length;
    sum.min = Math.min(sum.min, times[0]);
    sum.max = Math.max(sum.max, times[times.length - 1]);
    this.#jobs.set(job, sum);
  }

  /** @param samples of all jobs, with their bytes as sent and as stored */
  shares(samples: number, rawBytes: number, storedBytes: number): ServiceUse[] {
    return Array.from(this.#jobs, ([name, { records, min, max }]) => ({
      name,
      records,
      rawBytes: Math.round((rawBytes * records) / samples),
      storedBytes: Math.round((storedBytes * records) / samples),
      minTimeMicros: min * 1000,
      maxTimeMicros: max * 1000,
    }));
  }
}
