/** Starts a generator process beside the server and brings back what it measured. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { GENERATOR_CORES, pinned } from "../machine.ts";
import type { Address } from "./http-connection.ts";
import type { MetricSenderOptions, MetricSenderResult } from "./metric-sender-options.ts";
import type { SenderOptions, SenderResult } from "./sender-options.ts";

const MEGABYTE = 1024 * 1024;

/** The frozen workload over HTTP protobuf in batches of 512, closed loop; a row says what it does otherwise. */
export const SENDER_DEFAULTS = {
  signal: "traces",
  protocol: "http",
  encoding: "protobuf",
  gzip: false,
  connections: 16,
  rate: 0,
  seconds: 15,
  records: 0,
  perRequest: 512,
  poolRecords: 100_000,
  uniqueAttributes: false,
  once: false,
  seed: 1,
  startUnixNano: "",
  clockRate: 50_000,
  windowBytes: 128 * MEGABYTE,
  samples: 0,
} as const satisfies Omit<SenderOptions, keyof Address>;

export interface RunningSender<Result = SenderResult> {
  readonly result: Promise<Result>;
  /** Ends the run early; the result comes as usual. */
  stop(): void;
}

/** Resolves when the generator has prepared and its first request is about to go out. */
export async function startSender(options: SenderOptions): Promise<RunningSender> {
  return startGenerator<SenderResult>("sender.ts", options);
}

export async function startMetricSender(options: MetricSenderOptions): Promise<RunningSender<MetricSenderResult>> {
  return startGenerator<MetricSenderResult>("metric-sender.ts", options);
}

async function startGenerator<Result>(file: string, options: object): Promise<RunningSender<Result>> {
  const [program, args] = pinned(GENERATOR_CORES, [
    process.execPath,
    join(import.meta.dirname, file),
    JSON.stringify(options),
  ]);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`the generator ended with ${code} before its result`)));
  });
  // The one who awaits a line hears of it; nobody else must.
  exited.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await Promise.race([lines.next(), exited])).value as string;
  const prepared = await nextLine();
  if (prepared !== "prepared") throw new Error(`cannot read the generator's line: ${prepared}`);
  child.stdin.write("go\n");
  const result = nextLine().then((line) => {
    if (line === undefined) throw new Error("the generator ended without a result");
    return JSON.parse(line) as Result;
  });
  result.catch(() => undefined);
  return { result, stop: () => void child.stdin.write("stop\n") };
}
