/**
 * Exceptions that spans tell of: events with the name `exception`
 * (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/). A span without such an event costs a few comparisons.
 */
import { BYTES, decodeText, FIXED64, ProtoReader, readU32 } from "../../base/protobuf.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { anyValueText, locateKeyValue } from "../otlp/attribute-text.ts";
import { cut, MOST_MESSAGE, MOST_STACKTRACE, type FoundException } from "./found-exception.ts";

/** Span.events; Event.time_unix_nano, name, attributes. */
const [EVENTS, TIME, NAME, ATTRIBUTES] = [11, 1, 2, 3];
const EXCEPTION = new TextEncoder().encode("exception");
/** An event with that name. */
const LEAST_BYTES = 2 + 2 + EXCEPTION.length;

/** Where an exception event lies in the batch's bytes: the content of the Event message. */
export type OnEvent = (index: number, start: number, end: number) => void;

const reader = new ProtoReader(new Uint8Array(0));
const event = new ProtoReader(new Uint8Array(0));

export function eachExceptionEvent(batch: SpanBatch, visit: OnEvent): void {
  for (let i = 0; i < batch.count; i++) eachExceptionOf(batch, i, visit);
}

/** Those of one span. */
export function eachExceptionOf(
  { bytes, restStart, restOffset, restLength }: SpanBatch,
  i: number,
  visit: OnEvent,
): void {
  for (let r = restStart[i]; r < restStart[i + 1]; r++) {
    const [from, length] = [restOffset[r], restLength[r]];
    if (length < LEAST_BYTES) continue;
    reader.reset(bytes, from, from + length);
    // A field other than events is passed over by its length.
    while (reader.next())
      if (reader.field === EVENTS && reader.wire === BYTES && isException(bytes, reader.valueStart, reader.valueEnd))
        visit(i, reader.valueStart, reader.valueEnd);
  }
}

/** The exception of the event in bytes[start, end). Takes a microsecond and the decoding of its texts. */
export function decodeExceptionEvent(batch: SpanBatch, index: number, start: number, end: number): FoundException {
  const { bytes } = batch;
  let [type, message, stacktrace] = ["", "", ""];
  let [timeLow, timeHigh] = [0, 0];
  event.reset(bytes, start, end);
  while (event.next()) {
    if (event.field === TIME && event.wire === FIXED64) {
      timeLow = readU32(bytes, event.valueStart);
      timeHigh = readU32(bytes, event.valueStart + 4);
    }
    if (event.field !== ATTRIBUTES || event.wire !== BYTES) continue;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, event.valueStart, event.valueEnd);
    const key = decodeText(bytes, keyStart, keyEnd);
    if (key === "exception.type") type = anyValueText(bytes, valueStart, valueEnd);
    else if (key === "exception.message") message = anyValueText(bytes, valueStart, valueEnd);
    else if (key === "exception.stacktrace") stacktrace = anyValueText(bytes, valueStart, valueEnd);
  }
  if ((timeLow | timeHigh) === 0) [timeLow, timeHigh] = [batch.startLow[index], batch.startHigh[index]];
  return {
    index,
    source: "span",
    timeLow,
    timeHigh,
    type: cut(type, MOST_MESSAGE),
    message: cut(message, MOST_MESSAGE),
    stacktrace: cut(stacktrace, MOST_STACKTRACE),
  };
}

function isException(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 + EXCEPTION.length) return false;
  event.reset(bytes, start, end);
  let found = false;
  // Of several names the last one counts.
  while (event.next())
    if (event.field === NAME && event.wire === BYTES) found = isName(bytes, event.valueStart, event.valueEnd);
  return found;
}

function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== EXCEPTION.length) return false;
  for (let i = 0; i < EXCEPTION.length; i++) if (bytes[start + i] !== EXCEPTION[i]) return false;
  return true;
}
