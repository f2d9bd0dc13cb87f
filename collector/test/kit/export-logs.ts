/** What a store has acknowledged, by the command that people use for it: flat log records of a directory, beside a running collector or after it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const MOST_BYTES = 256 * 1024 * 1024;

/** In no particular order. @param service only of this one */
export async function exportLogs(directory: string, service?: string): Promise<Record<string, any>[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      MAIN,
      "export",
      directory,
      "--logs",
      "--format",
      "ndjson",
      ...(service === undefined ? [] : ["--service", service]),
    ],
    { maxBuffer: MOST_BYTES },
  );
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
