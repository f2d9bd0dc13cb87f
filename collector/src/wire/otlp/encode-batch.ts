/**
 * SpanBatch / LogBatch -> an OTLP request in protobuf: the inverse of the scanners, for journals of changed batches, for
 * remote exporters and for reading back. Records of equal resource and scope are put together, whichever batch they come from;
 * their order within a scope is kept.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { BYTES, ProtoWriter, VARINT } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE, type RecordBatch } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";

/** Which records of a batch to write; absent = all. */
export type Selection = (batch: RecordBatch, index: number) => boolean;

/** ExportTraceServiceRequest bytes of all spans. Cost: about 0.5 µs a span. */
export function encodeTraces(batches: readonly SpanBatch[], select?: Selection): Uint8Array {
  return encodeGrouped(groupRecords(batches, select), writeSpan);
}

/** ExportLogsServiceRequest bytes of all log records. */
export function encodeLogs(batches: readonly LogBatch[], select?: Selection): Uint8Array {
  return encodeGrouped(groupRecords(batches, select), writeLogRecord);
}

/** Numbers of the fields that hold the children at all three levels. */
const RESOURCES = 1;
const CHILDREN = 2;

export interface PlacedRecord<B> {
  readonly batch: B;
  readonly index: number;
}

/** Records under their resource and scope; both are envelopes. */
export interface GroupedRecords<B> {
  readonly resource: Uint8Array;
  readonly scopes: readonly { readonly scope: Uint8Array; readonly records: readonly PlacedRecord<B>[] }[];
}

/** Puts records of equal resource and scope together, whichever batch they come from. */
export function groupRecords<B extends RecordBatch>(batches: readonly B[], select?: Selection): GroupedRecords<B>[] {
  const resources = new ByteInterner(0);
  const scopes = new ByteInterner(0);
  const placed: Map<number, PlacedRecord<B>[]>[] = [];
  for (const batch of batches) {
    const buckets = batch.groups.map(({ resource, scope }) => {
      const byScope = (placed[resources.intern(resource, 0, resource.length)] ??= new Map());
      const scopeId = scopes.intern(scope, 0, scope.length);
      let bucket = byScope.get(scopeId);
      if (!bucket) byScope.set(scopeId, (bucket = []));
      return bucket;
    });
    for (let index = 0; index < batch.count; index++) {
      if (select === undefined || select(batch, index)) buckets[batch.group[index]].push({ batch, index });
    }
  }
  return placed.flatMap((byScope, resourceId) => {
    const filled = [...byScope].filter(([, records]) => records.length > 0);
    if (filled.length === 0) return [];
    return [
      {
        resource: resources.view(resourceId),
        scopes: filled.map(([scopeId, records]) => ({ scope: scopes.view(scopeId), records })),
      },
    ];
  });
}

type WriteRecord<B> = (writer: ProtoWriter, batch: B, index: number) => void;

function encodeGrouped<B>(grouped: readonly GroupedRecords<B>[], write: WriteRecord<B>): Uint8Array {
  const writer = new ProtoWriter(65_536);
  for (const { resource, scopes } of grouped) {
    const resourceStart = writer.begin(RESOURCES);
    writer.raw(resource);
    for (const { scope, records } of scopes) {
      const scopeStart = writer.begin(CHILDREN);
      writer.raw(scope);
      for (const { batch, index } of records) {
        const recordStart = writer.begin(CHILDREN);
        write(writer, batch, index);
        writer.end(recordStart);
      }
      writer.end(scopeStart);
    }
    writer.end(resourceStart);
  }
  return writer.finish();
}

/** The content of one Span message. */
export function writeSpan(writer: ProtoWriter, batch: SpanBatch, i: number): void {
  const { bytes } = batch;
  writer.bytesField(1, bytes, batch.traceId[i], 16).bytesField(2, bytes, batch.spanId[i], 8);
  if (batch.parentSpanId[i] !== NONE) writer.bytesField(4, bytes, batch.parentSpanId[i], 8);
  if (batch.nameLength[i] > 0) writer.bytesField(5, bytes, batch.nameOffset[i], batch.nameLength[i]);
  if (batch.kind[i] !== 0) writer.tag(6, VARINT).varint(batch.kind[i]);
  if ((batch.startLow[i] | batch.startHigh[i]) !== 0) writer.fixed64Field(7, batch.startLow[i], batch.startHigh[i]);
  if ((batch.endLow[i] | batch.endHigh[i]) !== 0) writer.fixed64Field(8, batch.endLow[i], batch.endHigh[i]);
  writeAttributes(writer, 9, batch, i);
  writeRest(writer, batch, i);
  if (batch.statusCode[i] !== 0 && batch.statusInRest[i] === 0) {
    writer.tag(15, BYTES).varint(2).tag(3, VARINT).varint(batch.statusCode[i]);
  }
}

/** The content of one LogRecord message. */
export function writeLogRecord(writer: ProtoWriter, batch: LogBatch, i: number): void {
  const { bytes } = batch;
  if ((batch.timeLow[i] | batch.timeHigh[i]) !== 0) writer.fixed64Field(1, batch.timeLow[i], batch.timeHigh[i]);
  if (batch.severityNumber[i] !== 0) writer.tag(2, VARINT).varint(batch.severityNumber[i]);
  if (batch.severityTextLength[i] > 0)
    writer.bytesField(3, bytes, batch.severityTextOffset[i], batch.severityTextLength[i]);
  if (batch.bodyOffset[i] !== NONE) writer.bytesField(5, bytes, batch.bodyOffset[i], batch.bodyLength[i]);
  writeAttributes(writer, 6, batch, i);
  if (batch.traceId[i] !== NONE) writer.bytesField(9, bytes, batch.traceId[i], 16);
  if (batch.spanId[i] !== NONE) writer.bytesField(10, bytes, batch.spanId[i], 8);
  if ((batch.observedLow[i] | batch.observedHigh[i]) !== 0)
    writer.fixed64Field(11, batch.observedLow[i], batch.observedHigh[i]);
  writeRest(writer, batch, i);
}

function writeAttributes(writer: ProtoWriter, field: number, batch: RecordBatch, i: number): void {
  for (let a = batch.attributeStart[i]; a < batch.attributeStart[i + 1]; a++) {
    writer.bytesField(field, batch.bytes, batch.attributeOffset[a], batch.attributeLength[a]);
  }
}

function writeRest(writer: ProtoWriter, batch: RecordBatch, i: number): void {
  for (let r = batch.restStart[i]; r < batch.restStart[i + 1]; r++) {
    writer.raw(batch.bytes, batch.restOffset[r], batch.restLength[r]);
  }
}
