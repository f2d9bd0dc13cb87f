/**
 * Texts that stand in whatever an RE2 expression matches, as they are: what is looked for first, since that is a hundred times faster
 * than the expression. Finds those that lie open (outside of groups, classes and alternatives); none is a good answer, too.
 */

/** @param ignoreCase ASCII letters of the texts may then be of either case, and all other letters are left out */
export function requiredLiterals(pattern: string, ignoreCase: boolean): string[] {
  // What is quoted may look like a group's end.
  if (pattern.includes("\\Q")) return [];
  const folds = ignoreCase || /\(\?[a-zA-Z]*i/.test(pattern);
  const literals: string[] = [];
  let run = "";
  const end = () => {
    if (run !== "") literals.push(run);
    run = "";
  };
  for (let i = 0; i < pattern.length;) {
    const rest = pattern.slice(i);
    const found =
      /^(?:\\x\{[0-9a-fA-F]*\}|\\x..|\\[pP](?:\{[^}]*\}|.)|\\[0-7]{1,3}|\\[\s\S]|\[(?:\^?\]?)(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|[\s\S])/u.exec(
        rest,
      );
    if (!found) return [];
    let [part] = found;
    if (part === "|") return [];
    if (part === "(") part = rest.slice(0, groupLength(rest));
    i += part.length;
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(i))?.[0] ?? "";
    i += quantifier.length;
    const literal = literalOf(part, folds);
    if (literal === undefined) end();
    else if (quantifier === "") run += literal;
    else {
      if (quantifier.startsWith("+")) run += literal;
      end();
    }
  }
  end();
  return literals;
}

function literalOf(part: string, folds: boolean): string | undefined {
  const text = /^\\[^\w\s]$/u.test(part) ? part.slice(1) : part;
  if (!/^.$/su.test(text) || (text === part && /[\\^$.|?*+()[\]{}]/.test(part))) return undefined;
  // In Unicode K and S have a third form, and letters beyond ASCII fold, too.
  if (folds && (/[ks]/i.test(text) || text > "\x7f")) return undefined;
  return text.isWellFormed() ? text : undefined;
}

/** Of the group that a text begins with; escapes and classes looked over. */
function groupLength(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "[") {
      const length = /^\[(?:\^?\]?)(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/.exec(text.slice(i))?.[0].length ?? 1;
      i += length - 1;
    } else if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i + 1;
  }
  return text.length;
}
