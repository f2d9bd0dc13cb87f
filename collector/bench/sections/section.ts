/** What a part of the bench is given and gives back. */
import type { BenchOptions } from "../options.ts";
import type { ResultTable } from "../report/result-table.ts";
import { SENDER_DEFAULTS } from "../load/run-sender.ts";
import type { SenderOptions } from "../load/sender-options.ts";
import { Server, type Connector } from "../subject/server.ts";

export interface Bench {
  readonly options: BenchOptions;
  /** True when this row or section is asked for. */
  readonly wants: (name: string) => boolean;
  readonly say: (text: string) => void;
  /** Spans a second of the frozen workload over HTTP protobuf in a closed loop, once it is known. */
  sustainable: number | undefined;
}

export interface Section {
  readonly name: string;
  /** Names of rows that can be asked for one by one; none: the section as a whole. */
  readonly rows?: readonly string[];
  run(bench: Bench): Promise<ResultTable[]>;
}

/** The sender's options that follow from the command line. */
export function senderDefaults({ options }: Bench): Omit<SenderOptions, "host" | "port"> {
  const { seconds, connections, poolRecords, windowBytes } = options;
  return { ...SENDER_DEFAULTS, seconds, connections, poolRecords, windowBytes };
}

export async function withServer<T>(
  { options }: Bench,
  settings: { maxDisk?: number; connectors?: readonly Connector[]; rules?: string },
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const nodeArgs = options.cpuProf === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.cpuProf}`];
  const server = await Server.start({ parent: options.data, nodeArgs, ...settings });
  try {
    return await use(server);
  } finally {
    // A killed one writes no profile.
    if (options.cpuProf !== undefined) await server.stop();
    server.remove();
  }
}
