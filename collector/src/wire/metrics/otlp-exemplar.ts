/** An OTLP Exemplar -> a Prometheus one: trace and span id as labels, before the filtered attributes. */
import { BYTES, FIXED64, ProtoReader } from "../../base/protobuf.ts";
import { labelsOf } from "../../model/labels.ts";
import type { Exemplar } from "../../model/metric-facts.ts";
import { attributesIn, labelRecord } from "./otlp-labels.ts";
import { millisAt, signedAt } from "./words.ts";

export function otlpExemplar(message: ProtoReader): Exemplar {
  const { bytes, pos: start, end } = message;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [value, timestampMillis, traceId, spanId] = [0, 0, "", ""];
  while (message.next()) {
    const { field, wire, valueStart } = message;
    if (field === 2 && wire === FIXED64) timestampMillis = millisAt(view, valueStart);
    else if (field === 3 && wire === FIXED64) value = view.getFloat64(valueStart, true);
    else if (field === 6 && wire === FIXED64) value = signedAt(view, valueStart);
    else if (field === 4 && wire === BYTES) spanId = hexOf(message.view());
    else if (field === 5 && wire === BYTES) traceId = hexOf(message.view());
  }
  const record = labelRecord(attributesIn(bytes, start, end, 7));
  if (traceId !== "") record.trace_id = traceId;
  if (spanId !== "") record.span_id = spanId;
  return { labels: labelsOf(record), value, timestampMillis };
}

/** "" for an id of zeros, which is none. */
function hexOf(id: Uint8Array): string {
  return id.every((byte) => byte === 0) ? "" : Buffer.from(id).toString("hex");
}
