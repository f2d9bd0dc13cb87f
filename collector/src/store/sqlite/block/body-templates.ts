/**
 * Lines of one statement of a program, taken apart: what is the same in all of them once, and each place where they differ (a word with a
 * digit in it) as a column. A third less than the lines one after the other, since a column holds like characters and nothing else.
 */
import { U32Column } from "../../../base/column.ts";
import { isWordWithDigit, wordEnd } from "../../../model/tokens.ts";

/** A line is constant, variable, constant, … constant; the first and the last may be empty. */
export class BodyTemplate {
  readonly constants: readonly Uint8Array[];
  /** Of the lines that were added: where each variable begins, line by line; and how long it is. */
  readonly starts = new U32Column(256);
  readonly lengths = new U32Column(256);

  constructor(constants: readonly Uint8Array[]) {
    this.constants = constants;
  }

  get variables(): number {
    return this.constants.length - 1;
  }

  /** Adds bytes[start, end) where it is such a line; false where it is not. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const { constants, starts, lengths } = this;
    const before = starts.length;
    let at = start;
    for (let c = 0; c < constants.length; c++) {
      const constant = constants[c];
      const isThere = at + constant.length <= end && startsWith(bytes, at, constant);
      at += constant.length;
      if (isThere && c === constants.length - 1 && at === end) return true;
      const to = isThere ? wordEnd(bytes, at, end) : at;
      if (!isThere || c === constants.length - 1 || !isWordWithDigit(bytes, at, to)) break;
      starts.push(at);
      lengths.push(to - at);
      at = to;
    }
    starts.length = lengths.length = before;
    return false;
  }
}

/** Each is a column of its own: of a line with thousands of numbers they would take more than the lines, and seconds to seal. */
const MOST_VARIABLES = 64;

/** The template of a line; undefined = the line has too many variables for one. */
export function templateOf(bytes: Uint8Array, start: number, end: number): BodyTemplate | undefined {
  const constants: Uint8Array[] = [];
  let from = start;
  for (let at = start; at < end;) {
    const to = wordEnd(bytes, at, end);
    if (isWordWithDigit(bytes, at, to)) {
      if (constants.length === MOST_VARIABLES) return undefined;
      constants.push(bytes.slice(from, at));
      from = to;
    }
    at = Math.max(to, at + 1);
  }
  return new BodyTemplate([...constants, bytes.slice(from, end)]);
}

function startsWith(bytes: Uint8Array, at: number, constant: Uint8Array): boolean {
  for (let i = 0; i < constant.length; i++) if (bytes[at + i] !== constant[i]) return false;
  return true;
}
