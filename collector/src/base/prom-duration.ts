/** Durations as Prometheus writes them: "5m", "1h30m", "1d", "100ms"; units from the largest to the smallest, each once. */

const UNITS = [
  ["y", 365 * 86_400_000],
  ["w", 7 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;
const PATTERN = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+)${unit})?`).join("")}$`);

/** Milliseconds; undefined when the text is none. "0" needs no unit. */
export function parsePromDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const found = text === "" ? null : PATTERN.exec(text);
  if (!found) return undefined;
  return UNITS.reduce((sum, [, millis], i) => sum + Number(found[i + 1] ?? 0) * millis, 0);
}
