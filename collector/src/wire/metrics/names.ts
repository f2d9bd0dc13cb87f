/**
 * OTLP names -> Prometheus names by the strategy UnderscoreEscapingWithSuffixes: characters beyond [a-zA-Z0-9_:] become "_", units become
 * words, counters get "_total". Pure; called once for each metric and attribute key met, never per sample.
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
 */

export type NameKind = "gauge" | "counter" | "other";

const UNIT_WORDS: Readonly<Record<string, string>> = {
  d: "days",
  h: "hours",
  min: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  TiBy: "tebibytes",
  KBy: "kilobytes",
  kBy: "kilobytes",
  MBy: "megabytes",
  GBy: "gigabytes",
  TBy: "terabytes",
  m: "meters",
  V: "volts",
  A: "amperes",
  J: "joules",
  W: "watts",
  g: "grams",
  Cel: "celsius",
  Hz: "hertz",
  "1": "",
  "%": "percent",
};
/** Behind a slash: in the singular. */
const PER_WORDS: Readonly<Record<string, string>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
  y: "year",
};

/** "" when nothing of the name is left. */
export function metricName(name: string, unit: string, kind: NameKind): string {
  let words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== "");
  if (words.length === 0) return "";
  for (const word of unitWords(unit)) if (word !== "" && !words.includes(word)) words.push(word);
  if (kind === "counter") words = atEnd(words, "total");
  if (kind === "gauge" && unit === "1") words = atEnd(words, "ratio");
  const joined = words.join("_");
  return /^\d/.test(joined) ? `_${joined}` : joined;
}

/** The unit as metadata tells it: "bytes_per_second"; "" when there is none. */
export function unitName(unit: string): string {
  return unitWords(unit)
    .filter((word) => word !== "")
    .join("_");
}

/** Of an attribute's key; "" when there is no key. */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/g, "_").replace(/__+/g, "_");
  if (/^\d/.test(name)) return `key_${name}`;
  return name.startsWith("_") && name.length > 1 ? `key${name}` : name;
}

/** [what is measured, "per_" what]; "" for what is missing or stands in braces. */
function unitWords(unit: string): [string, string] {
  const slash = unit.indexOf("/");
  const main = (slash < 0 ? unit : unit.slice(0, slash)).trim();
  const per = slash < 0 ? "" : unit.slice(slash + 1).trim();
  const mainWord = /[{}]/.test(main) ? "" : cleaned(own(UNIT_WORDS, main));
  const perWord = /[{}]/.test(per) ? "" : cleaned(own(PER_WORDS, per));
  return [mainWord, perWord === "" ? "" : `per_${perWord}`];
}

function own(words: Readonly<Record<string, string>>, unit: string): string {
  return Object.hasOwn(words, unit) ? words[unit] : unit;
}

function cleaned(text: string): string {
  return text.replace(/[^a-zA-Z0-9:]+/g, "_").replace(/^_|_$/g, "");
}

function atEnd(words: readonly string[], word: string): string[] {
  return [...words.filter((each) => each !== word), word];
}
