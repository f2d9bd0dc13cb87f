/**
 * Log records -> what the contract calls WireLog. Texts from outside are cut (a body of 10 MB is shown by its first 64 KiB), bytes that
 * are no UTF-8 become U+FFFD, so that whatever was logged makes valid JSON.
 */
import { formatHex } from "../../base/hex.ts";
import { nanosToBigInt } from "../../base/nanos.ts";
import { BYTES, decodeText, ProtoReader } from "../../base/protobuf.ts";
import { effectiveSeverity } from "../../model/log-severity.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import { valueTextRange } from "../../wire/otlp/attribute-text.ts";
import { decodeToObject } from "../../wire/otlp/protobuf-to-json.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { KEY_VALUE, RESOURCE_LOGS } from "../../wire/otlp/schema.ts";
import { scopeNames } from "../../wire/otlp/scope-names.ts";
import type { WireAnyValue, WireKeyValue, WireLog } from "../contract.ts";
import { membersOfBody } from "./body-members.ts";
import { logIdOf } from "./log-id.ts";

/** Of a body, and of each text of an attribute; UTF-8. */
export const MOST_TEXT_BYTES = 65_536;
/** LogRecord.event_name. */
const EVENT_NAME = 12;

interface ResourceFacts {
  readonly service: string;
  readonly attributes: WireKeyValue[];
}

/** A store gives the same envelopes again and again. */
const resources = new WeakMap<Uint8Array, ResourceFacts>();
const scopes = new WeakMap<Uint8Array, string>();

export function wireLogs(batch: LogBatch): WireLog[] {
  return Array.from({ length: batch.count }, (_, i) => wireLog(batch, i));
}

export function wireLog(batch: LogBatch, i: number): WireLog {
  const { resource, scope } = batch.groups[batch.group[i]];
  const facts = factsOf(resource);
  const scopeName = scopeOf(scope);
  const observed = nanosToBigInt(batch.observedLow[i], batch.observedHigh[i]);
  const { body, bodyBytes, bodyFields } = bodyOf(batch, i);
  const eventName = eventNameOf(batch, i);
  const text = batch.severityTextOffset[i];
  const severityText = decodeText(batch.bytes, text, text + batch.severityTextLength[i]);
  const log: Omit<WireLog, "id"> = {
    timeUnixNano: String(timeOf(batch, i)),
    ...(observed === 0n ? {} : { observedTimeUnixNano: String(observed) }),
    severityNumber: effectiveSeverity(batch.severityNumber[i], severityText),
    severityText,
    service: facts.service,
    body,
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...(eventName === "" ? {} : { eventName }),
    ...(batch.traceId[i] === NONE ? {} : { traceId: formatHex(batch.bytes, batch.traceId[i], 16) }),
    ...(batch.spanId[i] === NONE ? {} : { spanId: formatHex(batch.bytes, batch.spanId[i], 8) }),
    ...(scopeName === "" ? {} : { scope: scopeName }),
    attributes: attributesOf(batch, i, cutAttribute),
    resource: facts.attributes,
    ...(bodyFields === undefined ? {} : { bodyFields }),
  };
  return { id: logIdOf(log), ...log };
}

/** The same record, nothing cut. */
export function wholeLog(batch: LogBatch, i: number): WireLog {
  const log = wireLog(batch, i);
  const isCut = log.bodyBytes !== undefined || hasLongAttribute(batch, i);
  if (!isCut) return log;
  return { ...log, body: textOfBody(batch, i), bodyBytes: undefined, attributes: attributesOf(batch, i, withKey) };
}

/** About how long it is in a list: its texts after they are cut. */
export function shownBytes(batch: LogBatch, i: number): number {
  let bytes = batch.bodyOffset[i] === NONE ? 0 : Math.min(MOST_TEXT_BYTES, batch.bodyLength[i]);
  for (let a = batch.attributeStart[i]; a < batch.attributeStart[i + 1]; a++)
    bytes += Math.min(MOST_TEXT_BYTES, batch.attributeLength[a]);
  return bytes;
}

/** Observed time where there is no time. */
export function timeOf(batch: LogBatch, i: number): bigint {
  return (batch.timeLow[i] | batch.timeHigh[i]) === 0
    ? nanosToBigInt(batch.observedLow[i], batch.observedHigh[i])
    : nanosToBigInt(batch.timeLow[i], batch.timeHigh[i]);
}

