/** Starts fault-child.ts and collects what it acknowledged. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface FaultChild {
  readonly pid: number;
  readonly acknowledged: ReadonlySet<number>;
  /** Exit code or signal, with what it said on stderr. */
  readonly ended: Promise<{ how: number | string | null; stderr: string }>;
}

/** @param onAcknowledge called after each number read from the child */
export function spawnFaultChild(
  args: readonly (string | number)[],
  onAcknowledge: (child: FaultChild) => void = () => {},
): FaultChild {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, "fault-child.ts"), ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const acknowledged = new Set<number>();
  let stderr = "";
  let rest = "";
  process_.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const child: FaultChild = {
    pid: process_.pid as number,
    acknowledged,
    ended: new Promise((resolve) => process_.once("close", (code, signal) => resolve({ how: code ?? signal, stderr }))),
  };
  process_.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) acknowledged.add(Number(line));
    if (lines.length > 0) onAcknowledge(child);
  });
  return child;
}
