/** RE2 expressions as they are looked for anywhere in a line, and their named parts. */
import { parseLinear } from "../../../base/linear-pattern.ts";
import { PatternError, translateRe2 } from "../../../base/re2.ts";
import { compilePattern } from "../../../base/text-pattern.ts";

export interface SearchPattern {
  readonly exec: (text: string) => RegExpExecArray | null;
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

/** With its captures. @throws PatternError, also for expressions on which JavaScript's engine could take for ever */
export function compileSearch(text: string): SearchPattern {
  const names = [...text.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].map(([, name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new PatternError(`duplicate extracted label name '${twice}'`, text.indexOf(`<${twice}>`));
  compilePattern(text);
  const source = translateRe2(text);
  if (parseLinear(translateRe2(text, { wholeText: true })).isRisky)
    throw new PatternError("a repetition of a repetition is not supported where parts are captured", 0);
  const expression = new RegExp(source, "u");
  return { exec: (line) => expression.exec(line.length > MOST_LENGTH ? line.slice(0, MOST_LENGTH) : line), names };
}
