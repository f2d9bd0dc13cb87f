/** Gives equal texts the same small number, in order of first appearance. */
export class Interner {
  readonly texts: string[] = [];
  private readonly codes = new Map<string, number>();

  add(text: string): number {
    let code = this.codes.get(text);
    if (code === undefined) {
      code = this.texts.length;
      this.texts.push(text);
      this.codes.set(text, code);
    }
    return code;
  }
}
