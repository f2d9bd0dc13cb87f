/** Everything that is computed from a trace once, when it arrives. In: the trace and its logs as sent; out: one object to hand around. */
import type { WireOtlpLogs, WireOtlpTraces } from "goldspan/contract";
import { findCriticalPath, type CriticalPath } from "./critical-path.ts";
import { findFindings, type Finding } from "./findings.ts";
import { findFoldGroups, type FoldGroups } from "./fold-groups.ts";
import type { Trace } from "./trace.ts";
import { buildTrace } from "./trace-build.ts";
import { placeLogs, type TraceLogs } from "./trace-logs.ts";
import { TraceSearchIndex } from "./trace-search.ts";

export interface TraceView {
  readonly trace: Trace;
  readonly groups: FoldGroups;
  readonly critical: CriticalPath;
  readonly logs: TraceLogs;
  readonly search: TraceSearchIndex;
  readonly findings: readonly Finding[];
}

export function buildTraceView(traceId: string, wire: WireOtlpTraces, wireLogs: WireOtlpLogs | undefined): TraceView {
  const trace = buildTrace(traceId, wire);
  const groups = findFoldGroups(trace);
  const critical = findCriticalPath(trace);
  const logs = placeLogs(trace, wireLogs);
  const search = new TraceSearchIndex(trace, logs);
  return { trace, groups, critical, logs, search, findings: findFindings(trace, groups, critical) };
}
