/** rsyslog and syslog-ng, where they are installed: read the lines of a file and send them on, with a queue, as users without privileges. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDirectory } from "./stores.ts";

const RSYSLOG = process.env.RSYSLOGD_PATH ?? "/usr/sbin/rsyslogd";
const SYSLOG_NG = process.env.SYSLOG_NG_PATH ?? "/usr/sbin/syslog-ng";

export const hasRsyslog = existsSync(RSYSLOG);
export const NO_RSYSLOG = "skipped: no rsyslog at /usr/sbin/rsyslogd; install the package or set RSYSLOGD_PATH";
export const hasSyslogNg = existsSync(SYSLOG_NG);
export const NO_SYSLOG_NG =
  "skipped: no syslog-ng at /usr/sbin/syslog-ng; install syslog-ng-core or set SYSLOG_NG_PATH";

export interface SyslogClient {
  /** Lines that are appended here are sent, by the program `shop` and with the severity warning. */
  readonly file: string;
  /** What it said on stderr. */
  readonly stderr: () => string;
  end(): Promise<void>;
}

export interface Destination {
  readonly port: number;
  readonly transport: "tcp" | "udp";
}

/** RFC 5424, octet counting over TCP. */
export function startRsyslog({ port, transport }: Destination): SyslogClient {
  return startClient((directory, file) => {
    const config = join(directory, "rsyslog.conf");
    const framing = transport === "tcp" ? 'TCP_Framing="octet-counted"' : "";
    writeFileSync(
      config,
      `global(workDirectory="${directory}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" File="${file}" Tag="shop" Severity="warning" Facility="local3")
action(type="omfwd" target="127.0.0.1" port="${port}" protocol="${transport}" ${framing} template="RSYSLOG_SyslogProtocol23Format"
       queue.type="LinkedList" queue.filename="forward" queue.saveOnShutdown="on" queue.size="100000"
       action.resumeRetryCount="-1" action.resumeInterval="1")
`,
    );
    return [RSYSLOG, "-n", "-f", config, "-i", join(directory, "pid")];
  });
}

/** RFC 3164, a message a line over TCP. */
export function startSyslogNg({ port, transport }: Destination): SyslogClient {
  return startClient((directory, file) => {
    const config = join(directory, "syslog-ng.conf");
    writeFileSync(
      config,
      `@version: 3.35
options { time-reopen(1); flush-lines(100); log-msg-size(65536); keep-hostname(yes); stats-freq(0); };
source lines { file("${file}" follow-freq(1) flags(no-parse) program-override("shop") default-facility(local3) default-priority(warning)); };
destination goldspan { network("127.0.0.1" port(${port}) transport("${transport}") log-fifo-size(100000)); };
log { source(lines); destination(goldspan); flags(flow-control); };
`,
    );
    const state = ["persist", "ctl", "pid"].map((name) => join(directory, name));
    return [SYSLOG_NG, "-F", "-f", config, "-R", state[0], "-c", state[1], "-p", state[2], "--no-caps"];
  });
}

function startClient(configure: (directory: string, file: string) => string[]): SyslogClient {
  const temp = tempDirectory();
  const file = join(temp.path, "lines.log");
  writeFileSync(file, "");
  const [program, ...args] = configure(temp.path, file);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    file,
    stderr: () => stderr,
    end: async () => {
      child.kill("SIGKILL");
      await exited;
      temp.remove();
    },
  };
}
