/**
 * Log records of any protocol -> one LogBatch: records are written as an OTLP request (ExportLogsServiceRequest) and scanned, so
 * that a journal's replay, a store and an exporter see what they see of OTLP. Records of equal resource stand together, in the order
 * in which they were given.
 */
import { ProtoWriter, VARINT } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { writeAny, writeKeyValue, type AnyValue } from "../otlp/any-value.ts";
import { scanLogs } from "../otlp/scan-logs.ts";

export type Attributes = Iterable<readonly [key: string, value: AnyValue]>;

export interface LogRecord {
  /** Unix nanoseconds; absent or 0 = unknown. */
  readonly time?: bigint | undefined;
  readonly observedTime?: bigint | undefined;
  readonly severityNumber?: number;
  readonly severityText?: string;
  /** A body that is a text, as bytes that are written as they are, also when they are no UTF-8; before `body`. */
  readonly text?: Uint8Array | undefined;
  readonly body?: AnyValue | undefined;
  readonly attributes?: Attributes;
  /** 16 and 8 bytes. */
  readonly traceId?: Uint8Array | undefined;
  readonly spanId?: Uint8Array | undefined;
}

/** Field numbers, the same at all levels of a request. */
const RESOURCES = 1;
const CHILDREN = 2;

export class LogRequestWriter {
  readonly #resources = new Map<string, ResourceWriter>();
  #count = 0;

  /** Records so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes so far, more or less. */
  get sizeBytes(): number {
    let size = 0;
    for (const { records } of this.#resources.values()) size += records.out.length;
    return size;
  }

  /** @param key equal for equal resources. @param attributes asked for when it is a new one */
  resource(key: string, attributes: () => Attributes): (record: LogRecord) => void {
    let resource = this.#resources.get(key);
    if (!resource) this.#resources.set(key, (resource = new ResourceWriter(attributes())));
    const { add } = resource;
    return (record) => {
      this.#count++;
      add(record);
    };
  }

  /** A batch that owns its bytes. @throws DecodeError when there are too many records */
  finish(): LogBatch {
    const all = new ProtoWriter(this.sizeBytes + this.#resources.size * 256);
    for (const { attributes, records } of this.#resources.values()) {
      const start = all.begin(RESOURCES);
      all.bytesField(1, attributes.out.values, 0, attributes.out.length);
      all.bytesField(CHILDREN, records.out.values, 0, records.out.length);
      all.end(start);
    }
    this.#resources.clear();
    this.#count = 0;
    const bytes = all.finish();
    return scanLogs(bytes, { bytes, encoding: "protobuf", compression: "none" }).batch;
  }
}

class ResourceWriter {
  readonly attributes = new ProtoWriter(128);
  readonly records = new ProtoWriter(512);

  constructor(attributes: Attributes) {
    writeAttributes(this.attributes, 1, attributes);
  }

  /** The fields of LogRecord in order of their numbers. */
  readonly add = (record: LogRecord): void => {
    const { records } = this;
    const { time = 0n, observedTime = 0n, severityNumber = 0, severityText = "", text, body } = record;
    const start = records.begin(CHILDREN);
    if (time > 0n) writeTime(records, 1, time);
    if (severityNumber > 0) records.tag(2, VARINT).varint(severityNumber);
    if (severityText !== "") records.stringField(3, severityText);
    if (text !== undefined) {
      const value = records.begin(5);
      records.bytesField(1, text).end(value);
    } else if (body !== undefined) {
      const value = records.begin(5);
      writeAny(records, body);
      records.end(value);
    }
    writeAttributes(records, 6, record.attributes ?? []);
    if (record.traceId) records.bytesField(9, record.traceId);
    if (record.spanId) records.bytesField(10, record.spanId);
    if (observedTime > 0n) writeTime(records, 11, observedTime);
    records.end(start);
  };
}

function writeAttributes(writer: ProtoWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of attributes) {
    const start = writer.begin(field);
    writeKeyValue(writer, key, value);
    writer.end(start);
  }
}

function writeTime(writer: ProtoWriter, field: number, time: bigint): void {
  writer.fixed64Field(field, Number(time & 0xffffffffn), Number((time >> 32n) & 0xffffffffn));
}
