/** Statistics of a trace by operation: how often, how long, how much of it by itself. In: a Trace; out: one line per service and operation. */
import type { CriticalPath } from "./critical-path.ts";
import { SpanFlag, type Trace } from "./trace.ts";

export interface OperationStats {
  readonly service: string;
  readonly operation: string;
  readonly count: number;
  readonly errorCount: number;
  /** Nanoseconds, all of them. */
  readonly total: number;
  readonly mean: number;
  readonly longest: number;
  /** Nanoseconds in which no child was running. */
  readonly self: number;
  /** Nanoseconds on the critical path. */
  readonly critical: number;
  /** Trace row of the first and of the longest one. */
  readonly firstRow: number;
  readonly longestRow: number;
}

/** By self time, largest first. */
export function summarizeTraceOperations(trace: Trace, critical: CriticalPath): OperationStats[] {
  const byKey = new Map<string, { -readonly [key in keyof OperationStats]: OperationStats[key] }>();
  for (let row = 0; row < trace.count; row++) {
    if (trace.flags[row] & SpanFlag.missing) continue;
    const key = `${trace.service[row]} ${trace.operation[row]}`;
    let stats = byKey.get(key);
    if (!stats) {
      const service = trace.services[trace.service[row]].name;
      const operation = trace.operations[trace.operation[row]];
      const zero = { count: 0, errorCount: 0, total: 0, mean: 0, longest: -1, self: 0, critical: 0 };
      stats = { service, operation, ...zero, firstRow: row, longestRow: row };
      byKey.set(key, stats);
    }
    const nanos = trace.duration[row];
    stats.count += 1;
    stats.total += nanos;
    stats.mean = stats.total / stats.count;
    stats.self += trace.selfTime[row];
    stats.critical += critical.time[row];
    if (trace.flags[row] & SpanFlag.error) stats.errorCount += 1;
    if (nanos > stats.longest) {
      stats.longest = nanos;
      stats.longestRow = row;
    }
  }
  return [...byKey.values()].sort((a, b) => b.self - a.self);
}
