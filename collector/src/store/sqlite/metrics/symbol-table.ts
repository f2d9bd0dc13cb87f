/** Strings as numbers: label names and values are kept once, however many series have them. */
export class SymbolTable {
  readonly texts: string[] = [];
  readonly #ids = new Map<string, number>();
  /** Of the texts, about: what the engine takes for a short string and its place in the map. */
  sizeBytes = 0;

  /** The text's number, given out in order from 0. */
  intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.#ids.set(text, id);
      this.sizeBytes += text.length + SYMBOL_BYTES;
    }
    return id;
  }

  /** Forgets the texts that were interned since there were `count`. */
  truncate(count: number): void {
    while (this.texts.length > count) {
      const text = this.texts.pop() as string;
      this.#ids.delete(text);
      this.sizeBytes -= text.length + SYMBOL_BYTES;
    }
  }

  /** -1 = it was never interned. */
  find(text: string): number {
    return this.#ids.get(text) ?? -1;
  }
}

const SYMBOL_BYTES = 80;
