/** Typed-array columns that grow by doubling: the building material of the open block and of decoded batches. */

/** A growing column of unsigned 32-bit numbers. `values` is replaced when it grows: read it afresh after a push. */
export class U32Column {
  values: Uint32Array;
  length = 0;

  constructor(capacity = 256) {
    this.values = new Uint32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1);
    this.values[this.length++] = value;
  }

  /** Makes room for `extra` more values, so that the caller may write `values` directly and set `length`. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.values.length) return;
    const grown = new Uint32Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }

  /** A copy cut to its length. */
  slice(): Uint32Array {
    return this.values.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** A growing column of doubles, as U32Column. */
export class F64Column {
  values: Float64Array;
  length = 0;

  constructor(capacity = 256) {
    this.values = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1);
    this.values[this.length++] = value;
  }

  /** As U32Column's. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.values.length) return;
    const grown = new Float64Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }

  /** A copy cut to its length. */
  slice(): Float64Array {
    return this.values.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

/** A growing run of bytes: what is appended stays in order and keeps its offset. */
export class ByteColumn {
  values: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.values = new Uint8Array(capacity);
  }

  /** Appends `bytes[offset, offset + length)` and returns where it begins. */
  append(bytes: Uint8Array, offset = 0, length: number = bytes.length): number {
    this.reserve(length);
    const start = this.length;
    const values = this.values;
    if (length < 32) for (let i = 0; i < length; i++) values[start + i] = bytes[offset + i];
    else values.set(bytes.subarray(offset, offset + length), start);
    this.length = start + length;
    return start;
  }

  push(byte: number): void {
    this.reserve(1);
    this.values[this.length++] = byte;
  }

  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.values.length) return;
    const grown = new Uint8Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }

  slice(): Uint8Array {
    return this.values.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
