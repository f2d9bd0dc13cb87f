/**
 * A query's conditions -> what stores answer (model/log-condition.ts). Names become fields, levels severity numbers, values numbers,
 * durations or texts. In: the tree; out: a condition, or a QueryError with the position and a hint. Semantics: collector/docs/logs.md.
 */
import { QueryError } from "../../../base/errors.ts";
import { EVERY_LOG, type LogCondition, type TextTest } from "../../../model/log-condition.ts";
import type { LogField } from "../../../model/log-field.ts";
import type { Comparison, ConditionNode, KeyNode, TestNode, TextNode } from "../parse/ast.ts";
import { resolveField, unitNanosOf } from "./fields.ts";
import { levelHint, levelsLike, severityRange } from "./levels.ts";
import { quantityOf } from "./numbers.ts";
import { hasWildcard, regexTest, searchTest, valueTest } from "./text-tests.ts";

/** @throws QueryError */
export function planCondition(node: ConditionNode): LogCondition {
  switch (node.kind) {
    case "every":
      return EVERY_LOG;
    case "and":
    case "or":
      return { kind: node.kind, of: node.of.map(planCondition) };
    case "not":
      return { kind: "not", of: planCondition(node.of) };
    case "text":
      return { kind: "field", field: { kind: "body" }, test: searchTest(node.value) };
    case "regex":
      return { kind: "field", field: { kind: "body" }, test: regexTest(node.value) };
    case "field":
      return planField(node.key, node.test);
  }
}

function planField(key: KeyNode, test: TestNode): LogCondition {
  const { fields } = resolveField(key);
  const [{ kind }] = fields;
  if (kind === "level") return planLevel(test);
  if (kind === "trace_id" || kind === "span_id")
    return { kind: "field", field: { kind }, test: idTest(key, kind, test) };
  if (kind === "body") return { kind: "field", field: { kind }, test: bodyTest(key, test) };
  return anyOf(fields, (field) => attributeCondition(key, field, test));
}

function anyOf(fields: readonly LogField[], of: (field: LogField) => LogCondition): LogCondition {
  return fields.length === 1 ? of(fields[0]) : { kind: "or", of: fields.map(of) };
}

function attributeCondition(key: KeyNode, field: LogField, test: TestNode): LogCondition {
  const of = textTests(key, test).map((one): LogCondition => ({ kind: "field", field, test: one }));
  return of.length === 1 ? of[0] : { kind: "and", of };
}

/** All of them must hold. Of a key that stands in several places of a record each end of a range may be met in another one. */
export function textTests(key: KeyNode, test: TestNode): TextTest[] {
  switch (test.kind) {
    case "exists":
      return [test];
    case "equals":
      return [valueTest(test.value)];
    case "regex":
      return [regexTest(test.value)];
    case "compare":
      return [comparisonTest(key, test.operator, test.value)];
    case "range": {
      const { least, most } = test;
      const tests = [
        ...(least ? [comparisonTest(key, least.inclusive ? ">=" : ">", least.value)] : []),
        ...(most ? [comparisonTest(key, most.inclusive ? "<=" : "<", most.value)] : []),
      ];
      return tests.length > 0 ? tests : [{ kind: "exists" }];
    }
  }
}

function comparisonTest(key: KeyNode, operator: Comparison, { text, start }: TextNode): TextTest {
  const quantity = quantityOf(text);
  if (quantity?.kind === "number") return { kind: "number", operator, value: quantity.value };
  if (quantity) return { kind: "duration", operator, nanos: quantity.nanos, unitNanos: unitNanosOf(key.name) };
  throw new QueryError(
    `cannot compare ${key.name} with "${text}": it is no number`,
    start,
    /^\d/.test(text)
      ? "durations are written 250ms, 1.5s or 2m, sizes 10MB or 4KiB"
      : `write ${key.name}${operator}100, a duration (250ms) or a size (10MB); in quotes it is text: "${key.name}${operator}${text}"`,
  );
}

function planLevel(test: TestNode): LogCondition {
  const range = ({ text, start }: TextNode) => {
    const found = severityRange(text);
    if (!found) throw new QueryError(`cannot find the level "${text}"`, start, levelHint(text));
    return found;
  };
  const severity = (least: number, most: number): LogCondition => ({ kind: "severity", least, most });
  switch (test.kind) {
    case "exists":
      return severity(1, 24);
    case "equals": {
      if (test.value.quote === "none" && hasWildcard(test.value.text))
        return levelLike(valueTest(test.value), test.value);
      const { least, most } = range(test.value);
      return severity(least, most);
    }
    case "regex":
      return levelLike(regexTest(test.value), test.value);
    case "compare": {
      const { least, most } = range(test.value);
      // What has no level is neither above nor below one.
      if (test.operator === ">=") return severity(least, 24);
      if (test.operator === ">") return severity(most + 1, 24);
      return severity(1, test.operator === "<=" ? most : least - 1);
    }
    case "range": {
      const low = test.least && range(test.least.value);
      const high = test.most && range(test.most.value);
      const least = low === undefined ? 1 : test.least?.inclusive ? low.least : low.most + 1;
      const most = high === undefined ? 24 : test.most?.inclusive ? high.most : high.least - 1;
      return severity(least, most);
    }
  }
}

function levelLike(test: TextTest, { start }: { readonly start: number }): LogCondition {
  if (test.kind === "exists") return { kind: "severity", least: 1, most: 24 };
  if (test.kind !== "regex") throw new QueryError("cannot read the level", start, levelHint(""));
  const expression = new RegExp(test.whole ? `^(?:${test.pattern})$` : test.pattern, "is");
  return {
    kind: "or",
    of: levelsLike((name) => expression.test(name)).map((range) => ({ kind: "severity", ...range })),
  };
}

/** Ids in whatever case, whole or as the beginning with a *. */
function idTest(key: KeyNode, kind: "trace_id" | "span_id", test: TestNode): TextTest {
  const digits = kind === "trace_id" ? 32 : 16;
  if (test.kind === "exists") return test;
  if (test.kind === "regex") return regexTest({ ...test.value, ignoreCase: true });
  if (test.kind !== "equals")
    throw new QueryError(`cannot compare ${key.name}`, key.start, `write ${key.name}:id or ${key.name}:*`);
  const { start, quote } = test.value;
  const text = test.value.text.toLowerCase().replaceAll("-", "");
  const isPattern = quote === "none" && text.includes("*");
  if (!/^[0-9a-f]+$/.test(isPattern ? text.replaceAll("*", "0") : text) || text.length > digits)
    throw new QueryError(
      `cannot read the ${kind === "trace_id" ? "trace" : "span"} id "${test.value.text.slice(0, 100)}"`,
      start,
      `it has ${digits} hexadecimal digits; ${key.name}:4bf9* finds those that begin so`,
    );
  if (isPattern) return valueTest({ ...test.value, text });
  return { kind: "equals", text: text.padStart(digits, "0") };
}

/** `message:timeout` looks for words, as a word alone does. */
function bodyTest(key: KeyNode, test: TestNode): TextTest {
  if (test.kind === "exists") return test;
  if (test.kind === "equals") return searchTest(test.value);
  if (test.kind === "regex") return regexTest(test.value);
  throw new QueryError(
    `cannot compare ${key.name}: it is text`,
    key.start,
    `write ${key.name}:word or ${key.name}:/expression/; members of a JSON body are fields: http.status>=500`,
  );
}
