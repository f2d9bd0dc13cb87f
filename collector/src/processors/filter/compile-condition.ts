/** A condition's text -> a test. In: text and context; out: a function over a record, or a ConditionError with the position. */
import { compilePattern } from "../../component/pattern.ts";
import { nearest } from "../../base/suggest.ts";
import { formatAnyValue, type AnyValue } from "../../wire/otlp/any-value.ts";
import { compareValues } from "./compare-values.ts";
import { ConditionError } from "./condition-error.ts";
import { parseCondition, type Condition, type Operand } from "./condition-parser.ts";
import { resolvePath, type ConditionContext, type FieldType, type Target } from "./condition-paths.ts";

export type ConditionTest = (target: Target) => boolean;

export interface CompileOptions {
  readonly context: ConditionContext;
  /** Every path must begin with its context, as in `trace_conditions`. */
  readonly prefixed?: boolean;
}

/** @throws ConditionError */
export function compileCondition(text: string, options: CompileOptions): ConditionTest {
  return compile(parseCondition(text), options);
}

function compile(condition: Condition, options: CompileOptions): ConditionTest {
  switch (condition.type) {
    case "and": {
      const parts = condition.parts.map((part) => compile(part, options));
      return (target) => parts.every((part) => part(target));
    }
    case "or": {
      const parts = condition.parts.map((part) => compile(part, options));
      return (target) => parts.some((part) => part(target));
    }
    case "not": {
      const part = compile(condition.part, options);
      return (target) => !part(target);
    }
    case "holds": {
      const operand = compileOperand(condition.operand, options);
      return (target) => operand.read(target) === true;
    }
    default: {
      const { comparator } = condition;
      const left = compileOperand(condition.left, options);
      const right = compileOperand(condition.right, options);
      checkTypes(condition.left, left.type, right.type);
      return (target) => compareValues(left.read(target), comparator, right.read(target));
    }
  }
}

type Type = FieldType | "bool" | "nil" | "bytes" | "double";

interface Compiled {
  readonly type: Type;
  read(target: Target): AnyValue;
}

function compileOperand(operand: Operand, options: CompileOptions): Compiled {
  switch (operand.type) {
    case "literal":
      return { type: typeOf(operand.value), read: () => operand.value };
    case "path":
      return resolvePath(operand, options.context, options.prefixed ?? false);
    default:
      return compileCall(operand, options);
  }
}

/** Comparing a number with a text is never true: that was not meant. */
function checkTypes({ position }: Operand, left: Type, right: Type): void {
  const number = (type: Type) => type === "int" || type === "double";
  const fits = left === "any" || right === "any" || left === "nil" || right === "nil" || left === right;
  if (fits || (number(left) && number(right))) return;
  const hint = [left, right].includes("int")
    ? "kinds, status codes and severities are numbers: SPAN_KIND_SERVER, STATUS_CODE_ERROR, SEVERITY_NUMBER_WARN"
    : undefined;
  throw new ConditionError(`${nameOf(left)} and ${nameOf(right)} are never equal`, position, hint);
}

function nameOf(type: Type): string {
  return (
    { int: "a number", double: "a number", string: "a text", bool: "true or false", bytes: "bytes" }[type as string] ??
    type
  );
}

function typeOf(value: AnyValue): Type {
  if (value === null) return "nil";
  if (value instanceof Uint8Array) return "bytes";
  const types: Readonly<Record<string, Type>> = { string: "string", boolean: "bool", bigint: "int", number: "double" };
  return types[typeof value] ?? "any";
}

const FUNCTIONS = ["IsMatch", "IsRootSpan"];

function compileCall({ name, operands, position }: Operand & { type: "call" }, options: CompileOptions): Compiled {
  if (name === "IsRootSpan") {
    if (operands.length > 0) throw new ConditionError("IsRootSpan takes nothing: write IsRootSpan()", position);
    if (options.context !== "span") throw new ConditionError("IsRootSpan is of use for spans only", position);
    return { type: "bool", read: ({ record }) => record.parentSpanId === "" };
  }
  if (name !== "IsMatch") {
    const near = nearest(name, FUNCTIONS);
    const hint = near ? `did you mean ${near}?` : `it has: ${FUNCTIONS.join(", ")}`;
    throw new ConditionError(`the function ${name} is not supported here`, position, hint);
  }
  const [subject, expression] = operands;
  if (operands.length !== 2 || expression.type !== "literal" || typeof expression.value !== "string")
    throw new ConditionError("IsMatch takes a value and a text", position, 'write IsMatch(name, "^GET ")');
  const pattern = compilePattern(expression.value);
  if (typeof pattern === "string")
    throw new ConditionError(`is no regular expression: ${pattern}`, expression.position);
  const compiled = compileOperand(subject, options);
  return {
    type: "bool",
    read(target) {
      const value = compiled.read(target);
      return value !== null && pattern.test(formatAnyValue(value));
    },
  };
}
