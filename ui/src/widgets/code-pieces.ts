/** Coloured pieces of code, cut where marks begin and end. Pure. */
export interface CodePiece {
  readonly text: string;
  /** A class of the field's styles; "" = plain. */
  readonly kind: string;
}

/** A stretch to be underlined; `end` is exclusive. */
export interface CodeMark {
  readonly start: number;
  readonly end: number;
}

/** The same text in the same order; a mark of no length is stretched to one letter. */
export function cutPieces(
  pieces: readonly CodePiece[],
  marks: readonly CodeMark[],
): (CodePiece & { readonly marked: boolean })[] {
  const isMarked = (at: number): boolean =>
    marks.some(({ start, end }) => at >= start && at < Math.max(end, start + 1));
  const cut: (CodePiece & { readonly marked: boolean })[] = [];
  let at = 0;
  for (const { text, kind } of pieces) {
    let from = 0;
    for (let index = 1; index <= text.length; index++) {
      if (index < text.length && isMarked(at + index) === isMarked(at + from)) continue;
      cut.push({ text: text.slice(from, index), kind, marked: isMarked(at + from) });
      from = index;
    }
    at += text.length;
  }
  return cut;
}
