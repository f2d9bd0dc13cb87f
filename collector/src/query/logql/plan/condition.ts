/**
 * What of a selector and its stages a store can be asked for. The condition only ever narrows: it holds for every record that the
 * pipeline lets through, and the pipeline is run over what comes back all the same. Labels whose name may stand for keys that are not
 * known here are left to the pipeline.
 */
import { compilePattern } from "../../../base/text-pattern.ts";
import { compileMatcher, type LabelMatcherText } from "../../../model/label-matcher.ts";
import type { LogCondition, TextTest } from "../../../model/log-condition.ts";
import { attributeField, LEVEL_NUMBERS, type LevelName, type LogField } from "../../../model/log-field.ts";
import { canonicalKey, UNKNOWN_SERVICE } from "../../../model/semconv.ts";
import { FIELD_LABELS, keysOf, labelNameOf, LEVEL_LABEL, LEVELS, SERVICE_LABEL, STREAM_KEYS } from "../label-names.ts";
import type { LabelFilter, LogSelector, Stage } from "../parse/ast.ts";

/** Attribute keys that the store is known to hold, for names that stand for keys with other characters than dots. */
export type KnownKeys = readonly string[];

export function conditionOf({ matchers, stages }: LogSelector, known: KnownKeys): LogCondition {
  const all = [...matchers.map((matcher) => ofMatcher(matcher, known)), ...ofStages(stages, known)];
  return { kind: "and", of: all.filter((one) => one !== undefined) };
}

/** As far as lines and labels are the record's own. */
function* ofStages(stages: readonly Stage[], known: KnownKeys): Generator<LogCondition | undefined> {
  let [labelsAreOwn, lineIsOwn] = [true, true];
  for (const stage of stages) {
    if (stage.kind === "line") {
      if (lineIsOwn) yield ofLineFilter(stage);
    } else if (stage.kind === "filter") {
      if (labelsAreOwn) yield ofLabelFilter(stage.filter, known);
    } else {
      labelsAreOwn = false;
      lineIsOwn &&= !["line_format", "unpack", "decolorize"].includes(stage.kind);
    }
  }
}

function ofLineFilter({ operator, texts }: Stage & { kind: "line" }): LogCondition | undefined {
  if (texts.some(({ isIp }) => isIp)) return undefined;
  const values = texts.map(({ value }) => value);
  switch (operator) {
    case "|=":
    case "|~":
      // A record without a body has an empty line, which conditions on bodies don't hold for.
      if (values.some((value) => (operator === "|=" ? value === "" : compilePattern(value).test("")))) return undefined;
      return { kind: "or", of: values.map((value) => testOf(value, operator === "|~")) };
    case "!=":
    case "!~":
      return { kind: "not", of: { kind: "or", of: values.map((value) => testOf(value, operator === "!~")) } };
    case "|>": {
      const literals = values.map(longestLiteral);
      if (literals.includes("")) return undefined;
      return { kind: "or", of: literals.map((value) => testOf(value, false)) };
    }
    case "!>":
      return undefined;
  }
}

function testOf(value: string, isExpression: boolean): LogCondition {
  const test: TextTest =
    isExpression && /[\\^$.|?*+()[\]{}]/.test(value)
      ? { kind: "regex", pattern: value, ignoreCase: false, whole: false }
      : { kind: "contains", text: value, ignoreCase: false };
  return { kind: "field", field: { kind: "body" }, test };
}

function longestLiteral(pattern: string): string {
  return pattern.split("<_>").reduce((longest, one) => (one.length > longest.length ? one : longest), "");
}

/** Undefined = nothing that a store could be asked. */
function ofLabelFilter(filter: LabelFilter, known: KnownKeys): LogCondition | undefined {
  switch (filter.kind) {
    case "and": {
      const of = [ofLabelFilter(filter.left, known), ofLabelFilter(filter.right, known)].filter(
        (one) => one !== undefined,
      );
      return of.length === 0 ? undefined : { kind: "and", of };
    }
    case "or": {
      const [left, right] = [ofLabelFilter(filter.left, known), ofLabelFilter(filter.right, known)];
      return left && right && { kind: "or", of: [left, right] };
    }
    case "text":
      return ofMatcher(filter.matcher, known);
    // A value that is no number passes with an error: the label must be there, and that is all.
    case "number":
    case "ip":
      return anyField(fieldsOf(filter.name, known), { kind: "exists" });
  }
}

