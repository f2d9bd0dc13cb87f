/**
 * The small language in which a component declares its configuration: `object({ endpoint: string({ default: "localhost:4317" }) })`.
 * One declaration gives the TypeScript type, the defaults, the check with file and line, and the documentation. In: a
 * ConfigNode; out: a typed value, and issues. Own code rather than a validation library, since the Collector's rules need
 * source positions, null meaning "the defaults", and scalars in two readings (ADR 0004).
 */
import { formatDurationMillis, parseDurationMillis } from "../base/duration.ts";
import { nearest } from "../base/suggest.ts";
import { describeNode, type ConfigIssue, type ConfigNode } from "./config-node.ts";

/** Where reading happens: the key path so far, and the lists that issues and warnings go to. */
export interface ReadContext {
  readonly path: string;
  readonly issues: ConfigIssue[];
  /** What is right but does not do what its writer may expect. */
  readonly warnings?: ConfigIssue[];
}

export interface Field<T> {
  /** `undefined` = the key is absent. Reports what is wrong to `context.issues` and then returns a usable value. */
  read(node: ConfigNode | undefined, context: ReadContext): T;
  readonly doc: FieldDoc;
}

export interface FieldDoc {
  /** As a user would say it: "string", "duration", "list of string", "map". */
  readonly type: string;
  readonly text: string;
  readonly default?: unknown;
  /** Secrets are never printed. */
  readonly secret?: boolean;
  /** The key must be there. */
  readonly required?: boolean;
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
  readonly item?: Field<unknown>;
  /** It is an address that the component listens on. */
  readonly listens?: "tcp" | "udp";
  /** The value as it would be written in YAML, where it is kept in another shape. */
  print?(value: any): unknown;
}

export type ConfigOf<F> = F extends Field<infer T> ? T : never;

interface Common<T> {
  doc?: string;
  default?: T;
}

export function string(
  options: Common<string> & {
    oneOf?: readonly string[];
    secret?: boolean;
    check?: (value: string) => string | undefined;
  } = {},
): Field<string> {
  const field = scalar("string", options, (node) => {
    const { text } = node;
    if (text === undefined) return fail("a string");
    if (options.oneOf && !options.oneOf.includes(text)) {
      const near = nearest(text, options.oneOf);
      return fail(`one of ${options.oneOf.join(", ")}`, near && `did you mean "${near}"?`);
    }
    const wrong = options.check?.(text);
    return wrong === undefined ? { value: text } : fail(wrong);
  });
  // An unset ${env:X} is null to other fields and "" to a text; a null that was written is the default.
  const written = (node: ConfigNode | undefined) =>
    node?.kind === "null" && node.text !== undefined
      ? ({ kind: "scalar", at: node.at, value: node.text, text: node.text } as const)
      : node;
  return { doc: field.doc, read: (node, context) => field.read(written(node), context) };
}

/** A text that is never printed nor logged. */
export function secret(options: Common<string> = {}): Field<string> {
  return string({ ...options, secret: true });
}

export function integer(options: Common<number> & { min?: number; max?: number } = {}): Field<number> {
  const { min = -Infinity, max = Infinity } = options;
  return scalar("integer", options, (node) => {
    const value = node.kind === "scalar" ? Number(node.value) : NaN;
    const right =
      node.kind === "scalar" && node.value !== "" && typeof node.value !== "boolean" && Number.isSafeInteger(value);
    return right && value >= min && value <= max ? { value } : fail(`a whole number${range(min, max)}`);
  });
}

export function number(options: Common<number> & { min?: number; max?: number } = {}): Field<number> {
  const { min = -Infinity, max = Infinity } = options;
  return scalar("number", options, (node) => {
    const value =
      node.kind === "scalar" && node.value !== "" && typeof node.value !== "boolean" ? Number(node.value) : NaN;
    return value >= min && value <= max ? { value } : fail(`a number${range(min, max)}`);
  });
}

export function boolean(options: Common<boolean> = {}): Field<boolean> {
  return scalar("boolean", options, (node) => {
    if (node.kind === "scalar" && (node.value === true || node.value === "true")) return { value: true };
    if (node.kind === "scalar" && (node.value === false || node.value === "false")) return { value: false };
    return fail("true or false");
  });
}

