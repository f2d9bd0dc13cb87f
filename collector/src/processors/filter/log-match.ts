/** The older `logs.include` and `logs.exclude` -> a test of log records: all properties given must hold. */
import {
  attributeTests,
  compileTexts,
  resourceTests,
  severityTest,
  type MatchType,
  type RecordTest,
} from "../records/match.ts";
import type { LogMatchProperties } from "./config.ts";

/** Undefined = every record is kept. */
export function compileLogMatch(
  include: LogMatchProperties | undefined,
  exclude: LogMatchProperties | undefined,
): RecordTest | undefined {
  const included = include && compile(include);
  const excluded = exclude && compile(exclude);
  if (!included && !excluded) return undefined;
  return (record) => (included?.(record) ?? true) && !(excluded?.(record) ?? false);
}

/** Undefined = without any property it says nothing, as in the Collector. */
function compile(match: LogMatchProperties): RecordTest | undefined {
  const type = match.match_type as MatchType;
  const tests = [...resourceTests(match.resource_attributes, type), ...attributeTests(match.record_attributes, type)];
  if (match.severity_texts.length > 0) {
    const test = compileTexts(match.severity_texts, type);
    tests.push((record) => test(record.severityText));
  }
  if (match.severity_number) tests.push(severityTest(match.severity_number));
  if (match.bodies.length > 0) {
    const test = compileTexts(match.bodies, type);
    tests.push(({ body }) => typeof body === "string" && test(body));
  }
  return tests.length === 0 ? undefined : (record) => tests.every((test) => test(record));
}
