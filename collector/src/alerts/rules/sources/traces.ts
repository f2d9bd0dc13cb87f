/** `traces`: spans that meet a search, counted or measured. */
import { parseTraceQuery } from "../../../query/traces/parse-query.ts";
import { TRACE_MEASURES, type TraceMeasure, type TracesSource } from "../rule-source.ts";
import type { SourceFields, ValueUnit } from "./source-fields.ts";

const DAY = 86_400_000;
const BY = ["service", "operation"] as const;

export function unitOfMeasure(measure: TraceMeasure): ValueUnit {
  if (measure === "error_ratio") return "ratio";
  return measure === "count" || measure === "rate" || measure === "errors" ? "number" : "seconds";
}

export function parseTraces(fields: SourceFields): TracesSource | undefined {
  const query = fields.required("query", "'service:gateway http.route:/checkout'");
  const measure = fields.choice("measure", TRACE_MEASURES, "count");
  const windowMillis = fields.duration("window", 5 * 60_000, { most: DAY });
  const threshold = fields.threshold(unitOfMeasure(measure));
  const minCount = fields.value("min_count", "number", { least: 0 }) ?? 0;
  const by = fields.names("by", BY, []);
  const conditions = fields.parsed("query", query, parseTraceQuery);
  if (!conditions) return undefined;
  if (measure === "error_ratio" && conditions.errorsOnly)
    fields.fail("query", "error leaves out all that went well; the share of errors would always be 1");
  const hasThreshold = threshold.above !== undefined || threshold.below !== undefined;
  return {
    kind: "traces",
    query,
    conditions,
    measure,
    windowMillis,
    minCount,
    by,
    ...(hasThreshold ? threshold : { above: 0 }),
  };
}