/** A Go duration ("200ms", "1h30m", also "7d"), read as milliseconds. The default is written as a duration, too. */
export function durationMillis(options: { doc?: string; default?: string; min?: string } = {}): Field<number> {
  const min = options.min === undefined ? 0 : (parseDurationMillis(options.min) as number);
  const print = formatDurationMillis;
  const field = scalar<number>("duration", { doc: options.doc }, (node) => {
    const value = node.kind === "scalar" ? parseDurationMillis(node.text) : undefined;
    if (value === undefined) return fail("a duration", "write a number and a unit, as in 200ms, 30s, 5m, 1h30m or 7d");
    return value >= min ? { value } : fail(`a duration of at least ${options.min ?? "0s"}`);
  });
  if (options.default === undefined) return { ...field, doc: { ...field.doc, print } };
  const fallback = parseDurationMillis(options.default) as number;
  return {
    doc: { ...field.doc, default: options.default, print },
    read: (node, context) =>
      node === undefined || node.kind === "null" ? fallback : (field.read(node, context) ?? fallback),
  };
}

const SIZE_UNITS: Record<string, number> = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A size ("10GiB", "512MB", or a number of bytes), read as bytes. */
export function sizeBytes(options: { doc?: string; default?: string } = {}): Field<number> {
  const parse = (text: string) => {
    const found = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
    return found && found[2] in SIZE_UNITS ? Math.round(Number(found[1]) * SIZE_UNITS[found[2]]) : undefined;
  };
  const fallback = options.default === undefined ? undefined : parse(options.default);
  const field = scalar("size", { doc: options.doc, default: fallback }, (node) => {
    const value = node.kind === "scalar" ? parse(node.text) : undefined;
    return value === undefined ? fail("a size", "write a number and a unit, as in 512MiB or 10GiB") : { value };
  });
  return { ...field, doc: { ...field.doc, default: options.default, print: formatSize } };
}

function formatSize(bytes: number): string {
  const unit = ["TiB", "GiB", "MiB", "KiB"].find((each) => bytes > 0 && bytes % SIZE_UNITS[each] === 0) ?? "B";
  return `${bytes / SIZE_UNITS[unit]}${unit}`;
}

/** A list; absent or null = empty, unless a default says otherwise. */
export function list<T>(item: Field<T>, options: Common<readonly T[]> = {}): Field<readonly T[]> {
  return {
    doc: {
      type: `list of ${item.doc.type}`,
      text: options.doc ?? "",
      default: options.default ?? [],
      item,
      secret: item.doc.secret,
    },
    read(node, context) {
      if (node === undefined || node.kind === "null") return options.default ?? [];
      if (node.kind === "scalar" && !item.doc.fields && node.text.trim() !== "") {
        // As in the Collector, "a,b" is the list of a and b.
        return node.text.split(",").map((text, index) => {
          const child = { kind: "scalar", at: node.at, value: text.trim(), text: text.trim() } as const;
          return item.read(child, { ...context, path: `${context.path}[${index}]` });
        });
      }
      if (node.kind !== "list") {
        report(
          context,
          node,
          `expected a list, got ${describeNode(node)}`,
          "write it as [a, b] or with a dash before each entry",
        );
        return options.default ?? [];
      }
      return node.items.map((child, index) => item.read(child, { ...context, path: `${context.path}[${index}]` }));
    },
  };
}

