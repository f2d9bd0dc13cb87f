/**
 * OTLP trace requests (ExportTraceServiceRequest, protobuf) -> SpanBatch: one pass over the bytes that notes where things lie and
 * reads only ids, times, kind and status. No string and no BigInt is made. Spans without valid ids are left out and counted.
 * Measured: 0.2 to 0.4 µs a span with 12 attributes; protobufjs takes 4.
 */
import { U32Column } from "../../base/column.ts";
import { malformed, readU32 } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import type { ReceivedBody } from "../../model/signal.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { checkKeyValue, checkStructure } from "./check-structure.ts";
import { RecordColumns, takeColumns } from "./record-columns.ts";
import { Rejections, type ScanResult } from "./rejections.ts";
import { scanGroups } from "./scan-groups.ts";
import { EVENT, KEY_VALUE, LINK, STATUS } from "./schema.ts";
import { isZero, skipField, varintAt } from "./tags.ts";

/** Tag bytes of Span's fields: field number * 8 + wire type. */
const TRACE_ID = 0x0a;
const SPAN_ID = 0x12;
const PARENT_SPAN_ID = 0x22;
const NAME = 0x2a;
const KIND = 0x30;
const START = 0x39;
const END = 0x41;
const ATTRIBUTE = 0x4a;
const EVENTS = 0x5a;
const LINKS = 0x6a;
const STATUS_FIELD = 0x7a;

const columns = new RecordColumns();
const traceId = new U32Column(1024);
const spanId = new U32Column(1024);
const parentSpanId = new U32Column(1024);
const nameOffset = new U32Column(1024);
const nameLength = new U32Column(1024);
const kinds = new U32Column(1024);
const statusCodes = new U32Column(1024);
const statusesInRest = new U32Column(1024);
const startLow = new U32Column(1024);
const startHigh = new U32Column(1024);
const endLow = new U32Column(1024);
const endHigh = new U32Column(1024);

/** @throws DecodeError when the bytes are no well-formed request; then nothing of it counts. */
export function scanTraces(bytes: Uint8Array, received?: ReceivedBody): ScanResult<SpanBatch> {
  const rejections = new Rejections("span");
  try {
    const groups = scanGroups(bytes, (start, end, group) => scanSpan(bytes, start, end, group, rejections));
    const count = columns.count;
    const batch: SpanBatch = {
      signal: "traces",
      bytes,
      count,
      groups,
      ...takeColumns(
        {
          ...columns.end(),
          traceId,
          spanId,
          parentSpanId,
          nameOffset,
          nameLength,
          startLow,
          startHigh,
          endLow,
          endHigh,
        },
        { kind: kinds, statusCode: statusCodes, statusInRest: statusesInRest },
      ),
      received,
    };
    return { batch, rejected: rejections.count, message: rejections.message };
  } catch (error) {
    columns.clear();
    for (const column of [traceId, spanId, parentSpanId, nameOffset, nameLength, kinds, statusCodes]) column.clear();
    for (const column of [statusesInRest, startLow, startHigh, endLow, endHigh]) column.clear();
    throw error;
  }
}

function scanSpan(bytes: Uint8Array, start: number, end: number, group: number, rejections: Rejections): void {
  let trace = NONE;
  let traceLength = 0;
  let span = NONE;
  let spanLength = 0;
  let parent = NONE;
  let name = start;
  let nameSize = 0;
  let kind = 0;
  let statusCode = 0;
  let statusInRest = 0;
  let startTime = NONE;
  let endTime = NONE;

  columns.begin(group);
  let pos = start;
  while (pos < end) {
    const tagStart = pos;
    const tag = bytes[pos];
    // All fields handled here are BYTES with a short length, a short varint or a FIXED64; anything else goes the general way.
    switch (tag) {
      case TRACE_ID:
      case SPAN_ID:
      case PARENT_SPAN_ID:
      case NAME:
      case ATTRIBUTE:
      case EVENTS:
      case LINKS:
      case STATUS_FIELD: {
        let length = bytes[pos + 1];
        let value = pos + 2;
        if (length >= 0x80) {
          const long = varintAt(bytes, pos + 1, end);
          length = long.value;
          value = long.next;
        }
        pos = value + length;
        if (value > end || pos > end) throw malformed("a field that reaches past the end of its span", tagStart);
        if (tag === ATTRIBUTE) {
          checkKeyValue(bytes, value, pos, KEY_VALUE);
          columns.attribute(value, length);
        } else if (tag === NAME) {
          name = value;
          nameSize = length;
        } else if (tag === TRACE_ID) {
          trace = value;
          traceLength = length;
        } else if (tag === SPAN_ID) {
          span = value;
          spanLength = length;
        } else if (tag === PARENT_SPAN_ID) {
          parent = length === 8 ? value : NONE;
          if (length !== 8 && length !== 0) columns.rest(tagStart, pos);
        } else if (tag === STATUS_FIELD) {
          if (length === 2 && bytes[value] === 0x18 && (bytes[value + 1] === 1 || bytes[value + 1] === 2)) {
            statusCode = bytes[value + 1];
          } else {
            checkStructure(bytes, value, pos, STATUS);
            statusCode = readStatusCode(bytes, value, pos);
            statusInRest = 1;
            columns.rest(tagStart, pos);
          }
        } else {
          checkStructure(bytes, value, pos, tag === EVENTS ? EVENT : LINK);
          columns.rest(tagStart, pos);
        }
        break;
      }
      case START:
      case END:
        pos += 9;
        if (pos > end) throw malformed("a truncated time", tagStart);
        if (tag === START) startTime = tagStart + 1;
        else endTime = tagStart + 1;
        break;
      case KIND:
        if (pos + 1 < end && bytes[pos + 1] <= 5) {
          kind = bytes[pos + 1];
          pos += 2;
          break;
        }
        pos = skipField(bytes, pos, end);
        columns.rest(tagStart, pos);
        break;
      default:
        pos = skipField(bytes, pos, end);
        columns.rest(tagStart, pos);
    }
  }

  if (traceLength !== 16 || isZero(bytes, trace, 16)) return reject(rejections, "traceId", 16, traceLength);
  if (spanLength !== 8 || isZero(bytes, span, 8)) return reject(rejections, "spanId", 8, spanLength);
  traceId.push(trace);
  spanId.push(span);
  parentSpanId.push(parent);
  nameOffset.push(name);
  nameLength.push(nameSize);
  kinds.push(kind);
  statusCodes.push(statusCode);
  statusesInRest.push(statusInRest);
  startLow.push(startTime === NONE ? 0 : readU32(bytes, startTime));
  startHigh.push(startTime === NONE ? 0 : readU32(bytes, startTime + 4));
  endLow.push(endTime === NONE ? 0 : readU32(bytes, endTime));
  endHigh.push(endTime === NONE ? 0 : readU32(bytes, endTime + 4));
}

function reject(rejections: Rejections, field: string, wanted: number, length: number): void {
  columns.abandon();
  rejections.add(length === wanted ? `${field} is all zero` : `${field} must have ${wanted} bytes, got ${length}`);
}

/** Status.code as 0 to 2; numbers that OTLP doesn't know count as unset (they stay in the rest). */
function readStatusCode(bytes: Uint8Array, start: number, end: number): number {
  let code = 0;
  for (let pos = start; pos < end;) {
    const next = skipField(bytes, pos, end);
    if (bytes[pos] === 0x18) code = next === pos + 2 && bytes[pos + 1] <= 2 ? bytes[pos + 1] : 0;
    pos = next;
  }
  return code;
}
