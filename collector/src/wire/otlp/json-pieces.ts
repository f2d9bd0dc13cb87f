/**
 * Batches -> OTLP JSON in pieces of a few hundred records, so that a trace of 100,000 spans (100 MB of text) is never one string.
 * Joined, the pieces are what formatJson makes of the whole request.
 */
import { ProtoWriter } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { groupRecords, writeLogRecord, writeSpan, type GroupedRecords } from "./encode-batch.ts";
import { formatJson } from "./protobuf-to-json.ts";
import { LOG_RECORD, RESOURCE_LOGS, RESOURCE_SPANS, SPAN, type MessageSpec } from "./schema.ts";

const RECORDS_A_PIECE = 256;

export function formatTracesJson(batches: readonly SpanBatch[]): Generator<string> {
  return format(groupRecords(batches), RESOURCE_SPANS, SPAN, writeSpan);
}

export function formatLogsJson(batches: readonly LogBatch[]): Generator<string> {
  return format(groupRecords(batches), RESOURCE_LOGS, LOG_RECORD, writeLogRecord);
}

type WriteRecord<B> = (writer: ProtoWriter, batch: B, index: number) => void;

function* format<B>(
  grouped: readonly GroupedRecords<B>[],
  outer: MessageSpec,
  inner: MessageSpec,
  write: WriteRecord<B>,
): Generator<string> {
  const middle = messageAt(outer, 2);
  const writer = new ProtoWriter(4096);
  let text = `{"${outer === RESOURCE_SPANS ? "resourceSpans" : "resourceLogs"}":[`;
  for (const [r, { resource, scopes }] of grouped.entries()) {
    text += `${r === 0 ? "" : ","}${open(formatJson(resource, outer), outer)}`;
    for (const [s, { scope, records }] of scopes.entries()) {
      text += `${s === 0 ? "" : ","}${open(formatJson(scope, middle), middle)}`;
      for (const [n, { batch, index }] of records.entries()) {
        writer.out.clear();
        write(writer, batch, index);
        text += `${n === 0 ? "" : ","}${formatJson(writer.out.values.subarray(0, writer.out.length), inner)}`;
        if ((n + 1) % RECORDS_A_PIECE !== 0) continue;
        yield text;
        text = "";
      }
      text += "]}";
    }
    text += "]}";
  }
  yield `${text}]}`;
}

/** An envelope's JSON with its list of children begun: `{"resource":{…}}` -> `{"resource":{…},"scopeSpans":[`. */
function open(envelope: string, spec: MessageSpec): string {
  const body = envelope.slice(0, -1);
  return `${body}${body === "{" ? "" : ","}"${spec.byNumber[2]?.name}":[`;
}

function messageAt(spec: MessageSpec, field: number): MessageSpec {
  const type = spec.byNumber[field]?.type;
  if (typeof type !== "object") throw new Error(`${spec.name} has no message in field ${field}`);
  return type;
}