function ofMatcher(matcher: LabelMatcherText, known: KnownKeys): LogCondition | undefined {
  if (matcher.name === LEVEL_LABEL) return ofLevel(matcher);
  if (matcher.name === SERVICE_LABEL) return ofService(matcher);
  const { matchesEmpty, literals } = compileMatcher(matcher);
  // Of the absence of a label nothing can be asked that holds for its value alone, as bodies have members of the same names.
  if (matchesEmpty) return undefined;
  return anyField(fieldsOf(matcher.name, known), ...testsOf(matcher, literals));
}

/** A positive matcher as tests of which one must hold. */
function testsOf({ operator, value }: LabelMatcherText, literals: readonly string[] | undefined): TextTest[] {
  if (literals) return literals.map((text) => ({ kind: "equals", text }));
  if (operator === "=~" && value !== ".+")
    return [{ kind: "regex", pattern: `(?s:${value})`, ignoreCase: false, whole: true }];
  return [{ kind: "exists" }];
}

function anyField(fields: readonly LogField[] | undefined, ...tests: readonly TextTest[]): LogCondition | undefined {
  if (!fields) return undefined;
  return {
    kind: "or",
    of: fields.flatMap((field) => tests.map((test): LogCondition => ({ kind: "field", field, test }))),
  };
}

/** What a label's value may come from; undefined when that isn't known. */
function fieldsOf(name: string, known: KnownKeys): LogField[] | undefined {
  if (Object.hasOwn(STREAM_KEYS, name)) return name === SERVICE_LABEL ? undefined : [attributeField(STREAM_KEYS[name])];
  if (name.startsWith("__") || name.endsWith("_extracted") || name === LEVEL_LABEL) return undefined;
  const keys = keysOf(name);
  if (!keys) return undefined;
  const odd = known.filter((key) => !keys.includes(key) && labelNameOf(key) === name);
  // A key's old and new names find each other: one of them is enough.
  const attributes = [...new Set([...keys, ...odd].map(canonicalKey))].map(attributeField);
  const own = FIELD_LABELS.find((label) => label === name);
  switch (own) {
    case undefined:
      return attributes;
    case "trace_id":
    case "span_id":
    case "severity_text":
    case "event_name":
      return [{ kind: own }, ...attributes];
    case "scope_name":
      return [{ kind: "scope" }, ...attributes];
    default:
      return undefined;
  }
}

/** The severity's text tells a level where there is no number, so records without one are always asked for. */
function ofLevel(matcher: LabelMatcherText): LogCondition | undefined {
  const { test } = compileMatcher(matcher);
  const names = Object.keys(LEVEL_NUMBERS) as LevelName[];
  const met = LEVELS.filter(test);
  if (met.length === LEVELS.length) return undefined;
  const of: LogCondition[] = names
    .filter((name) => met.includes(name))
    .map((name) => ({ kind: "severity", least: LEVEL_NUMBERS[name], most: LEVEL_NUMBERS[name] + 3 }));
  if (met.length > 0) of.push({ kind: "severity", least: 0, most: 0 });
  return { kind: "or", of };
}

/** A record without service.name has the name that the specification gives it. */
function ofService(matcher: LabelMatcherText): LogCondition | undefined {
  const { test, literals } = compileMatcher(matcher);
  const field: LogField = { kind: "service" };
  const isUnknownMet = test(UNKNOWN_SERVICE);
  const isNegative = matcher.operator === "!=" || matcher.operator === "!~";
  if (isNegative) {
    const positive = compileMatcher({ ...matcher, operator: matcher.operator === "!=" ? "=" : "=~" });
    if (!positive.literals || !isUnknownMet) return undefined;
    const of = positive.literals.map((text): LogCondition => ({
      kind: "field",
      field,
      test: { kind: "equals", text },
    }));
    return { kind: "not", of: { kind: "or", of } };
  }
  if (matcher.operator === "=~" && (matcher.value === ".+" || matcher.value === ".*")) return undefined;
  const of = testsOf(matcher, literals).map((one): LogCondition => ({ kind: "field", field, test: one }));
  if (isUnknownMet) of.push({ kind: "not", of: { kind: "field", field, test: { kind: "exists" } } });
  return { kind: "or", of };
}
