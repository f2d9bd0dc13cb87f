/**
 * Turns lines printed with `console` into log records that carry the active span's ids; the lines still print as before.
 * In: a console and a logger. Out: log records. Output of pino and winston does not pass through `console` and is not
 * seen here.
 */

import { format } from "node:util";
import type { Logger } from "@opentelemetry/api";
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

const MAX_BODY_CHARACTERS = 64 * 1024;

/** Wraps the methods in place. A line printed while a record is being made (by the SDK itself) makes no record. */
export function captureConsole(target: Console, logger: Logger): void {
  let emitting = false;
  for (const [name, { stream, ...severity }] of Object.entries(METHODS)) {
    const method = name as keyof typeof METHODS;
    const print = target[method];
    const captured = function (this: unknown, ...args: unknown[]): void {
      print.apply(this ?? target, args);
      if (emitting) return;
      emitting = true;
      try {
        const exception = args.find((arg) => arg instanceof Error);
        logger.emit({
          ...severity,
          body: format(...args).slice(0, MAX_BODY_CHARACTERS),
          attributes: { "log.iostream": stream },
          ...(exception ? { exception } : {}),
        });
      } catch {
        // An argument whose inspection throws has already been printed or refused by the console itself.
      } finally {
        emitting = false;
      }
    };
    Object.defineProperty(captured, "name", { value: name });
    target[method] = captured;
  }
}
