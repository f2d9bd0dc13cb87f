/**
 * The little formatting that text panels have: headings, lists, paragraphs, and in them code, strong and emphasised words. In: text;
 * out: blocks of pieces, which elements draw as what they are; markup in the text stays text. Pure.
 */
export interface TextPiece {
  readonly kind: "plain" | "code" | "strong" | "emphasis";
  readonly text: string;
}

export type TextBlock =
  | { readonly kind: "heading" | "paragraph"; readonly pieces: readonly TextPiece[] }
  | { readonly kind: "list"; readonly items: readonly (readonly TextPiece[])[] }
  | { readonly kind: "code"; readonly text: string };

export function parseText(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line.trim() === "") continue;
    if (line.startsWith("```")) {
      const end = lines.findIndex((other, at) => at > index && other.startsWith("```"));
      const last = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(index + 1, last).join("\n") });
      index = last;
    } else if (/^#{1,6}\s/.test(line)) {
      blocks.push({ kind: "heading", pieces: parsePieces(line.replace(/^#+\s+/, "")) });
    } else {
      const isList = ITEM.test(line);
      const from = index;
      while (
        index + 1 < lines.length &&
        lines[index + 1].trim() !== "" &&
        !/^(?:#{1,6}\s|```)/.test(lines[index + 1]) &&
        ITEM.test(lines[index + 1]) === isList
      )
        index++;
      const part = lines.slice(from, index + 1);
      if (isList) blocks.push({ kind: "list", items: part.map((item) => parsePieces(item.replace(ITEM, ""))) });
      else blocks.push({ kind: "paragraph", pieces: parsePieces(part.join(" ")) });
    }
  }
  return blocks;
}

const ITEM = /^\s*(?:[-*]|\d+\.)\s+/;

function parsePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g)) {
    if (found.index > at) pieces.push({ kind: "plain", text: text.slice(at, found.index) });
    const [whole, code, strong, emphasis] = found;
    if (code) pieces.push({ kind: "code", text: code });
    else pieces.push(strong ? { kind: "strong", text: strong } : { kind: "emphasis", text: emphasis ?? "" });
    at = found.index + whole.length;
  }
  if (at < text.length) pieces.push({ kind: "plain", text: text.slice(at) });
  return pieces;
}
