/** Names of levels, of whatever logging library, -> severity numbers. */
import { LEVEL_NAMES, LEVEL_NUMBERS, type LevelName } from "../../../model/log-field.ts";
import { nearest } from "../../../base/suggest.ts";

const SAME_LEVEL: Readonly<Record<string, LevelName | "unset">> = {
  verbose: "trace",
  finest: "trace",
  dbg: "debug",
  fine: "debug",
  information: "info",
  informational: "info",
  notice: "info",
  warning: "warn",
  err: "error",
  severe: "error",
  critical: "fatal",
  crit: "fatal",
  alert: "fatal",
  emergency: "fatal",
  emerg: "fatal",
  panic: "fatal",
  unknown: "unset",
  unspecified: "unset",
  none: "unset",
};

/** Severity numbers of a level, both inclusive: 13 to 16 for warn, 0 to 0 for unset, the number itself for a number. */
export function severityRange(text: string): { least: number; most: number } | undefined {
  const lower = text.toLowerCase();
  if (/^\d{1,2}$/.test(lower)) return Number(lower) <= 24 ? { least: Number(lower), most: Number(lower) } : undefined;
  const name = Object.hasOwn(SAME_LEVEL, lower) ? SAME_LEVEL[lower] : lower;
  if (name === "unset" || name === "") return { least: 0, most: 0 };
  if (!Object.hasOwn(LEVEL_NUMBERS, name)) return undefined;
  const least = LEVEL_NUMBERS[name as LevelName];
  return { least, most: least + 3 };
}

/** For an error about a level that there isn't. */
export function levelHint(text: string): string {
  const near = nearest(text, [...LEVEL_NAMES, ...Object.keys(SAME_LEVEL)]);
  return near ? `did you mean "${near}"?` : `levels: ${LEVEL_NAMES.join(", ")}, unset, or a severity number 0 to 24`;
}

/** Names that a text with * may stand for. */
export function levelsLike(test: (name: string) => boolean): { least: number; most: number }[] {
  return [...LEVEL_NAMES, "unset" as const].flatMap((name) => (test(name) ? (severityRange(name) ?? []) : []));
}
