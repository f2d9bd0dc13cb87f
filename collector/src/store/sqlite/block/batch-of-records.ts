/**
 * Chosen records of a block -> a batch of its own, with all it refers to copied together: what readers hand out. Distinct
 * attributes and names are copied once. "skeleton" leaves attributes and rest away.
 */
import { ByteColumn, U32Column } from "../../../base/column.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { NONE, type RecordBatch, type RecordGroup } from "../../../model/record-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { isZero } from "../../../wire/otlp/tags.ts";
import {
  STATUS_CODE_MASK,
  STATUS_IN_REST,
  type LogColumns,
  type RecordColumns,
  type SpanColumns,
} from "./record-columns.ts";

export type Detail = "skeleton" | "full";

export function spanBatchOf(columns: SpanColumns, records: ArrayLike<number>, detail: Detail): SpanBatch {
  const arena = new ByteColumn((detail === "full" ? 4096 : 512) + records.length * 64);
  const count = records.length;
  const make = () => new Uint32Array(count);
  const [traceId, spanId, parentSpanId, nameOffset, nameLength] = [make(), make(), make(), make(), make()];
  const [startLow, startHigh, endLow, endHigh] = [make(), make(), make(), make()];
  const [kind, statusCode, statusInRest] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  const traceOffsets = new Map<number, number>();
  const nameOffsets = new Map<number, number>();
  for (let n = 0; n < count; n++) {
    const i = records[n];
    traceId[n] = once(traceOffsets, columns.trace[i], (trace) => arena.append(columns.traceIds, trace * 16, 16));
    spanId[n] = arena.append(columns.spanIds, i * 8, 8);
    parentSpanId[n] = columns.hasParent[i] === 0 ? NONE : columns.appendParentId(i, arena);
    const operation = columns.operations[columns.operation[i]];
    nameOffset[n] = once(nameOffsets, columns.operation[i], () => arena.append(operation.name));
    nameLength[n] = operation.name.length;
    kind[n] = operation.kind;
    statusCode[n] = columns.status[i] & STATUS_CODE_MASK;
    statusInRest[n] = detail === "full" && (columns.status[i] & STATUS_IN_REST) !== 0 ? 1 : 0;
    startLow[n] = columns.startLow[i];
    startHigh[n] = columns.startHigh[i];
    const low = columns.startLow[i] + columns.durationLow[i];
    endLow[n] = low;
    endHigh[n] = columns.startHigh[i] + columns.durationHigh[i] + (low > 0xffffffff ? 1 : 0);
  }
  const shared = sharedOf(columns, records, detail, arena);
  return {
    signal: "traces",
    ...shared,
    traceId,
    spanId,
    parentSpanId,
    nameOffset,
    nameLength,
    kind,
    statusCode,
    statusInRest,
    startLow,
    startHigh,
    endLow,
    endHigh,
    bytes: arena.slice(),
  };
}

export function logBatchOf(columns: LogColumns, records: ArrayLike<number>): LogBatch {
  const arena = new ByteColumn(4096 + records.length * 64);
  const count = records.length;
  const make = () => new Uint32Array(count);
  const [traceId, spanId, bodyOffset, bodyLength, severityTextOffset, severityTextLength] = [
    make(),
    make(),
    make(),
    make(),
    make(),
    make(),
  ];
  const [timeLow, timeHigh, observedLow, observedHigh] = [make(), make(), make(), make()];
  const severityNumber = new Uint8Array(count);
  const traceOffsets = new Map<number, number>();
  const textOffsets = new Map<number, number>();
  for (let n = 0; n < count; n++) {
    const i = records[n];
    const trace = columns.trace[i];
    traceId[n] =
      trace === NONE ? NONE : once(traceOffsets, trace, () => arena.append(columns.traceIds, trace * 16, 16));
    spanId[n] = isZero(columns.spanIds, i * 8, 8) ? NONE : arena.append(columns.spanIds, i * 8, 8);
    const text = columns.severityTexts[columns.severityText[i]];
    severityTextOffset[n] = once(textOffsets, columns.severityText[i], () => arena.append(text));
    severityTextLength[n] = text.length;
    const start = columns.bodyStarts[i];
    bodyLength[n] = columns.bodyEnds[i] - start;
    bodyOffset[n] = columns.hasBody[i] === 0 ? NONE : arena.append(columns.bodies, start, bodyLength[n]);
    severityNumber[n] = columns.severityNumber[i];
    timeLow[n] = columns.timeLow[i];
    timeHigh[n] = columns.timeHigh[i];
    observedLow[n] = columns.observedLow[i];
    observedHigh[n] = columns.observedHigh[i];
  }
  const shared = sharedOf(columns, records, "full", arena);
  return {
    signal: "logs",
    ...shared,
    traceId,
    spanId,
    bodyOffset,
    bodyLength,
    severityTextOffset,
    severityTextLength,
    severityNumber,
    timeLow,
    timeHigh,
    observedLow,
    observedHigh,
    bytes: arena.slice(),
  };
}

type Shared = Omit<RecordBatch, "signal" | "bytes">;

function sharedOf(columns: RecordColumns, records: ArrayLike<number>, detail: Detail, arena: ByteColumn): Shared {
  const count = records.length;
  const groups: RecordGroup[] = [];
  const groupIds = new Map<number, number>();
  const group = new Uint32Array(count);
  const attributeStart = new Uint32Array(count + 1);
  const details = detail === "full" ? count : 0;
  const attributeOffset = new U32Column(details * 16);
  const attributeLength = new U32Column(details * 16);
  const restStart = new Uint32Array(count + 1);
  const restOffset = new U32Column(details);
  const restLength = new U32Column(details);
  const full =
    detail === "full"
      ? {
          attributes: columns.attributesOf(records),
          dictionary: columns.dictionary,
          rest: columns.rest,
          restStarts: columns.restStarts,
        }
      : undefined;
  const entries = new Map<number, { offset: number; length: number }>();
  for (let n = 0; n < count; n++) {
    const i = records[n];
    group[n] = once(groupIds, columns.group[i], (id) => groups.push(columns.groups[id]) - 1);
    if (full) {
      const { attributes, dictionary, rest, restStarts } = full;
      for (let a = attributes.starts[n]; a < attributes.starts[n + 1]; a++) {
        const entry = attributes.ids[a];
        let known = entries.get(entry);
        if (!known) {
          const offset = arena.length;
          entries.set(entry, (known = { offset, length: dictionary.append(entry, arena) }));
        }
        attributeOffset.push(known.offset);
        attributeLength.push(known.length);
      }
      const length = restStarts[i + 1] - restStarts[i];
      if (length > 0) {
        restOffset.push(arena.append(rest, restStarts[i], length));
        restLength.push(length);
      }
    }
    attributeStart[n + 1] = attributeOffset.length;
    restStart[n + 1] = restOffset.length;
  }
  return {
    count,
    groups,
    group,
    attributeStart,
    attributeOffset: attributeOffset.slice(),
    attributeLength: attributeLength.slice(),
    restStart,
    restOffset: restOffset.slice(),
    restLength: restLength.slice(),
  };
}

function once(made: Map<number, number>, key: number, make: (key: number) => number): number {
  let value = made.get(key);
  if (value === undefined) made.set(key, (value = make(key)));
  return value;
}
