/**
 * A rule file cut into coloured pieces: keys, texts, numbers, remarks, and PromQL where an expression stands. Forgiving: half-written
 * YAML has pieces too. In: text; out: pieces that cover all of it. Pure.
 */
import { paintPieces, type PromTokenKind } from "./promql-tokens.ts";

export interface YamlPiece {
  readonly text: string;
  readonly kind: PromTokenKind | "key" | "";
}

/** What may stand in a line before its value: indentation, dashes, a key. */
const HEAD = /^(?<indent>\s*(?:- +)*)(?:(?<key>[A-Za-z_][\w.-]*|"[^"]*"|'[^']*')(?<colon>\s*:)(?=\s|$))?/;
const BLOCK = /^\s*[|>][+-]?\d?\s*(?:#.*)?$/;
const VALUE =
  /(?<comment>(?<=^|\s)#.*)|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)|(?<key>[A-Za-z_][\w.-]*(?=:(?:\s|$)))|(?<duration>\b\d+(?:\.\d+)?(?:ms|[smhdwy]|%|[KMGT]i?B)(?![\w.]))|(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]))|(?<bracket>[{}[\],])/gi;

export function paintYaml(text: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  /** Lines that are indented deeper than this belong to the block above. */
  let block: { readonly indent: number; readonly isExpr: boolean } | undefined;
  for (const line of text.split(/(?<=\n)/)) {
    const body = line.replace(/\n$/, "");
    const indent = body.search(/\S/);
    if (block && (indent < 0 || indent > block.indent)) {
      pieces.push(...(block.isExpr ? paintPieces(body) : [{ text: body, kind: "string" as const }]));
    } else {
      const { head, value, isExpr, depth } = cutLine(body);
      pieces.push(...head, ...(isExpr && !BLOCK.test(value) ? paintPieces(value) : paintValue(value)));
      block = BLOCK.test(value) ? { indent: depth, isExpr } : undefined;
    }
    if (line !== body) pieces.push({ text: "\n", kind: "" });
  }
  return pieces.filter((piece) => piece.text !== "");
}

function cutLine(line: string): { head: YamlPiece[]; value: string; isExpr: boolean; depth: number } {
  const { indent = "", key = "", colon = "" } = HEAD.exec(line)?.groups ?? {};
  const head: YamlPiece[] = [
    { text: indent, kind: "" },
    { text: key, kind: "key" },
    { text: colon, kind: "operator" },
  ];
  const value = line.slice(indent.length + key.length + colon.length);
  return { head, value, isExpr: key === "expr", depth: indent.length };
}

function paintValue(text: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(VALUE)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), kind: "" });
    pieces.push({ text: match[0], kind: (kind ?? "") as YamlPiece["kind"] });
    at = match.index + match[0].length;
  }
  pieces.push({ text: text.slice(at), kind: "" });
  return pieces;
}

/** Offset of a place, both from 1; within the text. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, Math.max(0, line - 1)).reduce((sum, each) => sum + each.length + 1, 0);
  return Math.min(text.length, before + Math.max(0, column - 1));
}

/** What to underline for a problem at a place: the value there, in a map of one line up to its comma; else the rest of the line. */
export function markAt(text: string, line: number, column: number): { start: number; end: number } {
  const start = offsetOf(text, line, column);
  const rest = /^[^\n]*/.exec(text.slice(start))?.[0] ?? "";
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const value = /[{[]/.test(before) ? /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^,}\]]*)/.exec(rest)?.[0] : undefined;
  return { start, end: start + (value || rest).trimEnd().length };
}
