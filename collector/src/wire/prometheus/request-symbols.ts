/** The symbols of one request that is written: numbers over all requests -> references into the request's own table, in order of first use. */
import type { ByteInterner } from "../../base/byte-interner.ts";
import { U32Column } from "../../base/column.ts";
import { varintSize, type ProtoWriter } from "../../base/protobuf.ts";
import { V2 } from "./fields.ts";

export class RequestSymbols {
  /** By symbol: its reference + 1 in the request in which it was used last, and which request that was. */
  #refs = new Uint32Array(1024);
  #usedIn = new Uint32Array(1024);
  #request = 0;
  readonly #order = new U32Column(1024);

  /** The empty symbol comes first, as the protocol wants it. */
  begin(): void {
    this.#request = (this.#request + 1) >>> 0;
    if (this.#request === 0) {
      this.#usedIn.fill(0);
      this.#request = 1;
    }
    this.#order.clear();
    this.refOf(0);
  }

  refOf(symbol: number): number {
    if (symbol >= this.#usedIn.length) this.#grow(symbol);
    if (this.#usedIn[symbol] === this.#request) return this.#refs[symbol];
    this.#usedIn[symbol] = this.#request;
    const ref = this.#order.length;
    this.#order.push(symbol);
    return (this.#refs[symbol] = ref);
  }

  /** Bytes that {@link write} writes. */
  sizeOf(symbols: ByteInterner): number {
    let size = 0;
    for (let ref = 0; ref < this.#order.length; ref++) {
      const length = symbols.lengthOf(this.#order.values[ref]);
      size += 1 + varintSize(length) + length;
    }
    return size;
  }

  write(writer: ProtoWriter, symbols: ByteInterner): void {
    for (let ref = 0; ref < this.#order.length; ref++) {
      const symbol = this.#order.values[ref];
      writer.bytesField(V2.request.symbols, symbols.arena, symbols.starts[symbol], symbols.lengthOf(symbol));
    }
  }

  #grow(symbol: number): void {
    const size = Math.max(symbol + 1, this.#usedIn.length * 2);
    const grown = (column: Uint32Array) => {
      const next = new Uint32Array(size);
      next.set(column);
      return next;
    };
    this.#refs = grown(this.#refs);
    this.#usedIn = grown(this.#usedIn);
  }
}
