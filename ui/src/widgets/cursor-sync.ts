/**
 * One cursor over all charts of a page: charts with the same group tell each other which moment is looked at. In: a moment in
 * milliseconds since 1970, or null when the pointer left; out: calls of the others. Knows no chart.
 */
export type CursorListener = (millis: number | null) => void;

const groups = new Map<string, Set<CursorListener>>();

/** Returns the function that leaves the group. A group of no name is a chart alone. */
export function joinCursors(group: string, listener: CursorListener): () => void {
  if (group === "") return () => undefined;
  const members = groups.get(group) ?? new Set();
  groups.set(group, members.add(listener));
  return () => {
    members.delete(listener);
    if (members.size === 0) groups.delete(group);
  };
}

/** Tells all but the one who says it. */
export function moveCursors(group: string, from: CursorListener, millis: number | null): void {
  for (const listener of groups.get(group) ?? []) if (listener !== from) listener(millis);
}
