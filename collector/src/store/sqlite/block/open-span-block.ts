/**
 * The open block of spans: columns in memory that the ingest thread appends to, readers search at once, and a seal writes out.
 * Measured: 1.1 µs a span with 12 attributes, nearly all of it hashing them.
 */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { ByteColumn, U32Column } from "../../../base/column.ts";
import { NONE } from "../../../model/record-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { OpenRecords } from "./open-records.ts";
import { STATUS_IN_REST, type Operation, type SpanColumns } from "./record-columns.ts";

export class OpenSpanBlock extends OpenRecords implements SpanColumns {
  operations: Operation[] = [];
  readonly #services = new Map<string, number>();
  readonly #operationIds: ByteInterner;
  readonly #operation = new U32Column(1024);
  readonly #startLow = new U32Column(1024);
  readonly #startHigh = new U32Column(1024);
  readonly #durationLow = new U32Column(1024);
  readonly #durationHigh = new U32Column(1024);
  readonly #status = new ByteColumn(1024);
  readonly #spanIds = new ByteColumn(8192);
  readonly #parentIds = new ByteColumn(8192);
  readonly #hasParent = new ByteColumn(1024);
  readonly #key = new ByteColumn(256);

  constructor(hashSeed: number) {
    super(hashSeed);
    this.#operationIds = new ByteInterner(hashSeed);
  }

  get operation(): Uint32Array {
    return this.#operation.values;
  }
  get startLow(): Uint32Array {
    return this.#startLow.values;
  }
  get startHigh(): Uint32Array {
    return this.#startHigh.values;
  }
  get durationLow(): Uint32Array {
    return this.#durationLow.values;
  }
  get durationHigh(): Uint32Array {
    return this.#durationHigh.values;
  }
  get status(): Uint8Array {
    return this.#status.values;
  }
  get spanIds(): Uint8Array {
    return this.#spanIds.values;
  }
  /** 8 bytes a span; meaningless where hasParent is 0. */
  get parentIds(): Uint8Array {
    return this.#parentIds.values;
  }
  get hasParent(): Uint8Array {
    return this.#hasParent.values;
  }

  appendParentId(record: number, out: ByteColumn): number {
    return out.append(this.parentIds, record * 8, 8);
  }

  appendSpans(batch: SpanBatch): void {
    const groups = this.mapGroups(batch);
    const services = Uint32Array.from(groups, (group) => this.#serviceId(this.groupServices[group]));
    const { bytes, count } = batch;
    for (let i = 0; i < count; i++) {
      this.#operation.push(this.#operationId(services[batch.group[i]], batch, i));
      const startLow = batch.startLow[i];
      const endLow = batch.endLow[i];
      this.#startLow.push(startLow);
      this.#startHigh.push(batch.startHigh[i]);
      this.#durationLow.push((endLow - startLow) >>> 0);
      this.#durationHigh.push((batch.endHigh[i] - batch.startHigh[i] - (endLow < startLow ? 1 : 0)) >>> 0);
      this.#status.push(batch.statusCode[i] | (batch.statusInRest[i] === 1 ? STATUS_IN_REST : 0));
      this.#spanIds.append(bytes, batch.spanId[i], 8);
      const parent = batch.parentSpanId[i];
      this.#hasParent.push(parent === NONE ? 0 : 1);
      this.#parentIds.append(bytes, parent === NONE ? batch.spanId[i] : parent, 8);
    }
    this.append(batch, groups, batch.traceId);
  }

  override clear(): void {
    super.clear();
    this.operations = [];
    this.#services.clear();
    this.#operationIds.clear();
    for (const column of [this.#operation, this.#startLow, this.#startHigh, this.#durationLow, this.#durationHigh])
      column.clear();
    for (const column of [this.#status, this.#spanIds, this.#parentIds, this.#hasParent]) column.clear();
  }

  #serviceId(service: string): number {
    let id = this.#services.get(service);
    if (id === undefined) this.#services.set(service, (id = this.#services.size));
    return id;
  }

  /** An operation is its service, kind and name: the interner's key is these three. */
  #operationId(service: number, batch: SpanBatch, i: number): number {
    const key = this.#key;
    key.clear();
    key.push(service & 0xff);
    key.push((service >>> 8) & 0xff);
    key.push(service >>> 16);
    key.push(batch.kind[i]);
    key.append(batch.bytes, batch.nameOffset[i], batch.nameLength[i]);
    const id = this.#operationIds.intern(key.values, 0, key.length);
    if (id === this.operations.length) {
      this.operations.push({
        service: [...this.#services.keys()][service],
        kind: batch.kind[i],
        name: batch.bytes.slice(batch.nameOffset[i], batch.nameOffset[i] + batch.nameLength[i]),
      });
    }
    return id;
  }
}
