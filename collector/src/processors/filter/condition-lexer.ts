/** A condition's text -> tokens with their positions. The lexical rules are OTTL's (pkg/ottl/LANGUAGE.md of collector-contrib). */
import { ConditionError } from "./condition-error.ts";

export type Token =
  | { readonly type: "name" | "symbol" | "string"; readonly text: string; readonly position: number }
  | { readonly type: "number"; readonly value: bigint | number; readonly text: string; readonly position: number }
  | { readonly type: "bytes"; readonly value: Uint8Array; readonly text: string; readonly position: number }
  | { readonly type: "end"; readonly text: ""; readonly position: number };

const RULES: readonly [RegExp, (found: RegExpExecArray, position: number) => Token | undefined][] = [
  [/\s+/y, () => undefined],
  [/"((?:[^"\\]|\\.)*)"/sy, (found, position) => ({ type: "string", text: unescape(found[1]), position })],
  [/[a-zA-Z_]\w*/y, ([text], position) => ({ type: "name", text, position })],
  [
    /0x([0-9a-fA-F]*)/y,
    ([text, hex], position) => {
      if (hex.length % 2 !== 0) throw new ConditionError("bytes need an even number of hex digits", position);
      return { type: "bytes", value: Uint8Array.from(Buffer.from(hex, "hex")), text, position };
    },
  ],
  [/[-+]?(?:\d+\.\d*|\.\d+)/y, ([text], position) => ({ type: "number", value: Number(text), text, position })],
  [/[-+]?\d+/y, ([text], position) => ({ type: "number", value: BigInt(text.replace("+", "")), text, position })],
  [/==|!=|<=|>=|[<>()[\].,]/y, ([text], position) => ({ type: "symbol", text, position })],
];

/** Ends with an "end" token. Throws ConditionError. */
export function lexCondition(condition: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < condition.length) {
    let next = position;
    for (const [rule, make] of RULES) {
      rule.lastIndex = position;
      const found = rule.exec(condition);
      if (!found) continue;
      const token = make(found, position);
      if (token) tokens.push(token);
      next = rule.lastIndex;
      break;
    }
    if (next === position) throw unexpected(condition, position);
    position = next;
  }
  return [...tokens, { type: "end", text: "", position }];
}

function unexpected(condition: string, position: number): ConditionError {
  const character = condition[position];
  const hints: Readonly<Record<string, string>> = {
    "'": 'put texts in double quotes: "text"',
    '"': "the text has no closing quote",
    "=": "compare with ==",
    "!": "write not, or !=",
    "&": "write and",
    "|": "write or",
    "{": "maps are not supported here",
  };
  const arithmetic = "+-*/".includes(character) ? "arithmetic is not supported here" : undefined;
  return new ConditionError(`unexpected ${character}`, position, hints[character] ?? arithmetic);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => ESCAPES[character] ?? character);
}
