/** Structured logs: one JSON line each on stderr, with level, time, message, component and fields. Never a secret, never a payload. */
import { writeSync } from "node:fs";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Writes straight to file descriptor 2, so that lines of worker threads are not lost when the process ends. */
export function writeStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch (error) {
    // A closed or full pipe must not stop the collector; there is nowhere left to say so.
    if (!["EAGAIN", "EPIPE", "EBADF"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

export function createLogger(
  level: LogLevel = "info",
  fields: LogFields = {},
  write: (line: string) => void = writeStderr,
): Logger {
  const log = (at: LogLevel) => (message: string, more?: LogFields) => {
    if (RANK[at] < RANK[level]) return;
    write(
      `${JSON.stringify({ ts: new Date().toISOString(), level: at, msg: message, ...fields, ...more }, printable)}\n`,
    );
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (more) => createLogger(level, { ...fields, ...more }, write),
  };
}

function printable(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.message;
  return typeof value === "bigint" ? value.toString() : value;
}
