/** What fields with suggestions have in common, whatever the language: which fit what is typed, and a text with one put in. Pure. */
import { fuzzyScore } from "../base/fuzzy.ts";

export interface Suggestion {
  /** What replaces the part being written. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
}

/** Best first, `most` of them; `bonus` lifts kinds of suggestions over others that fit as well. */
export function rankSuggestions<S extends Suggestion>(
  candidates: readonly (S & { readonly bonus?: number })[],
  typed: string,
  most = 12,
): S[] {
  return candidates
    .flatMap((candidate) => {
      const score = fuzzyScore(typed, candidate.label);
      return score === undefined ? [] : { candidate, score: score + (candidate.bonus ?? 0) };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The text with a suggestion put in, and where the cursor then stands. A space that stands already isn't written twice. */
export function applySuggestion(
  text: string,
  edit: { readonly start: number; readonly end: number },
  { insert }: Suggestion,
): { text: string; cursor: number } {
  const rest = text.slice(edit.end);
  const gap = insert.endsWith(" ") && rest.startsWith(" ") ? rest.slice(1) : rest;
  const head = text.slice(0, edit.start) + insert;
  return { text: head + gap, cursor: head.length };
}
