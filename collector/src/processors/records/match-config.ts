/**
 * `include` and `exclude` of the attributes, resource and filter processors, as in the Collector
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/internal/filter/filterconfig/config.go).
 */
import { anyValue } from "../../component/any-field.ts";
import {
  boolean,
  integer,
  list,
  maybe,
  object,
  required,
  string,
  type ObjectOf,
} from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";
import { compilePattern } from "../../component/pattern.ts";

export const SPAN_KIND_NAMES = [
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
] as const;

export const attributeMatch = object({
  key: required(string({ doc: "key of the attribute" })),
  value: anyValue({ doc: "its value; without it, any value will do" }),
});

export const matchType = required(
  string({
    oneOf: ["strict", "regexp"],
    doc: "whether the texts below are compared as they are or are regular expressions",
  }),
);

export const regexpOptions = ignored("matches are not cached");

const texts = (doc: string) => list(string(), { doc });

const fields = {
  match_type: matchType,
  regexp: regexpOptions,
  services: texts("service names; one must match"),
  span_names: texts("one must match (traces only)"),
  span_kinds: texts("SPAN_KIND_SERVER and so on; one must match (traces only)"),
  log_bodies: texts("bodies that are strings; one must match (logs only)"),
  log_severity_texts: texts("one must match (logs only)"),
  log_severity_number: maybe(
    object({
      min: integer({ default: 0, min: 0, max: 24, doc: "the lowest severity number that matches" }),
      match_undefined: boolean({ default: false, doc: "whether records without severity match" }),
    }),
  ),
  metric_names: texts("not supported yet"),
  attributes: list(attributeMatch, { doc: "attributes of the record; all must match" }),
  resources: list(attributeMatch, { doc: "attributes of the resource; all must match" }),
  libraries: list(
    object({
      name: required(string({ doc: "name of the instrumentation scope" })),
      version: maybe(string({ doc: "its version; without it, any will do" })),
    }),
    { doc: "instrumentation scopes; one must match" },
  ),
};

export type MatchProperties = ObjectOf<typeof fields>;

export const matchProperties = maybe(object(fields, { check: checkProperties }));

type Fail = (key: string, message: string, fix?: string) => void;

function checkProperties(match: MatchProperties, fail: Fail): void {
  if (match.metric_names.length > 0) fail("metric_names", "metrics cannot be matched yet");
  const some =
    match.log_severity_number !== undefined ||
    [match.services, match.span_names, match.span_kinds, match.log_bodies].some((each) => each.length > 0) ||
    [match.log_severity_texts, match.attributes, match.resources, match.libraries].some((each) => each.length > 0);
  if (!some) fail("", "matches nothing", "add services, span_names, log_bodies, attributes, resources or libraries");
  if (match.match_type === "regexp") {
    for (const key of ["services", "span_names", "span_kinds", "log_bodies", "log_severity_texts"] as const)
      checkPatterns(match[key], key, fail);
    checkPatterns(
      match.libraries.flatMap(({ name, version }) => [name, ...(version ? [version] : [])]),
      "libraries",
      fail,
    );
    checkAttributePatterns(match.attributes, "attributes", fail);
    checkAttributePatterns(match.resources, "resources", fail);
    return;
  }
  for (const kind of match.span_kinds) {
    if (!SPAN_KIND_NAMES.some((name) => name === kind))
      fail("span_kinds", `"${kind}" is no span kind`, `use ${SPAN_KIND_NAMES.slice(1).join(", ")}`);
  }
}

function checkPatterns(patterns: readonly string[], key: string, fail: Fail): void {
  for (const text of patterns) {
    const compiled = compilePattern(text);
    if (typeof compiled === "string") fail(key, `"${text}" is no regular expression: ${compiled}`);
  }
}

export function checkAttributePatterns(
  attributes: readonly { readonly key: string; readonly value: unknown }[],
  key: string,
  fail: Fail,
): void {
  for (const { key: attribute, value } of attributes) {
    if (value === undefined) continue;
    if (typeof value === "string") checkPatterns([value], key, fail);
    else fail(key, `with match_type regexp the value for "${attribute}" must be a string`, "put it in quotes");
  }
}

/** What of this cannot match in a pipeline of this signal; undefined = all may. */
export function unfitFor(
  match: MatchProperties | undefined,
  signal: "traces" | "logs" | "metrics",
): string | undefined {
  if (!match) return undefined;
  const wrong =
    signal === "traces"
      ? {
          log_bodies: match.log_bodies,
          log_severity_texts: match.log_severity_texts,
          log_severity_number: match.log_severity_number && [0],
        }
      : { span_names: match.span_names, span_kinds: match.span_kinds };
  const keys = Object.entries(wrong).filter(([, value]) => value !== undefined && value.length > 0);
  return keys.length > 0 ? `${keys.map(([key]) => key).join(", ")} can match nothing there` : undefined;
}
