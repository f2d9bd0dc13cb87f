/** RE2 expressions as they are looked for anywhere in a line, and their named parts. */
import { PatternError } from "../../../base/re2.ts";
import type { PatternMatch } from "../../../base/linear-pattern.ts";
import { compileFind, compilePattern } from "../../../base/text-pattern.ts";

export interface SearchPattern {
  /** The first match from a place on; undefined = there is none. */
  readonly find: (text: string, from?: number) => PatternMatch | undefined;
  /** Named captures, in order. */
  readonly names: readonly string[];
}

/** What is behind that is not looked at for captures. */
const MOST_LENGTH = 64 * 1024;

/** Whether a line has it. @throws PatternError */
export function compileLineTest(text: string): (line: string) => boolean {
  const pattern = compilePattern(text);
  return (line) => pattern.test(line);
}

/** With its captures. @throws PatternError */
export function compileSearch(text: string): SearchPattern {
  const names = [...text.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].map(([, name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new PatternError(`duplicate extracted label name '${twice}'`, text.indexOf(`<${twice}>`));
  const find = compileFind(text);
  return { find: (line, from) => find(line.length > MOST_LENGTH ? line.slice(0, MOST_LENGTH) : line, from), names };
}
