/**
 * The keys of the Collector's filter processor
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/filterprocessor): conditions (what meets one is
 * dropped) and the older include/exclude.
 */
import { boolean, fail, list, maybe, object, scalar, string, type ObjectOf } from "../../component/config-schema.ts";
import { refused } from "../../component/refused-field.ts";
import { compilePattern } from "../../component/pattern.ts";
import {
  attributeMatch,
  checkAttributePatterns,
  matchProperties,
  matchType,
  regexpOptions,
} from "../records/match-config.ts";
import { SEVERITY_NUMBERS } from "./condition-enums.ts";
import { conditionGroups, conditions } from "./condition-field.ts";

const severity = scalar<number>(
  "severity",
  { default: 0, doc: "the lowest that matches, as a name (WARN) or number" },
  (node) => {
    const text = node.kind === "scalar" ? node.text.toUpperCase() : "";
    const number = SEVERITY_NUMBERS.get(text) ?? (/^\d+$/.test(text) ? Number(text) : NaN);
    return number >= 0 && number <= 24
      ? { value: number }
      : fail("a severity: TRACE, DEBUG, INFO, WARN, ERROR, FATAL or 1 to 24");
  },
);

const logFields = {
  match_type: matchType,
  regexp: regexpOptions,
  resource_attributes: list(attributeMatch, { doc: "attributes of the resource; all must match" }),
  record_attributes: list(attributeMatch, { doc: "attributes of the record; all must match" }),
  severity_texts: list(string(), { doc: "one must match" }),
  severity_number: maybe(
    object({
      min: severity,
      match_undefined: boolean({ default: false, doc: "whether records without severity match" }),
    }),
  ),
  bodies: list(string(), { doc: "bodies that are strings; one must match" }),
};

export type LogMatchProperties = ObjectOf<typeof logFields>;

const logMatch = maybe(
  object(logFields, {
    check(match, report) {
      if (match.match_type !== "regexp") return;
      checkAttributePatterns(match.resource_attributes, "resource_attributes", report);
      checkAttributePatterns(match.record_attributes, "record_attributes", report);
      for (const key of ["severity_texts", "bodies"] as const) {
        for (const text of match[key]) {
          const compiled = compilePattern(text);
          if (typeof compiled === "string") report(key, `"${text}" is no regular expression: ${compiled}`);
        }
      }
    },
  }),
);

const METRICS = "metrics cannot be filtered yet";

const fields = {
  error_mode: string({
    default: "propagate",
    oneOf: ["propagate", "ignore", "silent"],
    doc: "what an error while testing a record does: refuse the batch, keep the record and log, keep it without a word",
  }),
  trace_conditions: conditionGroups(
    ["resource", "scope", "span", "spanevent"],
    "spans and span events that meet one are dropped; paths begin with resource., scope., span. or spanevent.",
  ),
  log_conditions: conditionGroups(
    ["resource", "scope", "log"],
    "log records that meet one are dropped; paths begin with resource., scope. or log.",
  ),
  metric_conditions: refused(METRICS),
  profile_conditions: refused("there are no profiles"),
  traces: object({
    resource: conditions("resource", "all spans of a resource that meets one are dropped"),
    span: conditions("span", "spans that meet one are dropped"),
    spanevent: conditions("spanevent", "span events that meet one are dropped"),
  }),
  logs: object({
    resource: conditions("resource", "all records of a resource that meets one are dropped"),
    log_record: conditions("log", "log records that meet one are dropped"),
    include: logMatch,
    exclude: logMatch,
  }),
  metrics: refused(METRICS),
  profiles: refused("there are no profiles"),
  spans: object({ include: matchProperties, exclude: matchProperties }),
};

export type FilterConfig = ObjectOf<typeof fields>;

export const filterConfig = object(fields);
