/** The conditions of a log query over a group of exceptions: words find its type, message and culprit, fields what it has. */
import type { LogCondition } from "../../model/log-condition.ts";
import { LEVEL_NUMBERS, type LogField } from "../../model/log-field.ts";
import { compileTextTest } from "../../model/text-test.ts";
import type { ExceptionGroup } from "./exception-group.ts";

export type GroupTest = (group: ExceptionGroup) => boolean;

export function compileGroupTest(condition: LogCondition): GroupTest {
  switch (condition.kind) {
    case "and": {
      const tests = condition.of.map(compileGroupTest);
      return (group) => tests.every((test) => test(group));
    }
    case "or": {
      const tests = condition.of.map(compileGroupTest);
      return (group) => tests.some((test) => test(group));
    }
    case "not": {
      const test = compileGroupTest(condition.of);
      return (group) => !test(group);
    }
    case "severity": {
      // An exception is an error, whatever its record says.
      const isMet = condition.least <= LEVEL_NUMBERS.error && condition.most >= LEVEL_NUMBERS.error;
      return () => isMet;
    }
    case "field": {
      const test = compileTextTest(condition.test);
      return (group) => textsOf(group, condition.field).some(test);
    }
  }
}

function textsOf(group: ExceptionGroup, field: LogField): readonly string[] {
  const some = (text: string | undefined) => (text === undefined || text === "" ? [] : [text]);
  switch (field.kind) {
    case "service":
      return [group.service];
    case "body":
      return [[group.type, group.message, group.culprit].filter((text) => text !== "").join(": ")];
    case "level":
      return ["error"];
    case "trace_id":
      return some(group.traceId);
    case "span_id":
      return some(group.spanId);
    case "attribute":
      return some(ATTRIBUTES[field.key]?.(group)).concat(field.key === "service.version" ? group.versions : []);
    default:
      return [];
  }
}

const ATTRIBUTES: Readonly<Record<string, (group: ExceptionGroup) => string>> = {
  "exception.type": ({ type }) => type,
  "exception.message": ({ message }) => message,
  type: ({ type }) => type,
  culprit: ({ culprit }) => culprit,
  fingerprint: ({ fingerprint }) => fingerprint,
};
