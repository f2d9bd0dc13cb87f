/** `baseline`: a golden signal held against what is normal for it. Defaults are such that an idle or small system is silent. */
import { BASELINE_SIGNALS, type BaselineSignal, type BaselineSource } from "../rule-source.ts";
import type { SourceFields, ValueUnit } from "./source-fields.ts";

type Defaults = Pick<
  BaselineSource,
  "by" | "direction" | "minCount" | "minRate" | "minChange" | "minRelativeChange" | "atLeast"
> & { readonly unit: ValueUnit };

const MIB = 2 ** 20;

/** A deviation must be far from normal, by a share of it, and by an amount that matters. */
export const SIGNAL_DEFAULTS: Readonly<Record<BaselineSignal, Defaults>> = {
  error_ratio: {
    unit: "ratio",
    by: "operation",
    direction: "above",
    minCount: 20,
    minRate: 0,
    minChange: 0.05,
    minRelativeChange: 1,
    atLeast: 0,
  },
  latency: {
    unit: "seconds",
    by: "operation",
    direction: "above",
    minCount: 20,
    minRate: 0,
    minChange: 0.1,
    minRelativeChange: 1,
    atLeast: 0,
  },
  traffic: {
    unit: "number",
    by: "service",
    direction: "below",
    minCount: 40,
    minRate: 0.5,
    minChange: 0.5,
    minRelativeChange: 0.5,
    atLeast: 0,
  },
  saturation: {
    unit: "ratio",
    by: "service",
    direction: "above",
    minCount: 0,
    minRate: 0,
    minChange: 0.1,
    minRelativeChange: 0.2,
    atLeast: 0,
  },
  memory: {
    unit: "bytes",
    by: "service",
    direction: "above",
    minCount: 0,
    minRate: 0,
    minChange: 64 * MIB,
    minRelativeChange: 0.5,
    atLeast: 0,
  },
  dependency_errors: {
    unit: "ratio",
    by: "service",
    direction: "above",
    minCount: 10,
    minRate: 0,
    minChange: 0.3,
    minRelativeChange: 1,
    atLeast: 0,
  },
  calls_per_request: {
    unit: "number",
    by: "service",
    direction: "above",
    minCount: 30,
    minRate: 0.5,
    minChange: 1,
    minRelativeChange: 1,
    atLeast: 0,
  },
};

export function parseBaseline(fields: SourceFields): BaselineSource {
  const signal = fields.choice("signal", BASELINE_SIGNALS, undefined);
  const defaults = SIGNAL_DEFAULTS[signal];
  const { unit } = defaults;
  const names = fields.names("by", ["service", "operation"], []);
  const by = names.length === 0 ? defaults.by : names.includes("operation") ? "operation" : "service";
  const hasOperations = signal === "error_ratio" || signal === "latency" || signal === "traffic";
  if (by === "operation" && !hasOperations) fields.fail("by", `${signal} is a service's; write by: [service]`);
  const windowMillis = fields.duration("window", 60_000, { least: 15_000, most: 3_600_000 });
  const longest = fields.duration("max_window", Math.max(windowMillis, 10 * 60_000), {
    least: windowMillis,
    most: 3_600_000,
  });
  const direction = fields.choice("direction", ["above", "below", "both"], defaults.direction);
  if (!hasOperations && fields.has("operation"))
    fields.fail("operation", `${signal} is a service's and has no operations; leave it out`);
  if (signal !== "latency" && fields.has("quantile")) fields.fail("quantile", "is of latency; leave it out");
  const withoutHistory = fields.value("without_history", unit, { least: 0 });
  if (withoutHistory !== undefined && direction === "below")
    fields.fail("without_history", "is what is too high; leave it out with direction below");
  const source: BaselineSource = {
    kind: "baseline",
    signal,
    service: fields.pattern("service"),
    operation: fields.pattern("operation"),
    by,
    quantile: fields.value("quantile", "ratio", { least: 0.01, most: 0.999 }) ?? 0.95,
    windowMillis,
    maxWindowMillis: longest,
    direction,
    deviations: fields.value("deviations", "number", { least: 1, most: 100 }) ?? 6,
    minCount: fields.value("min_count", "number", { least: 0 }) ?? defaults.minCount,
    minRate: fields.value("min_rate", "number", { least: 0 }) ?? defaults.minRate,
    minChange: fields.value("min_change", unit, { least: 0 }) ?? defaults.minChange,
    minRelativeChange: fields.value("min_relative_change", "ratio", { least: 0 }) ?? defaults.minRelativeChange,
    atLeast: fields.value("at_least", unit, { least: 0 }) ?? defaults.atLeast,
    ...(withoutHistory !== undefined && { withoutHistory }),
  };
  if (direction !== "above" && source.minRelativeChange >= 1 && hasOperations)
    fields.fail(
      "min_relative_change",
      `cannot be ${source.minRelativeChange * 100}% with direction ${direction}: nothing falls below 0; write 50%`,
    );
  return source;
}
