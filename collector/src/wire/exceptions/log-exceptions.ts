/**
 * Exceptions that log records tell of: those with exception.* attributes or the event name `exception`
 * (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/), and every record of level error or fatal; then its body is the
 * message, and what loggers put beside or into it (an error object, a stack trace) counts. Other records cost a few comparisons each.
 */
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { LEVEL_NUMBERS } from "../../model/log-field.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { severityNumberOf } from "../../model/log-severity.ts";
import { NONE } from "../../model/record-batch.ts";
import { decodeAnyValue, formatAnyValue, isAnyMap, type AnyMap, type AnyValue } from "../otlp/any-value.ts";
import { locateKeyValue } from "../otlp/attribute-text.ts";
import { exceptionInText } from "./exception-text.ts";
import { cut, MOST_MESSAGE, MOST_STACKTRACE, type FoundException } from "./found-exception.ts";

const KEY_TAG = 0x0a;
const [LETTER_E, LETTER_X] = [0x65, 0x78];
/** LogRecord.event_name. */
const EVENT_NAME = 12;
const encoder = new TextEncoder();
const PREFIX = encoder.encode("exception.");
const EXCEPTION = encoder.encode("exception");
const reader = new ProtoReader(new Uint8Array(0));

/** Attributes in which loggers put the error itself, as a map or as its stack trace. */
const ERROR_KEYS = new Set(["err", "error", "exception"]);

/** @param withErrors records of level error or fatal that say nothing of an exception, too */
export function eachExceptionLog(batch: LogBatch, withErrors: boolean, visit: (index: number) => void): void {
  const least = withErrors ? LEVEL_NUMBERS.error : Infinity;
  for (let i = 0; i < batch.count; i++)
    if (severityOf(batch, i) >= least || hasException(batch, i) || isEvent(batch, i)) visit(i);
}

/** Takes some microseconds. */
export function decodeExceptionLog(batch: LogBatch, index: number): FoundException {
  const { bytes } = batch;
  let [type, message, stacktrace] = ["", "", ""];
  let error: AnyValue = null;
  for (let a = batch.attributeStart[index]; a < batch.attributeStart[index + 1]; a++) {
    const start = batch.attributeOffset[a];
    // All keys that count begin with an e.
    if (bytes[start] === KEY_TAG && bytes[start + 2] !== LETTER_E) continue;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, start + batch.attributeLength[a]);
    const key = decodeText(bytes, keyStart, keyEnd);
    const value = () => decodeAnyValue(bytes, valueStart, valueEnd);
    if (key === "exception.type") type = formatAnyValue(value());
    else if (key === "exception.message") message = formatAnyValue(value());
    else if (key === "exception.stacktrace") stacktrace = formatAnyValue(value());
    else if (ERROR_KEYS.has(key)) error = value();
  }
  if (type === "" && message === "") {
    const own = isAnyMap(error) ? ofMap(error) : exceptionInText(bodyOf(batch, index));
    type = own.type;
    message = own.message;
    stacktrace ||= own.stacktrace;
    if (typeof error === "string") stacktrace ||= error;
  }
  const untimed = (batch.timeLow[index] | batch.timeHigh[index]) === 0;
  return {
    index,
    source: "log",
    timeLow: untimed ? batch.observedLow[index] : batch.timeLow[index],
    timeHigh: untimed ? batch.observedHigh[index] : batch.timeHigh[index],
    type: cut(type, MOST_MESSAGE),
    message: cut(message, MOST_MESSAGE),
    stacktrace: cut(stacktrace, MOST_STACKTRACE),
  };
}

function bodyOf({ bytes, bodyOffset, bodyLength }: LogBatch, i: number): string {
  if (bodyOffset[i] === NONE) return "";
  return formatAnyValue(decodeAnyValue(bytes, bodyOffset[i], bodyOffset[i] + bodyLength[i]));
}

function ofMap(error: AnyMap): { type: string; message: string; stacktrace: string } {
  const text = (...keys: string[]) => {
    const value = keys.map((key) => error.get(key)).find((each) => typeof each === "string");
    return typeof value === "string" ? value : "";
  };
  return {
    type: text("type", "name"),
    message: text("message", "msg"),
    stacktrace: text("stack", "stacktrace", "stack_trace"),
  };
}

/** As searches see it: senders without a number mean what their text says. */
function severityOf({ bytes, severityNumber, severityTextOffset, severityTextLength }: LogBatch, i: number): number {
  if (severityNumber[i] > 0 || severityTextLength[i] === 0) return severityNumber[i];
  return severityNumberOf(decodeText(bytes, severityTextOffset[i], severityTextOffset[i] + severityTextLength[i]));
}

function hasException(batch: LogBatch, i: number): boolean {
  const { bytes, attributeOffset, attributeStart } = batch;
  for (let a = attributeStart[i]; a < attributeStart[i + 1]; a++) {
    const at = attributeOffset[a];
    // KeyValues nearly always begin with their key: exception.type, exception.message, …
    if (bytes[at + 2] === LETTER_E && bytes[at + 3] === LETTER_X && bytes[at] === KEY_TAG)
      if (bytes[at + 1] > PREFIX.length && isAt(bytes, at + 2, PREFIX)) return true;
  }
  return false;
}

function isEvent(batch: LogBatch, i: number): boolean {
  const { bytes, restStart, restOffset, restLength } = batch;
  for (let r = restStart[i]; r < restStart[i + 1]; r++) {
    if (restLength[r] < EXCEPTION.length + 2) continue;
    reader.reset(bytes, restOffset[r], restOffset[r] + restLength[r]);
    while (reader.next())
      if (reader.field === EVENT_NAME && reader.wire === BYTES && reader.valueLength === EXCEPTION.length)
        if (isAt(bytes, reader.valueStart, EXCEPTION)) return true;
  }
  return false;
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}
