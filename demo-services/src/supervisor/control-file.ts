/**
 * A file in the temp directory that tells the fault CLI where the running shop's control API is. One for each user; the
 * shop that was started last owns it.
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

export interface ControlFile {
  url: string;
  pid: number;
}

function path(): string {
  return process.env.SHOP_CONTROL_FILE ?? join(tmpdir(), `goldspan-demo-${userInfo().uid}.json`);
}

export function writeControlFile(content: ControlFile): void {
  writeFileSync(path(), JSON.stringify(content), { mode: 0o600 });
}

/** Undefined when no shop has left one. */
export function readControlFile(): ControlFile | undefined {
  try {
    return JSON.parse(readFileSync(path(), "utf8")) as ControlFile;
  } catch {
    return undefined; // absent or half-written: there is no shop to talk to
  }
}

/** Leaves the file of another shop alone. */
export function removeControlFile(pid: number): void {
  if (readControlFile()?.pid === pid) rmSync(path(), { force: true });
}