/** A map with free keys; absent or null = empty. */
export function map<T>(item: Field<T>, options: { doc?: string } = {}): Field<Readonly<Record<string, T>>> {
  return {
    doc: {
      type: `map of ${item.doc.type}`,
      text: options.doc ?? "",
      item,
      secret: item.doc.secret,
    },
    read(node, context) {
      const result: Record<string, T> = Object.create(null);
      if (node === undefined || node.kind === "null") return result;
      if (node.kind !== "map") {
        report(context, node, `expected a map, got ${describeNode(node)}`);
        return result;
      }
      for (const [key, entry] of node.entries)
        result[key] = item.read(entry.node, { ...context, path: join(context.path, key) });
      return result;
    },
  };
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ObjectOf<F extends Fields> = { readonly [K in keyof F]: ConfigOf<F[K]> };

export interface ObjectOptions<F extends Fields> {
  doc?: string;
  /** Rules over several keys: call `fail(key, message)`; key "" = the object itself. Runs only when each key for itself is right. */
  check?: (value: ObjectOf<F>, fail: (key: string, message: string, fix?: string) => void) => void;
}

/** Known keys only; absent or null = every field's default. Unknown keys are refused with the nearest known one. */
export function object<F extends Fields>(fields: F, options: ObjectOptions<F> = {}): Field<ObjectOf<F>> {
  return {
    doc: { type: "map", text: options.doc ?? "", fields },
    read(node, context) {
      const before = context.issues.length;
      const entries = node?.kind === "map" ? node.entries : undefined;
      if (node && !entries && node.kind !== "null") report(context, node, `expected a map, got ${describeNode(node)}`);
      for (const [key, entry] of entries ?? []) {
        if (Object.hasOwn(fields, key)) continue;
        const near = nearest(key, Object.keys(fields));
        const known = Object.keys(fields);
        context.issues.push({
          at: entry.at,
          path: join(context.path, key),
          message: `unknown key "${key}"`,
          fix: near
            ? `did you mean "${near}"?`
            : known.length > 0
              ? `known keys: ${known.join(", ")}`
              : "it takes no keys",
        });
      }
      const result: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(fields)) {
        result[key] = field.read(entries?.get(key)?.node, { ...context, path: join(context.path, key) });
      }
      const value = result as ObjectOf<F>;
      if (context.issues.length === before) {
        options.check?.(value, (key, message, fix) => {
          const at = entries?.get(key)?.at ?? node?.at;
          context.issues.push({ at, path: key === "" ? context.path : join(context.path, key), message, fix });
        });
      }
      return value;
    },
  };
}

/** Absent = undefined; present, even as null, = the field (as `grpc:` with nothing behind it switches gRPC on). */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { doc: field.doc, read: (node, context) => (node === undefined ? undefined : field.read(node, context)) };
}

/** Absent or null = undefined: for values without a default. */
export function maybe<T>(field: Field<T>): Field<T | undefined> {
  return {
    doc: field.doc,
    read: (node, context) => (node === undefined || node.kind === "null" ? undefined : field.read(node, context)),
  };
}

/** A key that must be there. */
export function required<T>(field: Field<T>): Field<T> {
  return {
    doc: { ...field.doc, required: true },
    read(node, context) {
      if (node === undefined || node.kind === "null") {
        context.issues.push({
          at: node?.at,
          path: context.path,
          message: "a value is required",
          fix: `give it a ${field.doc.type}`,
        });
      }
      return field.read(node, context);
    },
  };
}

export type Outcome<T> = { value: T } | { expected: string; fix?: string };

export function fail(expected: string, fix?: string): { expected: string; fix?: string } {
  return { expected, fix };
}

/** A field of one value: absent or null = the default; what `parse` refuses is reported and the default stands in. */
export function scalar<T>(
  type: string,
  options: Common<T> & { secret?: boolean },
  parse: (node: ConfigNode) => Outcome<T>,
): Field<T> {
  return {
    doc: { type, text: options.doc ?? "", default: options.default, secret: options.secret },
    read(node, context) {
      if (node === undefined || node.kind === "null") return options.default as T;
      const outcome = parse(node);
      if ("value" in outcome) return outcome.value;
      const got = options.secret ? "another value" : describeNode(node);
      report(context, node, `expected ${outcome.expected}, got ${got}`, outcome.fix);
      return options.default as T;
    },
  };
}

export function report(context: ReadContext, node: ConfigNode, message: string, fix?: string): void {
  context.issues.push({ at: node.at, path: context.path, message, fix });
}

export function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function range(min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return "";
  if (max === Infinity) return ` of at least ${min}`;
  if (min === -Infinity) return ` of at most ${max}`;
  return ` from ${min} to ${max}`;
}
