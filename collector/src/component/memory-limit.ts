import { totalmem } from "node:os";

/** Bytes that the process may use: the container's limit, else the machine's memory. @param constrained, machine injectable for tests */
export function memoryLimitBytes(constrained = process.constrainedMemory(), machine = totalmem()): number {
  // 0 or a number near 2^64 where no limit is set.
  return constrained > 0 ? Math.min(constrained, machine) : machine;
}
