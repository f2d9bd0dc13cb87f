/**
 * `health`: asks a running collector whether it is ready, where its configuration says that it listens. A health check for images
 * without a shell or curl. Exit code 0 = ready, 1 = not ready or not there.
 */
import { readFileSync } from "node:fs";
import { messageOf } from "../base/errors.ts";
import type { ServerTlsConfig } from "../component/server-tls.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { parseArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { askUrl } from "./ask-url.ts";
import { addressOf } from "./own-address.ts";
import { UsageError } from "./usage.ts";

/** Below the 5 s that container engines and our image give a check. */
const PATIENCE_MILLIS = 4000;
/** The program in a command line: behind it come its arguments. */
const PROGRAM = /(?:^|[/\\])(?:main\.[jt]s|goldspan(?:\.js)?)$/;

export const health: Command = {
  positionals: ["[URL]"],
  options: {
    pid: {
      value: "N",
      summary: "configured as this process of goldspan is (Linux): its --config and --set count",
    },
  },
  details: `Asks /readyz of the web port, or the health_check extension where there is no web port or it wants a client's
certificate. URL asks there instead. Exit codes: 0 = ready, 1 = not ready, or nobody answers.`,
  examples: ["goldspan health", "goldspan health --pid 1", "goldspan health http://localhost:8317/readyz"],

  async run({ positionals: [named], values }, { streams, configOf }) {
    if (named !== undefined && !/^https?:\/\//.test(named))
      throw new UsageError(`cannot ask ${named}: write an address that begins with http:// or https://`);
    if (named !== undefined && values.pid !== undefined)
      throw new UsageError("cannot use --pid with a URL: it is there to find one");
    const url = named ?? healthUrl(configOf(values.pid === undefined ? undefined : sourcesOfProcess(values.pid)));
    try {
      const { status, text } = await askUrl(url, { patienceMillis: PATIENCE_MILLIS });
      streams.stdout.write(`${status} ${text.trim()}\n`);
      return status === 200 ? 0 : 1;
    } catch (error) {
      streams.stderr.write(`cannot ask ${url}: ${messageOf(error)}\n`);
      return 1;
    }
  },
};

function sourcesOfProcess(pid: string) {
  if (!/^[1-9]\d*$/.test(pid)) throw new UsageError(`cannot use --pid ${pid}: write the number of a process`);
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read how process ${pid} was started: ${messageOf(error)}`);
  }
  const words = line.replace(/\0$/, "").split("\0");
  const program = words.findIndex((word) => PROGRAM.test(word));
  if (program < 0)
    throw new UsageError(`cannot find goldspan in the command line of process ${pid}: ${words.join(" ")}`);
  return parseArguments(words.slice(program + 1)).sources;
}

interface Served {
  readonly endpoint: string;
  readonly tls?: ServerTlsConfig;
  readonly path?: string;
}

/** Where to ask from the same machine. @throws UsageError when nothing that can be asked is configured */
export function healthUrl({ extensions, service }: ResolvedConfig): string {
  const served = service.extensions
    .filter((id) => /^(?:web|health_check)(?:\/|$)/.test(id))
    .map((id) => ({ id, ...(extensions[id] as Served) }))
    .filter(({ tls }) => tls?.client_ca_file === undefined)
    .sort((a, b) => Number(b.id.startsWith("web")) - Number(a.id.startsWith("web")));
  for (const { id, endpoint, tls, path } of served) {
    const address = addressOf({ endpoint, tls: tls !== undefined, transport: "tcp" });
    if (address !== undefined) return address + (id.startsWith("web") ? "/readyz" : (path ?? "/"));
  }
  throw new UsageError(
    "cannot tell where to ask: neither the web nor the health_check extension runs on a known port without client certificates; name URL",
  );
}
