/** `new_error`: exceptions nobody has seen before, or that are back. */
import type { NewErrorSource } from "../rule-source.ts";
import type { SourceFields } from "./source-fields.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

export function parseNewError(fields: SourceFields): NewErrorSource {
  return {
    kind: "new_error",
    service: fields.pattern("service"),
    type: fields.pattern("type"),
    minCount: fields.value("min_count", "number", { least: 1 }) ?? 1,
    windowMillis: fields.duration("window", 15 * MINUTE, { least: MINUTE, most: 7 * DAY }),
    learningMillis: fields.duration("learning", 60 * MINUTE, { least: 0, most: 30 * DAY }),
    returnedAfterMillis: fields.duration("returned_after", DAY, { least: 0, most: 90 * DAY }),
  };
}
