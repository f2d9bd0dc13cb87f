/**
 * Turns lines printed with `console` into log records that carry the active span's ids; the lines still print as before.
 * In: a console and a logger. Out: log records. Output of pino and winston does not pass through `console` and is not
 * seen here.
 */

import { format } from "node:util";
import type { LogRecord, Logger } from "@opentelemetry/api";
import { api } from "./otel-modules.ts";

const { SeverityNumber } = api;

/** Console method -> OpenTelemetry severity number, its text, and where the line is printed. */
const METHODS = {
  trace: { severityNumber: SeverityNumber.TRACE, severityText: "trace", stream: "stderr" },
  debug: { severityNumber: SeverityNumber.DEBUG, severityText: "debug", stream: "stdout" },
  log: { severityNumber: SeverityNumber.INFO, severityText: "info", stream: "stdout" },
  info: { severityNumber: SeverityNumber.INFO, severityText: "info", stream: "stdout" },
  warn: { severityNumber: SeverityNumber.WARN, severityText: "warn", stream: "stderr" },
  error: { severityNumber: SeverityNumber.ERROR, severityText: "error", stream: "stderr" },
} as const;

type Severity = Pick<LogRecord, "severityNumber" | "severityText">;

const MAX_BODY_CHARACTERS = 64 * 1024;

/**
 * Wraps the methods in place. A line printed while another is being printed (`console.trace` prints through
 * `console.error`) or while its record is made (by the SDK itself) makes no record.
 */
export function captureConsole(target: Console, logger: Logger): void {
  let busy = false;
  for (const [name, { stream, ...severity }] of Object.entries(METHODS)) {
    const method = name as keyof typeof METHODS;
    const print = target[method];
    const captured = function (this: unknown, ...args: unknown[]): void {
      if (busy) {
        print.apply(this ?? target, args);
        return;
      }
      busy = true;
      try {
        print.apply(this ?? target, args);
        emit(logger, severity, stream, args);
      } finally {
        busy = false;
      }
    };
    Object.defineProperty(captured, "name", { value: name });
    target[method] = captured;
  }
}

function emit(logger: Logger, severity: Severity, stream: string, args: unknown[]): void {
  const exception = args.find((arg) => arg instanceof Error);
  try {
    logger.emit({
      ...severity,
      body: format(...args).slice(0, MAX_BODY_CHARACTERS),
      attributes: { "log.iostream": stream },
      ...(exception ? { exception } : {}),
    });
  } catch {
    // An argument whose inspection throws has already been printed or refused by the console itself.
  }
}
