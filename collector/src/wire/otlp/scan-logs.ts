/**
 * OTLP log requests (ExportLogsServiceRequest, protobuf) -> LogBatch, in one pass like the trace scanner. Every well-formed record
 * is kept: one with a zero or wrong-length trace id is only not linked, and its id bytes stay in the rest.
 */
import { U32Column } from "../../base/column.ts";
import { malformed, readU32 } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import type { ReceivedBody } from "../../model/signal.ts";
import { checkKeyValue, checkStructure } from "./check-structure.ts";
import { RecordColumns, takeColumns } from "./record-columns.ts";
import type { ScanResult } from "./rejections.ts";
import { scanGroups } from "./scan-groups.ts";
import { ANY_VALUE, KEY_VALUE } from "./schema.ts";
import { isZero, skipField, varintAt } from "./tags.ts";

/** Tag bytes of LogRecord's fields: field number * 8 + wire type. */
const TIME = 0x09;
const SEVERITY_NUMBER = 0x10;
const SEVERITY_TEXT = 0x1a;
const BODY = 0x2a;
const ATTRIBUTE = 0x32;
const TRACE_ID = 0x4a;
const SPAN_ID = 0x52;
const OBSERVED_TIME = 0x59;

const columns = new RecordColumns();
const timeLow = new U32Column(1024);
const timeHigh = new U32Column(1024);
const observedLow = new U32Column(1024);
const observedHigh = new U32Column(1024);
const severityNumbers = new U32Column(1024);
const severityTextOffset = new U32Column(1024);
const severityTextLength = new U32Column(1024);
const bodyOffset = new U32Column(1024);
const bodyLength = new U32Column(1024);
const traceId = new U32Column(1024);
const spanId = new U32Column(1024);

/** @throws DecodeError when the bytes are no well-formed request; then nothing of it counts. */
export function scanLogs(bytes: Uint8Array, received?: ReceivedBody): ScanResult<LogBatch> {
  try {
    const groups = scanGroups(bytes, (start, end, group) => scanRecord(bytes, start, end, group));
    const count = columns.count;
    const batch: LogBatch = {
      signal: "logs",
      bytes,
      count,
      groups,
      ...takeColumns(
        {
          ...columns.end(),
          timeLow,
          timeHigh,
          observedLow,
          observedHigh,
          severityTextOffset,
          severityTextLength,
          bodyOffset,
          bodyLength,
          traceId,
          spanId,
        },
        { severityNumber: severityNumbers },
      ),
      received,
    };
    return { batch, rejected: 0, message: "" };
  } catch (error) {
    columns.clear();
    for (const column of [timeLow, timeHigh, observedLow, observedHigh, severityNumbers, traceId, spanId])
      column.clear();
    for (const column of [severityTextOffset, severityTextLength, bodyOffset, bodyLength]) column.clear();
    throw error;
  }
}

function scanRecord(bytes: Uint8Array, start: number, end: number, group: number): void {
  let time = NONE;
  let observed = NONE;
  let severity = 0;
  let text = start;
  let textLength = 0;
  let body = NONE;
  let bodySize = 0;
  let trace = NONE;
  let span = NONE;

  columns.begin(group);
  let pos = start;
  while (pos < end) {
    const tagStart = pos;
    const tag = bytes[pos];
    switch (tag) {
      case SEVERITY_TEXT:
      case BODY:
      case ATTRIBUTE:
      case TRACE_ID:
      case SPAN_ID: {
        let length = bytes[pos + 1];
        let value = pos + 2;
        if (length >= 0x80) {
          const long = varintAt(bytes, pos + 1, end);
          length = long.value;
          value = long.next;
        }
        pos = value + length;
        if (value > end || pos > end) throw malformed("a field that reaches past the end of its log record", tagStart);
        if (tag === ATTRIBUTE) {
          checkKeyValue(bytes, value, pos, KEY_VALUE);
          columns.attribute(value, length);
        } else if (tag === BODY) {
          checkStructure(bytes, value, pos, ANY_VALUE);
          body = value;
          bodySize = length;
        } else if (tag === SEVERITY_TEXT) {
          text = value;
          textLength = length;
        } else if (tag === TRACE_ID) {
          trace = length === 16 && !isZero(bytes, value, 16) ? value : NONE;
          if (trace === NONE && length > 0) columns.rest(tagStart, pos);
        } else {
          span = length === 8 && !isZero(bytes, value, 8) ? value : NONE;
          if (span === NONE && length > 0) columns.rest(tagStart, pos);
        }
        break;
      }
      case TIME:
      case OBSERVED_TIME:
        pos += 9;
        if (pos > end) throw malformed("a truncated time", tagStart);
        if (tag === TIME) time = tagStart + 1;
        else observed = tagStart + 1;
        break;
      case SEVERITY_NUMBER:
        if (pos + 1 < end && bytes[pos + 1] <= 24) {
          severity = bytes[pos + 1];
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

  timeLow.push(time === NONE ? 0 : readU32(bytes, time));
  timeHigh.push(time === NONE ? 0 : readU32(bytes, time + 4));
  observedLow.push(observed === NONE ? 0 : readU32(bytes, observed));
  observedHigh.push(observed === NONE ? 0 : readU32(bytes, observed + 4));
  severityNumbers.push(severity);
  severityTextOffset.push(text);
  severityTextLength.push(textLength);
  bodyOffset.push(body);
  bodyLength.push(bodySize);
  traceId.push(trace);
  spanId.push(span);
}
