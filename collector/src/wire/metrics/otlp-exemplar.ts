/** An OTLP Exemplar -> a Prometheus one: trace and span id as labels, before the filtered attributes. */
import { formatHex } from "../../base/hex.ts";
import { BYTES, FIXED64, ProtoReader } from "../../base/protobuf.ts";
import { labelsOf } from "../../model/labels.ts";
import type { Exemplar } from "../../model/metric-facts.ts";
import { attributesIn, labelRecord } from "./otlp-labels.ts";
import { millisAt, signedAt } from "./words.ts";

export function otlpExemplar(message: ProtoReader): Exemplar {
  const { bytes, pos: start, end } = message;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [value, timestampMillis, traceId, spanId, hasAttributes] = [0, 0, "", "", false];
  while (message.next()) {
    const { field, wire, valueStart } = message;
    if (field === 2 && wire === FIXED64) timestampMillis = millisAt(view, valueStart);
    else if (field === 3 && wire === FIXED64) value = view.getFloat64(valueStart, true);
    else if (field === 6 && wire === FIXED64) value = signedAt(view, valueStart);
    else if (field === 4 && wire === BYTES) spanId = hexOf(bytes, valueStart, message.valueLength);
    else if (field === 5 && wire === BYTES) traceId = hexOf(bytes, valueStart, message.valueLength);
    else if (field === 7) hasAttributes = true;
  }
  // What connectors and most SDKs send: labels in order as they stand.
  if (!hasAttributes && traceId !== "" && spanId !== "")
    return { labels: ["span_id", spanId, "trace_id", traceId], value, timestampMillis };
  const record = labelRecord(attributesIn(bytes, start, end, 7));
  if (traceId !== "") record.trace_id = traceId;
  if (spanId !== "") record.span_id = spanId;
  return { labels: labelsOf(record), value, timestampMillis };
}

/** "" for an id of zeros, which is none. */
function hexOf(bytes: Uint8Array, start: number, length: number): string {
  for (let i = start; i < start + length; i++) if (bytes[i] !== 0) return formatHex(bytes, start, length);
  return "";
}
