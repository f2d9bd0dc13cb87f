/** One ingest run against Goldspan or a peer: the load, and the subject's CPU, memory and refusals during it. */
import { startSender } from "../load/run-sender.ts";
import type { SenderOptions, SenderResult } from "../load/sender-options.ts";
import { cpuSecondsOf, MemorySampler, peakMb, residentMb, settle } from "../subject/processes.ts";
import type { Subject } from "../subject/subject.ts";

export interface IngestRun extends SenderResult {
  /** Of the subject, from the first request until it has nothing left to do, or as long as was asked for. */
  readonly perCpuSecond: number;
  readonly residentMb: number;
  readonly peakMb: number;
  /** Once a second. */
  readonly memory: MemorySampler;
}

/** @param finish waits until the CPU time that belongs to the run is spent */
export async function runIngest(
  subject: Subject,
  options: Omit<SenderOptions, "host" | "port">,
  finish: (pids: readonly number[]) => Promise<unknown> = settle,
): Promise<IngestRun> {
  const address = options.protocol === "grpc" ? subject.otlpGrpc : subject.otlpHttp;
  if (!address) throw new Error(`${subject.name} has no gRPC port to aim at`);
  const sender = await startSender({ ...options, ...address });
  const cpu = cpuSecondsOf(subject.pids);
  const memory = new MemorySampler(subject.pids);
  let result: SenderResult;
  try {
    result = await sender.result;
  } finally {
    memory.stop();
  }
  const resident = { residentMb: residentMb(subject.pids), peakMb: peakMb(subject.pids) };
  await finish(subject.pids);
  const perCpuSecond = subject.pids.length > 0 ? result.records / (cpuSecondsOf(subject.pids) - cpu) : NaN;
  return { ...result, ...resident, memory, perCpuSecond };
}

/** The generator took nearly a whole core: then the figure may be its own. */
export function limitNote({ generatorShare }: SenderResult): string {
  return `${Math.round(generatorShare * 100)} %${generatorShare > 0.9 ? " (limit)" : ""}`;
}

export function refusals(result: SenderResult): string {
  const failed = Object.entries(result.failed).map(([status, count]) => `${count} × ${status}`);
  return [
    String(result.refused),
    ...(result.unknown > 0 ? [`${result.unknown} unanswered`] : []),
    ...(result.missed > 0 ? [`${result.missed} not sent`] : []),
    ...failed,
  ].join(", ");
}
