/**
 * The fields that conditions can look at, per OTTL context. In: a path; out: a function that reads it from a record, with the type it
 * always has, so that a comparison that can never be true is refused when the configuration is loaded.
 */
import { nearest } from "../../base/suggest.ts";
import { keyBytes } from "../../model/edit-attribute-list.ts";
import { formatAnyValue, isAnyMap, type AnyValue } from "../../wire/otlp/any-value.ts";
import type { RecordView } from "../records/record-view.ts";
import { ConditionError } from "./condition-error.ts";
import type { PathOperand } from "./condition-parser.ts";
import type { EventView } from "./event-view.ts";

export type ConditionContext = "resource" | "scope" | "span" | "spanevent" | "log";

/** What a condition is asked about; an event only in the context spanevent. */
export interface Target {
  readonly record: RecordView;
  readonly event?: EventView;
}

export type FieldType = "int" | "string" | "any";

export interface Reader {
  readonly type: FieldType;
  /** Null = there is none (OTTL's nil). */
  read(target: Target): AnyValue;
}

type Read = (target: Target) => AnyValue;
type FieldTable = Readonly<Record<string, readonly [FieldType, Read]>>;
type ReadAttribute = (target: Target, key: string, bytes: Uint8Array) => AnyValue | undefined;

const int = (of: (record: RecordView) => number): readonly [FieldType, Read] => [
  "int",
  ({ record }) => BigInt(of(record)),
];
const nanos = (of: (record: RecordView) => bigint): readonly [FieldType, Read] => ["int", ({ record }) => of(record)];
const text = (of: (record: RecordView) => string): readonly [FieldType, Read] => ["string", ({ record }) => of(record)];

const KIND_WORDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];

const FIELDS: Readonly<Record<ConditionContext, FieldTable>> = {
  resource: {},
  scope: { name: text(({ group }) => group.scopeName), version: text(({ group }) => group.scopeVersion) },
  span: {
    name: text((record) => record.spanName),
    kind: int((record) => record.kind),
    "kind.string": text((record) => KIND_WORDS[record.kind]),
    "status.code": int((record) => record.statusCode),
    "status.message": text((record) => record.statusMessage),
    trace_state: text((record) => record.traceState),
    "trace_id.string": text((record) => record.traceId),
    "span_id.string": text((record) => record.spanId),
    "parent_span_id.string": text((record) => record.parentSpanId),
    start_time_unix_nano: nanos((record) => record.startUnixNano),
    end_time_unix_nano: nanos((record) => record.endUnixNano),
  },
  spanevent: {
    name: ["string", ({ event }) => event?.name ?? null],
    time_unix_nano: ["int", ({ event }) => event?.timeUnixNano ?? null],
  },
  log: {
    body: ["any", ({ record }) => record.body],
    "body.string": ["string", ({ record }) => formatAnyValue(record.body)],
    severity_number: int((record) => record.severityNumber),
    severity_text: text((record) => record.severityText),
    event_name: text((record) => record.eventName),
    time_unix_nano: nanos((record) => record.timeUnixNano),
    observed_time_unix_nano: nanos((record) => record.observedUnixNano),
    "trace_id.string": text((record) => record.traceId),
    "span_id.string": text((record) => record.spanId),
  },
};

const ATTRIBUTES: Readonly<Record<ConditionContext, ReadAttribute>> = {
  resource: ({ record }, key) => record.group.resource.get(key),
  scope: ({ record }, key) => record.group.scope.get(key),
  span: ({ record }, _key, bytes) => record.attribute(bytes),
  spanevent: ({ event }, _key, bytes) => event?.attribute(bytes),
  log: ({ record }, _key, bytes) => record.attribute(bytes),
};

/** Contexts whose fields can be named from within another, with their name in front. */
const VISIBLE: Readonly<Record<ConditionContext, readonly ConditionContext[]>> = {
  resource: ["resource"],
  scope: ["scope", "resource"],
  span: ["span", "scope", "resource"],
  spanevent: ["spanevent", "span", "scope", "resource"],
  log: ["log", "scope", "resource"],
};

/**
 * @param context the context of fields without a prefix; with `prefixed`, every path must name its context.
 * @throws ConditionError
 */
export function resolvePath(path: PathOperand, context: ConditionContext, prefixed: boolean): Reader {
  const { position } = path;
  const first = path.names[0] === "instrumentation_scope" ? "scope" : path.names[0];
  const named = VISIBLE[context].find((each) => each === first);
  const names = named && path.names.length > 1 ? path.names.slice(1) : path.names;
  const within = named && path.names.length > 1 ? named : context;
  if (prefixed && names === path.names) {
    const hint = `write ${VISIBLE[context].map((each) => `${each}.`).join(", ")} before it`;
    throw new ConditionError(`${path.names.join(".")} does not say whose field it is`, position, hint);
  }
  const name = names.join(".");
  if (name === "attributes" && path.keys.length > 0) return attribute(path.keys, within, position);
  const field = Object.hasOwn(FIELDS[within], name) ? FIELDS[within][name] : undefined;
  if (field) return { type: path.keys.length > 0 ? "any" : field[0], read: indexed(field[1], path.keys) };
  const known = Object.keys(FIELDS[within]);
  const near = nearest(name, known);
  const hint =
    name === "attributes"
      ? 'write attributes["key"]'
      : near
        ? `did you mean ${near}?`
        : `it has: attributes["key"]${known.map((each) => `, ${each}`).join("")}`;
  throw new ConditionError(`the context ${within} has no field ${name} here`, position, hint);
}

function attribute(keys: readonly (string | bigint)[], context: ConditionContext, position: number): Reader {
  const [key, ...more] = keys;
  if (typeof key !== "string")
    throw new ConditionError("attributes have keys that are texts", position, 'write attributes["key"]');
  const bytes = keyBytes(key);
  const read = ATTRIBUTES[context];
  return { type: "any", read: indexed((target) => read(target, key, bytes) ?? null, more) };
}

/** Keys into maps, numbers into arrays; what isn't there is null. */
function indexed(read: Read, keys: readonly (string | bigint)[]): Read {
  if (keys.length === 0) return read;
  return (target) => keys.reduce<AnyValue>((value, key) => inner(value, key), read(target));
}

function inner(value: AnyValue, key: string | bigint): AnyValue {
  if (typeof key === "string") return isAnyMap(value) ? (value.get(key) ?? null) : null;
  return Array.isArray(value) ? ((value as readonly AnyValue[])[Number(key)] ?? null) : null;
}