function textOfBody(batch: LogBatch, i: number): string {
  if (batch.bodyOffset[i] === NONE) return "";
  const { bytes, start, end } = valueTextRange(
    batch.bytes,
    batch.bodyOffset[i],
    batch.bodyOffset[i] + batch.bodyLength[i],
  );
  return decodeText(bytes, start, end);
}

function bodyOf(batch: LogBatch, i: number): Pick<WireLog, "body" | "bodyBytes" | "bodyFields"> {
  if (batch.bodyOffset[i] === NONE) return { body: "" };
  const { bytes, start, end } = valueTextRange(
    batch.bytes,
    batch.bodyOffset[i],
    batch.bodyOffset[i] + batch.bodyLength[i],
  );
  if (end - start > MOST_TEXT_BYTES)
    return { body: decodeText(bytes, start, cutAt(bytes, start, start + MOST_TEXT_BYTES)), bodyBytes: end - start };
  const body = decodeText(bytes, start, end);
  const bodyFields = membersOfBody(body);
  return { body, ...(bodyFields === undefined ? {} : { bodyFields }) };
}

/** At or before `end`, not within a character. */
function cutAt(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && at > end - 4 && (bytes[at] & 0xc0) === 0x80) at--;
  return at;
}

function hasLongAttribute({ attributeStart, attributeLength }: LogBatch, i: number): boolean {
  for (let a = attributeStart[i]; a < attributeStart[i + 1]; a++) if (attributeLength[a] > MOST_TEXT_BYTES) return true;
  return false;
}

/** @param ofLong what is made of one over {@link MOST_TEXT_BYTES} */
function attributesOf(
  batch: LogBatch,
  i: number,
  ofLong: (attribute: Partial<WireKeyValue>) => WireKeyValue,
): WireKeyValue[] {
  const attributes: WireKeyValue[] = [];
  for (let a = batch.attributeStart[i]; a < batch.attributeStart[i + 1]; a++) {
    const start = batch.attributeOffset[a];
    const length = batch.attributeLength[a];
    const attribute = decodeToObject(batch.bytes.subarray(start, start + length), KEY_VALUE) as WireKeyValue;
    attributes.push(length > MOST_TEXT_BYTES ? ofLong(attribute) : withKey(attribute));
  }
  return attributes;
}

function withKey({ key = "", value }: Partial<WireKeyValue>): WireKeyValue {
  return value === undefined ? { key } : { key, value };
}

function cutAttribute({ key = "", value }: Partial<WireKeyValue>): WireKeyValue {
  return { key: cutText(key), ...(value === undefined ? {} : { value: cutValue(value) }) };
}

function cutValue(value: WireAnyValue): WireAnyValue {
  if (value.stringValue !== undefined) return { stringValue: cutText(value.stringValue) };
  const json = JSON.stringify(value);
  return json.length > MOST_TEXT_BYTES ? { stringValue: cutText(json) } : value;
}

function cutText(text: string): string {
  if (text.length <= MOST_TEXT_BYTES) return text;
  return `${text.slice(0, MOST_TEXT_BYTES).toWellFormed()}… (${text.length} characters)`;
}

function eventNameOf({ bytes, restStart, restOffset, restLength }: LogBatch, i: number): string {
  for (let r = restStart[i]; r < restStart[i + 1]; r++) {
    const reader = new ProtoReader(bytes, restOffset[r], restOffset[r] + restLength[r]);
    while (reader.next()) if (reader.field === EVENT_NAME && reader.wire === BYTES) return reader.string();
  }
  return "";
}

function factsOf(envelope: Uint8Array): ResourceFacts {
  let facts = resources.get(envelope);
  if (!facts) {
    const { resource } = decodeToObject(envelope, RESOURCE_LOGS) as { resource?: { attributes?: WireKeyValue[] } };
    const attributes = (resource?.attributes ?? []).map(cutAttribute);
    resources.set(envelope, (facts = { service: resourceNames(envelope).service, attributes }));
  }
  return facts;
}

function scopeOf(envelope: Uint8Array): string {
  let name = scopes.get(envelope);
  if (name === undefined) scopes.set(envelope, (name = scopeNames(envelope).name));
  return name;
}
