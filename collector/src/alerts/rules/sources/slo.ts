/** `slo`: a target over a window. */
import type { SloSource } from "../rule-source.ts";
import { SourceFields } from "./source-fields.ts";
import type { FieldsSettings } from "../../yaml/yaml-fields.ts";

const DAY = 86_400_000;

export function parseSlo(fields: SourceFields, settings: FieldsSettings): SloSource {
  const service = fields.required("service", "gateway");
  const objective = fields.value("objective", "ratio", { least: 0.01, most: 0.999999 });
  if (objective === undefined && !fields.has("objective"))
    fields.fail("objective", "is missing; write objective: 99.9%");
  const windowMillis = fields.duration("window", 30 * DAY, { least: DAY, most: 90 * DAY });
  const minBad = fields.value("min_bad", "number", { least: 0 }) ?? 3;
  const latencySeconds = parseIndicator(fields, settings);
  return {
    kind: "slo",
    service,
    operation: fields.text("operation"),
    objective: objective ?? 0.999,
    windowMillis,
    minBad,
    ...(latencySeconds !== undefined && { latencySeconds }),
  };
}

/** `errors`, or a map with latency. */
function parseIndicator(fields: SourceFields, settings: FieldsSettings): number | undefined {
  const node = fields.get("indicator");
  if (node?.kind !== "map") {
    fields.choice("indicator", ["errors"], "errors");
    return undefined;
  }
  const inner = new SourceFields(node, "slo.indicator", settings);
  const seconds = inner.value("latency", "seconds", { least: 0.001, most: 3600 });
  if (seconds === undefined && !inner.has("latency")) inner.fail("latency", "is missing; write latency: 300ms");
  inner.close();
  return seconds;
}
