/**
 * Resources and attributes of OTLP -> labels: job and instance from the service's identity, colliding names joined with ";" in the
 * order of the keys, what else the resource has into target_info. For series met the first time; not on the hot path.
 */
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { labelsOf, METRIC_NAME, type Labels } from "../../model/labels.ts";
import { anyValueText, locateKeyValue } from "../otlp/attribute-text.ts";
import { MOST_LABEL_BYTES } from "./label-bounds.ts";
import { labelName } from "./names.ts";

export interface ResourceLabels {
  /** "" = none. */
  readonly job: string;
  readonly instance: string;
  /** Of target_info; undefined when the resource has nothing that identifies it, or nothing else, or too much. */
  readonly targetInfo: Labels | undefined;
}

export interface KeyText {
  readonly key: string;
  readonly text: string;
}

const IDENTIFYING: ReadonlySet<string> = new Set(["service.name", "service.namespace", "service.instance.id"]);

/** @param bytes a Resource message, or nothing */
export function resourceLabels(bytes: Uint8Array, start: number, end: number): ResourceLabels {
  const attributes = attributesIn(bytes, start, end, 1);
  const text = (key: string) => attributes.findLast((each) => each.key === key)?.text ?? "";
  const [name, namespace, instance] = [text("service.name"), text("service.namespace"), text("service.instance.id")];
  const job = name !== "" && namespace !== "" ? `${namespace}/${name}` : name;
  const others = attributes.filter(({ key }) => !IDENTIFYING.has(key));
  if ((job === "" && instance === "") || others.length === 0 || end - start > MOST_LABEL_BYTES)
    return { job, instance, targetInfo: undefined };
  const targetInfo = labelsOf({ ...labelRecord(others), job, instance, [METRIC_NAME]: "target_info" });
  return { job, instance, targetInfo };
}

/** Attributes as labels by name. */
export function labelRecord(attributes: readonly KeyText[]): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  const sorted = [...attributes].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  let before: string | undefined;
  for (const { key, text } of sorted) {
    const name = labelName(key);
    // The same key twice: the last one counts. Another key of the same name: both.
    if (name === "") continue;
    record[name] = name in record && key !== before ? `${record[name]};${text}` : text;
    before = key;
  }
  return record;
}

/** KeyValues that are field `field` of the message in `bytes[start, end)`. */
export function attributesIn(bytes: Uint8Array, start: number, end: number, field: number): KeyText[] {
  const attributes: KeyText[] = [];
  const reader = new ProtoReader(bytes, start, end);
  while (reader.next()) {
    if (reader.field !== field || reader.wire !== BYTES) continue;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, reader.valueStart, reader.valueEnd);
    const key = decodeText(bytes, keyStart, keyEnd);
    attributes.push({ key, text: anyValueText(bytes, valueStart, valueEnd) });
  }
  return attributes;
}

/** A bound or quantile as a label: decimal, never with an exponent. */
export function formatBound(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction = "", exponent] = match;
  const digits = whole + fraction;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
