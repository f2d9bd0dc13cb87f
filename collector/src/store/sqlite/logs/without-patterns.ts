/**
 * What the ingest thread looks for on behalf of a reader: a condition that all hits meet and that takes no more time than a text is long.
 * Expressions are left to the reader, which has threads and time limits for them: one that is slow must not hold up what comes in.
 */
import { EVERY_LOG, type LogCondition } from "../../../model/log-condition.ts";

/** The same object where there is no expression in it. */
export function withoutPatterns(condition: LogCondition): LogCondition {
  switch (condition.kind) {
    case "and":
    case "or": {
      const of = condition.of.map(withoutPatterns);
      return of.every((each, i) => each === condition.of[i]) ? condition : { kind: condition.kind, of };
    }
    case "not":
      return withoutPatterns(condition.of) === condition.of ? condition : EVERY_LOG;
    case "field":
      return condition.test.kind === "regex" ? { ...condition, test: { kind: "exists" } } : condition;
    case "severity":
      return condition;
  }
}
