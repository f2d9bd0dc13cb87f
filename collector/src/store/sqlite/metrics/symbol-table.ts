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
      this.sizeBytes += text.length + 80;
    }
    return id;
  }

  /** -1 = it was never interned. */
  find(text: string): number {
    return this.#ids.get(text) ?? -1;
  }
}
