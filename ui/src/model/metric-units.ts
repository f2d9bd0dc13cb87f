/**
 * In which unit the values of a query are, and how to begin with a metric. In: PromQL, metadata by metric name; out: a unit as
 * base/format-unit.ts knows it ("" = a plain number). A guess from names and functions: right for what people ask, else plain. Pure.
 */
import { asMetric } from "./promql-completion.ts";
import { tokenize, type PromToken } from "./promql-tokens.ts";

export interface MetricAbout {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export type MetadataByName = Readonly<Record<string, readonly { type: string; help: string; unit: string }[]>>;

const SUFFIX_UNITS = /_(seconds|milliseconds|bytes|ratio|percent)$/;
const RATES = /^(?:rate|irate|deriv)$/;
const COUNTS = /^(?:count|count_over_time|changes|resets|absent|count_values|present_over_time|group)$/;

/** Metadata has families: of a histogram's or summary's series, and of counters with and without _total. */
export function aboutMetric(name: string, metadata: MetadataByName): MetricAbout {
  const family = name.replace(/_(?:bucket|count|sum|total)$/, "");
  const found = metadata[name]?.[0] ?? metadata[family]?.[0];
  const base = family.replace(/_total$/, "");
  const isCount = name.endsWith("_count") && (found?.type === "histogram" || found?.type === "summary");
  const guessed = SUFFIX_UNITS.exec(base)?.[1] ?? "";
  const type = found?.type ?? (name.endsWith("_bucket") ? "histogram" : name.endsWith("_total") ? "counter" : "");
  return { name, type, help: found?.help ?? "", unit: isCount ? "" : found?.unit || guessed };
}

export function unitOfQuery(query: string, metadata: MetadataByName): string {
  const tokens = tokenize(query).filter(({ kind }) => kind !== "comment");
  const top = operatorsAtTop(tokens);
  if (top.some((text) => text === "/")) return quotientUnit(tokens, metadata);
  if (top.some((text) => /^(?:\^|%|atan2)$/.test(text))) return "";
  const functions = tokens.filter(({ kind }) => kind === "function").map(({ text }) => text);
  if (functions.some((name) => COUNTS.test(name))) return "";
  const unit = metricUnit(tokens, metadata);
  if (functions.includes("histogram_quantile")) return unit;
  if (!functions.some((name) => RATES.test(name))) return unit;
  if (unit === "bytes") return "bytes per second";
  // Seconds per second: the share of time that was used.
  return unit === "seconds" ? "ratio" : "per second";
}

/** Something useful to ask about a metric: of counters the rate, of histograms the 95th percentile. */
export function startQuery({ name, type }: Pick<MetricAbout, "name" | "type">, window: string): string {
  const metric = asMetric(name);
  if (name.endsWith("_bucket")) return `histogram_quantile(0.95, sum by (le) (rate(${metric}[${window}])))`;
  if (type === "histogram" && !/_(?:count|sum)$/.test(name))
    return `histogram_quantile(0.95, sum(rate(${metric}[${window}])))`;
  return type === "counter" || /_(?:total|count|sum)$/.test(name) ? `rate(${metric}[${window}])` : metric;
}

function metricUnit(tokens: readonly PromToken[], metadata: MetadataByName): string {
  const name = tokens.find(
    ({ kind, text }, index) => kind === "name" && isMetricAt(tokens, index) && text !== "le",
  )?.text;
  return name ? aboutMetric(name, metadata).unit : "";
}

/** Not a label: those stand in braces or in the brackets of a grouping. */
function isMetricAt(tokens: readonly PromToken[], index: number): boolean {
  const open: number[] = [];
  for (let at = 0; at < index; at++) {
    if (/^[({[]$/.test(tokens[at].text)) open.push(at);
    else if (/^[)}\]]$/.test(tokens[at].text)) open.pop();
  }
  const inner = open[open.length - 1];
  if (inner === undefined) return true;
  return (
    tokens[inner].text !== "{" &&
    !/^(?:by|without|on|ignoring|group_left|group_right)$/i.test(tokens[inner - 1]?.text ?? "")
  );
}

/** Same by same is a share; anything else is a number of its own. */
function quotientUnit(tokens: readonly PromToken[], metadata: MetadataByName): string {
  const at = tokens.findIndex(({ text }, index) => text === "/" && depthAt(tokens, index) === 0);
  const [left, right] = [tokens.slice(0, at), tokens.slice(at + 1)];
  const named = (side: readonly PromToken[]): string =>
    side.find(({ kind }, index) => kind === "name" && isMetricAt(side, index))?.text ?? "";
  const [above, below] = [named(left), named(right)];
  if (above !== "" && above === below) return "ratio";
  if (above.endsWith("_sum") && below === above.replace(/_sum$/, "_count")) return metricUnit(left, metadata);
  const [a, b] = [metricUnit(left, metadata), metricUnit(right, metadata)];
  return a !== "" && a === b ? "ratio" : "";
}

function operatorsAtTop(tokens: readonly PromToken[]): string[] {
  return tokens.flatMap(({ kind, text }, index) =>
    (kind === "operator" || text === "atan2") && depthAt(tokens, index) === 0 ? [text] : [],
  );
}

function depthAt(tokens: readonly PromToken[], index: number): number {
  let depth = 0;
  for (let at = 0; at < index; at++) {
    if (/^[({[]$/.test(tokens[at].text)) depth += 1;
    else if (/^[)}\]]$/.test(tokens[at].text)) depth -= 1;
  }
  return depth;
}
