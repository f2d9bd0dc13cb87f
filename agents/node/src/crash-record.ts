/**
 * Records what brings the process down: an uncaught exception or an unhandled rejection becomes a fatal log record, and
 * the span it happened in ends with an error. It only watches; Node's own handling, message and exit code stay as they
 * are. The record leaves with the exit flush.
 */

import { inspect } from "node:util";
import type { Logger } from "@opentelemetry/api";
import { api } from "./otel-modules.ts";

export function recordCrashes(logger: Logger): void {
  process.on("uncaughtExceptionMonitor", (error: unknown, origin) => {
    // An app that handles the exception itself goes on: then it is an error, and its span ends when the app says so.
    const survives = process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback();
    logger.emit({
      severityNumber: survives ? api.SeverityNumber.ERROR : api.SeverityNumber.FATAL,
      severityText: survives ? "error" : "fatal",
      body: `${origin === "unhandledRejection" ? "unhandled rejection" : "uncaught exception"}: ${describe(error)}`,
      exception: error,
      attributes: { "goldspan.crash.origin": origin },
    });
    const span = survives ? undefined : api.trace.getActiveSpan();
    if (span?.isRecording()) {
      span.recordException(error instanceof Error ? error : describe(error));
      span.setAttribute("error.type", error instanceof Error ? error.name : "_OTHER");
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: "the process crashed" });
      span.end();
    }
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
}
