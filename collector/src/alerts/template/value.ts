/**
 * What templates work on: Go's kinds of values, told apart as text/template tells them apart. An int is a bigint, a float64 a number,
 * nil is null. Maps of texts give "" for a key they haven't; other maps give nothing. No value can do more than its own methods.
 */
import { formatFloat } from "./format-float.ts";

export type Value = string | number | bigint | boolean | null | List | ReadonlyMap<string, Value> | Structure;
export type List = readonly Value[];
export type Method = (...args: Value[]) => Value;

/** A template's own words for what is wrong; runs and parses turn it into a TemplateError with the place. */
export class TemplateFault extends Error {
  override name = "TemplateFault";
}

/** A Go struct: named fields and methods, nothing else. */
export class Structure {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: Readonly<Record<string, Method>>;
  /** What printing it gives; absent = its fields in braces. */
  readonly text: string | undefined;

  constructor(
    typeName: string,
    fields: Readonly<Record<string, Value>>,
    methods: Readonly<Record<string, Method>> = {},
    text?: string,
  ) {
    this.typeName = typeName;
    this.fields = new Map(Object.entries(fields));
    this.methods = methods;
    this.text = text;
  }
}

/** map[string]string, such as labels; methods are those of Alertmanager's KV where it is one. */
export class TextMap extends Map<string, string> {
  readonly methods: Readonly<Record<string, Method>>;

  constructor(entries: Readonly<Record<string, string>>, methods: Readonly<Record<string, Method>> = {}) {
    super(Object.entries(entries));
    this.methods = methods;
  }
}

/** A list with methods of its own, such as Alertmanager's alerts and pairs. What is made of it is a plain list. */
export class MethodList extends Array<Value> {
  methods: Readonly<Record<string, Method>> = {};

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static with(values: List, methods: Readonly<Record<string, Method>>): MethodList {
    const list = new MethodList();
    for (const value of values) list.push(value);
    list.methods = methods;
    return list;
  }
}

/** Methods of a value; a name is looked up as an own property alone. */
export function methodsOf(value: Value): Readonly<Record<string, Method>> {
  const has = value instanceof Structure || value instanceof TextMap || value instanceof MethodList;
  return has ? value.methods : {};
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

/** Zero and empty values are false; a struct is always true. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return value instanceof Structure || Boolean(value);
}

export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "float64";
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
  }
  if (value === null) return "<nil>";
  if (value instanceof TextMap) return "map[string]string";
  if (isMap(value)) return "map[string]interface {}";
  return isList(value) ? "[]interface {}" : value.typeName;
}

/** What a template, or any text in it, may come to, in characters. */
export const MOST_LENGTH = 1024 * 1024;
/** Values within values that are printed: lists may hold the same ones again and again. */
const MOST_PRINTED = 100_000;
const MOST_DEPTH = 50;

/** As %v prints it. @throws TemplateFault for one that would never end */
export function formatValue(value: Value): string {
  let printed = 0;
  let length = 0;
  return format(value, 0);

  function format(one: Value, depth: number): string {
    if (++printed > MOST_PRINTED || depth > MOST_DEPTH) throw new TemplateFault("the value is too large to print");
    switch (typeof one) {
      case "string":
        checkLength((length += one.length));
        return one;
      case "number":
        return formatFloat(one, "g");
      case "bigint":
      case "boolean":
        return String(one);
    }
    const inner = (each: Value) => format(each, depth + 1);
    if (one === null) return "<nil>";
    if (isList(one)) return `[${one.map(inner).join(" ")}]`;
    if (isMap(one)) {
      const pairs = sortedKeys(one).map((key) => `${key}:${inner(lookUp(one, key))}`);
      return `map[${pairs.join(" ")}]`;
    }
    return one.text ?? `{${[...one.fields.values()].map(inner).join(" ")}}`;
  }
}

/** @throws TemplateFault when a text has become too long */
export function checkLength(length: number): void {
  if (length > MOST_LENGTH) throw new TemplateFault(`the text is longer than ${MOST_LENGTH} characters`);
}

/** Ranges over maps go in this order. */
export function sortedKeys(map: ReadonlyMap<string, Value>): string[] {
  return [...map.keys()].sort();
}

/** A key of a map. */
export function lookUp(map: ReadonlyMap<string, Value>, key: string): Value {
  return map.get(key) ?? (map instanceof TextMap ? "" : null);
}

/** float64 of a number or of a text that is one, as Prometheus' functions take it. */
export function toFloat(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Structure) {
    const seconds = value.fields.get("seconds");
    if (typeof seconds === "number") return seconds;
  }
  if (typeof value !== "string") throw new TemplateFault(`can't convert ${typeName(value)} to float`);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(value);
  if (special) return special[2].toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
  const digits = value.replaceAll("_", "");
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits))
    throw new TemplateFault(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(digits);
}

/** The text that a function wants. @throws TemplateFault */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  throw new TemplateFault(`wrong type for value; expected string; got ${typeName(value)}`);
}
