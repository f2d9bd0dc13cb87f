/**
 * One record of a batch as processors read it: a cursor that decodes only what is asked for. Shared by the processors that match
 * records (attributes, resource, filter). Changes nothing.
 */
import { formatHex } from "../../base/hex.ts";
import { nanosToBigInt } from "../../base/nanos.ts";
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { AttributeList } from "../../model/edit-attribute-list.ts";
import type { EditableBatch } from "../../model/edit-columns.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { decodeAnyValue, type AnyValue } from "../../wire/otlp/any-value.ts";
import { viewGroup, type GroupView } from "./group-view.ts";

/** Field numbers in Span and LogRecord that stand in the rest. */
const TRACE_STATE = 3;
const STATUS = 15;
const STATUS_MESSAGE = 2;
const EVENT_NAME = 12;

export class RecordView {
  batch!: EditableBatch;
  index = 0;
  readonly #list = new AttributeList();
  #loaded = false;

  /** Moves to a record. */
  at(batch: EditableBatch, index: number): this {
    this.batch = batch;
    this.index = index;
    this.#loaded = false;
    return this;
  }

  get group(): GroupView {
    return viewGroup(this.batch.groups[this.batch.group[this.index]]);
  }

  /** The record's attributes; loaded once, so changes made to the list are seen. */
  get attributes(): AttributeList {
    if (!this.#loaded) {
      this.#list.load(this.batch, this.index);
      this.#loaded = true;
    }
    return this.#list;
  }

  /** The value of the first attribute with this key; undefined = there is none. */
  attribute(key: Uint8Array): AnyValue | undefined {
    const list = this.attributes;
    const found = list.find(key);
    return found < 0 ? undefined : decodeAnyValue(list.source[found], list.valueStart[found], list.valueEnd[found]);
  }

  get spanName(): string {
    const { bytes, nameOffset, nameLength } = this.#span;
    return decodeText(bytes, nameOffset[this.index], nameOffset[this.index] + nameLength[this.index]);
  }

  get kind(): number {
    return this.#span.kind[this.index];
  }

  get statusCode(): number {
    return this.#span.statusCode[this.index];
  }

  get statusMessage(): string {
    const status = this.#restField(STATUS);
    if (!status) return "";
    const reader = new ProtoReader(status);
    let message = "";
    while (reader.next()) if (reader.field === STATUS_MESSAGE && reader.wire === BYTES) message = reader.string();
    return message;
  }

  get traceState(): string {
    return textOf(this.#restField(TRACE_STATE));
  }

  get startUnixNano(): bigint {
    return nanosToBigInt(this.#span.startLow[this.index], this.#span.startHigh[this.index]);
  }

  get endUnixNano(): bigint {
    return nanosToBigInt(this.#span.endLow[this.index], this.#span.endHigh[this.index]);
  }

  get parentSpanId(): string {
    return this.#id(this.#span.parentSpanId, 8);
  }

  /** "" where a log record has none. */
  get traceId(): string {
    return this.#id(this.batch.traceId, 16);
  }

  get spanId(): string {
    return this.#id(this.batch.spanId, 8);
  }

  get timeUnixNano(): bigint {
    return nanosToBigInt(this.#log.timeLow[this.index], this.#log.timeHigh[this.index]);
  }

  get observedUnixNano(): bigint {
    return nanosToBigInt(this.#log.observedLow[this.index], this.#log.observedHigh[this.index]);
  }

  get severityNumber(): number {
    return this.#log.severityNumber[this.index];
  }

  get severityText(): string {
    const { bytes, severityTextOffset, severityTextLength } = this.#log;
    const start = severityTextOffset[this.index];
    return decodeText(bytes, start, start + severityTextLength[this.index]);
  }

  get eventName(): string {
    return textOf(this.#restField(EVENT_NAME));
  }

  /** Null when there is no body. */
  get body(): AnyValue {
    const { bytes, bodyOffset, bodyLength } = this.#log;
    const start = bodyOffset[this.index];
    return start === NONE ? null : decodeAnyValue(bytes, start, start + bodyLength[this.index]);
  }

  get #span(): SpanBatch {
    return this.batch as SpanBatch;
  }

  get #log(): LogBatch {
    return this.batch as LogBatch;
  }

  #id(column: Uint32Array, length: number): string {
    const offset = column[this.index];
    return offset === NONE ? "" : formatHex(this.batch.bytes, offset, length);
  }

  /** The last occurrence of a length-delimited field in the rest. */
  #restField(field: number): Uint8Array | undefined {
    const { bytes, restStart, restOffset, restLength } = this.batch;
    let found: Uint8Array | undefined;
    for (let r = restStart[this.index]; r < restStart[this.index + 1]; r++) {
      const reader = new ProtoReader(bytes, restOffset[r], restOffset[r] + restLength[r]);
      while (reader.next()) if (reader.field === field && reader.wire === BYTES) found = reader.view();
    }
    return found;
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes ? decodeText(bytes, 0, bytes.length) : "";
}
