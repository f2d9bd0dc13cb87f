/** Grafana's units, thresholds and reductions as a board has them. */
import type { WireBoardPanel, WireThreshold, WireUnit } from "../contract.ts";
import { arrayOf, numberOf, recordOf, textOf, type Json } from "./grafana-json.ts";

const UNITS: Readonly<Record<string, WireUnit>> = {
  none: "none",
  short: "none",
  locale: "none",
  s: "seconds",
  dtdurations: "seconds",
  ms: "milliseconds",
  bytes: "bytes",
  decbytes: "bytes",
  Bps: "bytes_per_second",
  binBps: "bytes_per_second",
  percentunit: "ratio",
  percent: "percent",
  reqps: "per_second",
  ops: "per_second",
  rps: "per_second",
  wps: "per_second",
  cps: "per_second",
  eps: "per_second",
  iops: "per_second",
};
const LEVELS: readonly [RegExp, WireThreshold["level"]][] = [
  [/green|^#(73BF69|56A64B|299c46|37872D)/i, "ok"],
  [/yellow|orange|^#(EAB839|FADE2A|FF9830|ED8128|EF843C)/i, "warn"],
  [/red|^#(F2495C|E02F44|d44a3a|C4162A|E24D42)/i, "bad"],
];
type Calculation = NonNullable<Extract<WireBoardPanel, { type: "stat" }>["calculation"]>;
const CALCULATIONS: Readonly<Record<string, Calculation>> = {
  last: "last",
  lastNotNull: "last",
  current: "last",
  mean: "mean",
  avg: "mean",
  min: "min",
  max: "max",
  sum: "sum",
  total: "sum",
};

/** Undefined = none is named; one that boards don't have is told of. */
export function unitOf(panel: Json, defaults: Json, tell: (what: string) => void): WireUnit | undefined {
  const name = textOf(defaults.unit) || textOf(recordOf(arrayOf(panel.yaxes)[0]).format) || textOf(panel.format);
  if (name === "") return undefined;
  if (Object.hasOwn(UNITS, name)) return UNITS[name];
  tell(`the unit ${name}`);
  return undefined;
}

/** By colour; the base, which holds from -Inf on, is what stands where there is no threshold. */
export function thresholdsOf(defaults: Json): WireThreshold[] {
  const thresholds = recordOf(defaults.thresholds);
  if (textOf(thresholds.mode) === "percentage") return [];
  return arrayOf(thresholds.steps)
    .flatMap((step) => {
      const { value, color } = recordOf(step);
      const level = LEVELS.find(([pattern]) => pattern.test(textOf(color)))?.[1];
      const number = numberOf(value);
      return number === undefined || level === undefined ? [] : [{ value: number, level }];
    })
    .slice(0, 10);
}

export function calculationOf(panel: Json): Calculation {
  const [calc] = arrayOf(recordOf(recordOf(panel.options).reduceOptions).calcs);
  const name = textOf(calc) || textOf(panel.valueName);
  return Object.hasOwn(CALCULATIONS, name) ? CALCULATIONS[name] : "last";
}
