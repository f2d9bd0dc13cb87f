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
  /** Operation -> number of its service. */
  #operationServices: number[] = [];
  readonly #services = new Map<string, number>();
  readonly #names: ByteInterner;
  /** Name -> the operation that had it first: mostly the only one. */
  readonly #firstOfName = new U32Column(256);
  /** The other operations of a name, by one number made of name, service (below 2^24) and kind (below 8). */
  readonly #otherOperations = new Map<number, number>();
  readonly #operation = new U32Column(1024);
  readonly #startLow = new U32Column(1024);
  readonly #startHigh = new U32Column(1024);
  readonly #durationLow = new U32Column(1024);
  readonly #durationHigh = new U32Column(1024);
  readonly #status = new ByteColumn(1024);
  readonly #spanIds = new ByteColumn(8192);
  readonly #parentIds = new ByteColumn(8192);
  readonly #hasParent = new ByteColumn(1024);
  /** Columns with one value a span. */
  readonly #words = [this.#operation, this.#startLow, this.#startHigh, this.#durationLow, this.#durationHigh];
  readonly #bytes = [this.#status, this.#hasParent];

  constructor(hashSeed: number) {
    super(hashSeed);
    this.#names = new ByteInterner(hashSeed);
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
    const first = this.count;
    for (const column of this.#words) column.reserve(count);
    for (const column of this.#bytes) column.reserve(count);
    this.#spanIds.reserve(count * 8);
    this.#parentIds.reserve(count * 8);
    // Read once: each of them is a look-up through a private field, 5 % of an append.
    const { operation, status, hasParent, spanIds, parentIds } = this;
    const { startLow, startHigh, durationLow, durationHigh } = this;
    for (let i = 0, at = first; i < count; i++, at++) {
      operation[at] = this.#operationId(services[batch.group[i]], batch, i);
      const low = batch.startLow[i];
      const endLow = batch.endLow[i];
      startLow[at] = low;
      startHigh[at] = batch.startHigh[i];
      durationLow[at] = endLow - low;
      durationHigh[at] = batch.endHigh[i] - batch.startHigh[i] - (endLow < low ? 1 : 0);
      status[at] = batch.statusCode[i] | (batch.statusInRest[i] === 1 ? STATUS_IN_REST : 0);
      const span = batch.spanId[i];
      const hasOne = batch.parentSpanId[i] !== NONE;
      const parent = hasOne ? batch.parentSpanId[i] : span;
      hasParent[at] = hasOne ? 1 : 0;
      for (let k = 0, id = at * 8; k < 8; k++, id++) {
        spanIds[id] = bytes[span + k];
        parentIds[id] = bytes[parent + k];
      }
    }
    for (const column of this.#words) column.length += count;
    for (const column of this.#bytes) column.length += count;
    this.#spanIds.length += count * 8;
    this.#parentIds.length += count * 8;
    this.append(batch, groups, batch.traceId);
  }

  override clear(): void {
    super.clear();
    this.operations = [];
    this.#operationServices = [];
    this.#services.clear();
    this.#otherOperations.clear();
    this.#names.clear();
    this.#firstOfName.clear();
    for (const column of this.#words) column.clear();
    for (const column of [...this.#bytes, this.#spanIds, this.#parentIds]) column.clear();
  }

  #serviceId(service: string): number {
    let id = this.#services.get(service);
    if (id === undefined) this.#services.set(service, (id = this.#services.size));
    return id;
  }

  /** An operation is its service, kind and name. */
  #operationId(service: number, batch: SpanBatch, i: number): number {
    const name = this.#names.intern(batch.bytes, batch.nameOffset[i], batch.nameLength[i]);
    const kind = batch.kind[i];
    if (name === this.#firstOfName.length) {
      this.#firstOfName.push(this.operations.length);
      return this.#addOperation(service, kind, batch, i);
    }
    const first = this.#firstOfName.values[name];
    if (this.#operationServices[first] === service && this.operations[first].kind === kind) return first;
    const key = (name * 2 ** 24 + service) * 8 + kind;
    let id = this.#otherOperations.get(key);
    if (id === undefined) this.#otherOperations.set(key, (id = this.#addOperation(service, kind, batch, i)));
    return id;
  }

  #addOperation(service: number, kind: number, batch: SpanBatch, i: number): number {
    this.#operationServices.push(service);
    const { bytes, nameOffset, nameLength } = batch;
    const name = bytes.slice(nameOffset[i], nameOffset[i] + nameLength[i]);
    return this.operations.push({ service: [...this.#services.keys()][service], kind, name }) - 1;
  }
}
