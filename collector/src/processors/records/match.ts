/**
 * Include/exclude rules -> a test of records. All properties given must hold; of a list of texts one must match, of a list of
 * attributes all. In: checked configuration; out: a predicate over a RecordView. Patterns are unanchored.
 */
import type { ConfigValue } from "../../component/any-field.ts";
import { compilePattern } from "../../component/pattern.ts";
import { keyBytes } from "../../model/edit-attribute-list.ts";
import { encodeAnyValue, formatAnyValue, type AnyValue } from "../../wire/otlp/any-value.ts";
import { anyValueOf } from "./config-values.ts";
import { SPAN_KIND_NAMES, type MatchProperties } from "./match-config.ts";
import type { RecordView } from "./record-view.ts";

export type RecordTest = (record: RecordView) => boolean;
export type MatchType = "strict" | "regexp";
export type TextTest = (text: string) => boolean;
export type AttributeMatch = { readonly key: string; readonly value: ConfigValue | undefined };

/** Records that `include` matches (all, without one) and `exclude` does not. */
export function compileMatch(
  include: MatchProperties | undefined,
  exclude: MatchProperties | undefined,
): RecordTest | undefined {
  const included = include && compileProperties(include);
  const excluded = exclude && compileProperties(exclude);
  if (!included && !excluded) return undefined;
  return (record) => (included?.(record) ?? true) && !(excluded?.(record) ?? false);
}

function compileProperties(match: MatchProperties): RecordTest {
  const type = match.match_type as MatchType;
  const tests: RecordTest[] = [];
  const oneOf = (patterns: readonly string[], textOf: (record: RecordView) => string | undefined) => {
    if (patterns.length === 0) return;
    const test = compileTexts(patterns, type);
    tests.push((record) => {
      const text = textOf(record);
      return text !== undefined && test(text);
    });
  };
  oneOf(match.span_kinds, (record) => SPAN_KIND_NAMES[record.kind]);
  oneOf(match.services, (record) => serviceOf(record));
  oneOf(match.span_names, (record) => record.spanName);
  oneOf(match.log_severity_texts, (record) => record.severityText);
  if (match.log_severity_number) tests.push(severityTest(match.log_severity_number));
  oneOf(match.log_bodies, (record) => {
    const { body } = record;
    return typeof body === "string" ? body : undefined;
  });
  if (match.libraries.length > 0) {
    const libraries = match.libraries.map(({ name, version }) => ({
      name: compileTexts([name], type),
      // An empty version is one to be matched, too: only the empty one does.
      version:
        version === undefined
          ? undefined
          : version === ""
            ? (text: string) => text === ""
            : compileTexts([version], type),
    }));
    tests.push(({ group }) =>
      libraries.some(({ name, version }) => name(group.scopeName) && (version?.(group.scopeVersion) ?? true)),
    );
  }
  tests.push(...resourceTests(match.resources, type), ...attributeTests(match.attributes, type));
  return (record) => tests.every((test) => test(record));
}

export function resourceTests(attributes: readonly AttributeMatch[], type: MatchType): RecordTest[] {
  return attributes.map(({ key, value }) => {
    const test = compileValue(value, type);
    return ({ group }) => test(group.resource.get(key));
  });
}

export function attributeTests(attributes: readonly AttributeMatch[], type: MatchType): RecordTest[] {
  return attributes.map(({ key, value }) => {
    const test = compileValue(value, type);
    const bytes = keyBytes(key);
    return (record) => test(record.attribute(bytes));
  });
}

export function severityTest({ min, match_undefined }: { min: number; match_undefined: boolean }): RecordTest {
  return ({ severityNumber }) => (severityNumber === 0 ? match_undefined : severityNumber >= min);
}

export function compileTexts(patterns: readonly string[], type: MatchType): TextTest {
  if (type === "strict") {
    const set = new Set(patterns);
    return (text) => set.has(text);
  }
  const compiled = patterns.map(mustCompile);
  return (text) => compiled.some((pattern) => pattern.test(text));
}

/** Without a value: the attribute is there. Strict: equal in type and value. Regexp: scalars by their text. */
function compileValue(expected: ConfigValue | undefined, type: MatchType): (value: AnyValue | undefined) => boolean {
  if (expected === undefined) return (value) => value !== undefined;
  if (type === "regexp") {
    const pattern = mustCompile(formatAnyValue(anyValueOf(expected)));
    return (value) => isScalar(value) && pattern.test(formatAnyValue(value));
  }
  const wanted = anyValueOf(expected);
  if (typeof wanted !== "object") return (value) => value === wanted;
  const bytes = Buffer.from(encodeAnyValue(wanted));
  return (value) => value !== undefined && bytes.equals(encodeAnyValue(value));
}

function isScalar(value: AnyValue | undefined): value is string | boolean | bigint | number {
  return value !== undefined && value !== null && typeof value !== "object";
}

function serviceOf({ group }: RecordView): string | undefined {
  const name = group.resource.get("service.name");
  return typeof name === "string" ? name : undefined;
}

/** Patterns were checked when the configuration was read. */
function mustCompile(text: string): RegExp {
  const compiled = compilePattern(text);
  if (typeof compiled === "string") throw new Error(`cannot compile the pattern "${text}": ${compiled}`);
  return compiled;
}
