/**
 * Small choices that stay with the browser and not with the link: theme, column widths, what is folded. Kept in localStorage;
 * where that is forbidden they last as long as the page.
 */
const PREFIX = "goldspan.";
const inMemory = new Map<string, string>();

export function readPreference(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch (error) {
    return fallBack(error).get(key);
  }
}

export function writePreference(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch (error) {
    fallBack(error).set(key, value);
  }
}

/** A number within bounds, or the given default. */
export function readNumberPreference(key: string, initial: number): number {
  const value = Number(readPreference(key) ?? Number.NaN);
  return Number.isFinite(value) ? value : initial;
}

/** Storage throws a DOMException where the browser forbids or has filled it; anything else is a mistake of ours. */
function fallBack(error: unknown): Map<string, string> {
  if (error instanceof DOMException) return inMemory;
  throw error;
}
