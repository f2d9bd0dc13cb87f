/** Who listens on a port, as far as Linux lets this user see: /proc tells sockets by port, and of own processes which sockets they hold. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Holder {
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
}

const LISTENING = "0A";
/** Undefined = not known: another user's process, another system, or it is gone. */
export function holderOf(port: number, transport: "tcp" | "udp"): Holder | undefined {
  const inodes = new Set(
    [transport, `${transport}6`].flatMap((table) => socketsAt(read(`/proc/net/${table}`), port, transport)),
  );
  if (inodes.size === 0) return undefined;
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name)))
    for (const file of list(`/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${file}`)) ?? [];
      if (inode !== undefined && inodes.has(inode)) return { pid: Number(pid), command: commandOf(pid) };
    }
  return undefined;
}

/** Inodes of sockets. @param table as in /proc/net/tcp */
export function socketsAt(table: string, port: number, transport: "tcp" | "udp"): string[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => {
      const [, digits = ""] = local.split(":");
      return parseInt(digits, 16) === port && (transport === "udp" || state === LISTENING);
    })
    .map((fields) => fields[9]);
}

function commandOf(pid: string | number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

function read(path: string): string {
  return orEmpty(() => readFileSync(path, "utf8"), "");
}

function list(path: string): string[] {
  return orEmpty(() => readdirSync(path), []);
}

function link(path: string): string {
  return orEmpty(() => readlinkSync(path), "");
}

/** Processes end while they are looked at, and others' are not shown. */
function orEmpty<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
