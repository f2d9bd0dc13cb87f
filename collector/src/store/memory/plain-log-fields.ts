/** Fields of a plain log record as texts, and conditions over them. */
import type { LogCondition } from "../../model/log-condition.ts";
import { levelOf, type LogField } from "../../model/log-field.ts";
import { canonicalKey } from "../../model/semconv.ts";
import { compileTextTest } from "../../model/text-test.ts";
import { attributesOf } from "./plain-attributes.ts";
import type { PlainLog } from "./plain-records.ts";

export type LogPredicate = (log: PlainLog) => boolean;

export function compileCondition(condition: LogCondition, jsonBodies: boolean): LogPredicate {
  switch (condition.kind) {
    case "and": {
      const all = condition.of.map((each) => compileCondition(each, jsonBodies));
      return (log) => all.every((each) => each(log));
    }
    case "or": {
      const any = condition.of.map((each) => compileCondition(each, jsonBodies));
      return (log) => any.some((each) => each(log));
    }
    case "not": {
      const inner = compileCondition(condition.of, jsonBodies);
      return (log) => !inner(log);
    }
    case "severity":
      return ({ severityNumber }) => severityNumber >= condition.least && severityNumber <= condition.most;
    case "field": {
      const test = compileTextTest(condition.test);
      return (log) => textsOf(log, condition.field, jsonBodies).some(test);
    }
  }
}

/** All texts that a record has under a field, its own attributes' first. */
export function textsOf(log: PlainLog, field: LogField, jsonBodies: boolean): string[] {
  const unlessEmpty = (text: string) => (text === "" ? [] : [text]);
  switch (field.kind) {
    case "service":
      return [log.service];
    case "body":
      return log.body === undefined ? [] : [log.body];
    case "level":
      return [levelOf(log.severityNumber)];
    case "severity_text":
      return unlessEmpty(log.severityText);
    case "event_name":
      return unlessEmpty(log.eventName);
    case "scope":
      return unlessEmpty(log.scopeName);
    case "trace_id":
      return unlessEmpty(log.traceId);
    case "span_id":
      return unlessEmpty(log.spanId);
    case "attribute": {
      const key = canonicalKey(field.key);
      return [...attributesOf(log), ...membersOf(log, jsonBodies)].flatMap((a) =>
        canonicalKey(a.key) === key ? [a.text] : [],
      );
    }
  }
}

interface PlainMember {
  readonly key: string;
  readonly text: string;
  /** It has members of its own. */
  readonly isInner: boolean;
}

/** Members of the body at every depth, by path. */
export function membersOf({ body, isMap }: PlainLog, jsonBodies: boolean): PlainMember[] {
  if (!body?.startsWith("{") || !(isMap || jsonBodies)) return [];
  try {
    return flatten(JSON.parse(body));
  } catch {
    return [];
  }
}

function flatten(members: object, prefix = ""): PlainMember[] {
  return Object.entries(members).flatMap(([name, value]) => {
    const isObject = typeof value === "object" && value !== null;
    const isInner = isObject && !Array.isArray(value) && Object.keys(value).length > 0;
    const own = { key: prefix + name, text: isObject ? JSON.stringify(value) : String(value), isInner };
    return isInner ? [own, ...flatten(value, `${own.key}.`)] : [own];
  });
}
