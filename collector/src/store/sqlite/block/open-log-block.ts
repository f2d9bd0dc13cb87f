/** The open block of log records; see open-span-block.ts. */
import { ByteColumn, U32Column } from "../../../base/column.ts";
import { ByteInterner } from "../../../base/byte-interner.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { NONE } from "../../../model/record-batch.ts";
import { OpenRecords, type BlockUse } from "./open-records.ts";
import type { LogColumns } from "./record-columns.ts";

const NO_SPAN = new Uint8Array(8);

export class OpenLogBlock extends OpenRecords implements LogColumns {
  readonly bodyOrder = undefined;
  severityTexts: Uint8Array[] = [];
  readonly #effectiveLow = new U32Column(1024);
  readonly #effectiveHigh = new U32Column(1024);
  readonly #timeLow = new U32Column(1024);
  readonly #timeHigh = new U32Column(1024);
  readonly #observedLow = new U32Column(1024);
  readonly #observedHigh = new U32Column(1024);
  readonly #severityNumber = new ByteColumn(1024);
  readonly #severityText = new U32Column(1024);
  readonly #severityTextIds: ByteInterner;
  readonly #spanIds = new ByteColumn(8192);
  readonly #bodyStarts = new U32Column(1024);
  readonly #bodies: ByteColumn;
  readonly #hasBody = new ByteColumn(1024);

  constructor(hashSeed: number, use: BlockUse = "open block") {
    super(hashSeed, use);
    this.#bodies = new ByteColumn(use === "few records" ? 4096 : 65_536);
    this.#severityTextIds = new ByteInterner(hashSeed);
    this.#bodyStarts.push(0);
  }

  get effectiveLow(): Uint32Array {
    return this.#effectiveLow.values;
  }
  get effectiveHigh(): Uint32Array {
    return this.#effectiveHigh.values;
  }
  get timeLow(): Uint32Array {
    return this.#timeLow.values;
  }
  get timeHigh(): Uint32Array {
    return this.#timeHigh.values;
  }
  get observedLow(): Uint32Array {
    return this.#observedLow.values;
  }
  get observedHigh(): Uint32Array {
    return this.#observedHigh.values;
  }
  get severityNumber(): Uint8Array {
    return this.#severityNumber.values;
  }
  get severityText(): Uint32Array {
    return this.#severityText.values;
  }
  get spanIds(): Uint8Array {
    return this.#spanIds.values;
  }
  get bodyStarts(): Uint32Array {
    return this.#bodyStarts.values;
  }
  get bodyEnds(): Uint32Array {
    return this.#bodyStarts.values.subarray(1);
  }
  get bodies(): Uint8Array {
    return this.#bodies.values;
  }
  get hasBody(): Uint8Array {
    return this.#hasBody.values;
  }

  override get sizeBytes(): number {
    return super.sizeBytes + this.#bodies.length;
  }

  appendLogs(batch: LogBatch): void {
    const { bytes, count } = batch;
    for (let i = 0; i < count; i++) {
      const untimed = (batch.timeLow[i] | batch.timeHigh[i]) === 0;
      this.#effectiveLow.push(untimed ? batch.observedLow[i] : batch.timeLow[i]);
      this.#effectiveHigh.push(untimed ? batch.observedHigh[i] : batch.timeHigh[i]);
      this.#timeLow.push(batch.timeLow[i]);
      this.#timeHigh.push(batch.timeHigh[i]);
      this.#observedLow.push(batch.observedLow[i]);
      this.#observedHigh.push(batch.observedHigh[i]);
      this.#severityNumber.push(batch.severityNumber[i]);
      this.#severityText.push(this.#severityTextId(bytes, batch.severityTextOffset[i], batch.severityTextLength[i]));
      if (batch.spanId[i] === NONE) this.#spanIds.append(NO_SPAN);
      else this.#spanIds.append(bytes, batch.spanId[i], 8);
      this.#hasBody.push(batch.bodyOffset[i] === NONE ? 0 : 1);
      if (batch.bodyOffset[i] !== NONE) this.#bodies.append(bytes, batch.bodyOffset[i], batch.bodyLength[i]);
      this.#bodyStarts.push(this.#bodies.length);
    }
    this.append(batch, this.mapGroups(batch), batch.traceId);
  }

  override clear(): void {
    super.clear();
    this.severityTexts = [];
    this.#severityTextIds.clear();
    for (const column of [this.#effectiveLow, this.#effectiveHigh, this.#timeLow, this.#timeHigh]) column.clear();
    for (const column of [this.#observedLow, this.#observedHigh, this.#severityText, this.#bodyStarts]) column.clear();
    for (const column of [this.#severityNumber, this.#spanIds, this.#bodies, this.#hasBody]) column.clear();
    this.#bodyStarts.push(0);
  }

  #severityTextId(bytes: Uint8Array, offset: number, length: number): number {
    const id = this.#severityTextIds.intern(bytes, offset, length);
    if (id === this.severityTexts.length) this.severityTexts.push(bytes.slice(offset, offset + length));
    return id;
  }
}
