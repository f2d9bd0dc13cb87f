/**
 * Matches what someone types against a name, as command palettes do: all letters in order, better when they start words or
 * follow each other. Pure; case does not count.
 */

/** Higher is better; undefined = no match. An empty query matches everything equally. */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = query.trim().toLowerCase();
  const within = text.toLowerCase();
  if (wanted === "") return 0;
  const at = within.indexOf(wanted);
  if (at >= 0) return 1000 - at - within.length * 0.1 + (isWordStart(text, at) ? 200 : 0);
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const found = within.indexOf(letter, from);
    if (found < 0) return undefined;
    score += found === previous + 1 ? 8 : isWordStart(text, found) ? 6 : 1;
    previous = found;
    from = found + 1;
  }
  return score - within.length * 0.05;
}

function isWordStart(text: string, index: number): boolean {
  return (
    index === 0 || /[\s/._:-]/.test(text[index - 1]) || (/[A-Z]/.test(text[index]) && /[a-z]/.test(text[index - 1]))
  );
}
