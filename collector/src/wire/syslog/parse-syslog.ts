/** Bytes of one syslog message -> what it says. Nothing is refused: what follows no RFC is a text. */
import { parseRfc3164, type Rfc3164Options } from "./rfc3164.ts";
import { parseRfc5424 } from "./rfc5424.ts";
import { readPriority, type SyslogMessage } from "./syslog-message.ts";

/** auto = RFC 5424 when it is well-formed, else RFC 3164. */
export type SyslogProtocol = "auto" | "rfc5424" | "rfc3164";

export interface SyslogOptions extends Rfc3164Options {
  readonly protocol: SyslogProtocol;
}

export function parseSyslog(bytes: Uint8Array, start: number, end: number, options: SyslogOptions): SyslogMessage {
  const { protocol } = options;
  const { priority, next } = readPriority(bytes, start, end);
  const parsed = protocol === "rfc3164" ? undefined : parseRfc5424(bytes, next, end, priority);
  if (parsed) return parsed;
  if (protocol !== "rfc5424") return parseRfc3164(bytes, next, end, priority, options);
  return {
    facility: priority >> 3,
    severity: priority & 7,
    time: undefined,
    hostname: "",
    appName: "",
    procId: "",
    msgId: "",
    structuredData: [],
    text: bytes.subarray(next, end),
  };
}
