/** A batch of log records as what pipelines work on: stream labels, structured metadata, time and line of each. */
import { formatHex } from "../../../base/hex.ts";
import { nanosToBigInt } from "../../../base/nanos.ts";
import { BYTES, decodeText, ProtoReader } from "../../../base/protobuf.ts";
import type { Labels } from "../../../model/labels.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { NONE, type RecordGroup } from "../../../model/record-batch.ts";
import { canonicalKey, UNKNOWN_SERVICE } from "../../../model/semconv.ts";
import { anyValueText, locateKeyValue } from "../../../wire/otlp/attribute-text.ts";
import { resourceAttributes, scopeAttributes } from "../../../wire/otlp/attributes-of.ts";
import { scopeNames } from "../../../wire/otlp/scope-names.ts";
import {
  detectedLevel,
  FIELD_LABELS,
  labelNameOf,
  LEVEL_LABEL,
  sortedLabels,
  STREAM_KEYS,
  STREAM_LABELS,
} from "../label-names.ts";
import type { Entry } from "./entry.ts";

const EVENT_NAME_FIELD = 12;
const STREAM_LABEL_OF = new Map(Object.entries(STREAM_KEYS).map(([label, key]) => [key, label]));
const OWN_NAMES: ReadonlySet<string> = new Set([...FIELD_LABELS, ...STREAM_LABELS]);

interface GroupLabels {
  /** Without the level. */
  readonly stream: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
  /** With the level, by level. */
  readonly streams: Map<string, Labels>;
}

/** Fills the entry with one record after the other and calls `visit`; false ends it. @returns false when it was ended */
export function eachEntry(batch: LogBatch, entry: Entry, visit: (index: number) => boolean | void): boolean {
  const groups = new Map<number, GroupLabels>();
  const { bytes } = batch;
  for (let i = 0; i < batch.count; i++) {
    let group = groups.get(batch.group[i]);
    if (!group) groups.set(batch.group[i], (group = labelsOfGroup(batch.groups[batch.group[i]])));
    const severityText = decodeText(
      bytes,
      batch.severityTextOffset[i],
      batch.severityTextOffset[i] + batch.severityTextLength[i],
    );
    const level = detectedLevel(batch.severityNumber[i], severityText);
    let stream = group.streams.get(level);
    if (!stream) group.streams.set(level, (stream = sortedLabels(new Map(group.stream).set(LEVEL_LABEL, level))));
    const body = batch.bodyOffset[i];
    const line = body === NONE ? "" : anyValueText(bytes, body, body + batch.bodyLength[i]);
    entry.reset(line, timeOf(batch, i), stream, metadataOf(batch, i, severityText, group.metadata));
    if (visit(i) === false) return false;
  }
  return true;
}

function timeOf(batch: LogBatch, i: number): bigint {
  return (batch.timeLow[i] | batch.timeHigh[i]) === 0
    ? nanosToBigInt(batch.observedLow[i], batch.observedHigh[i])
    : nanosToBigInt(batch.timeLow[i], batch.timeHigh[i]);
}

function metadataOf(batch: LogBatch, i: number, severityText: string, shared: ReadonlyMap<string, string>): Labels {
  const { bytes } = batch;
  const own = new Map<string, string>();
  const field = (name: string, value: string) => {
    if (value !== "") own.set(name, value);
  };
  if (batch.traceId[i] !== NONE) field("trace_id", formatHex(bytes, batch.traceId[i], 16));
  if (batch.spanId[i] !== NONE) field("span_id", formatHex(bytes, batch.spanId[i], 8));
  field("severity_text", severityText);
  if (batch.severityNumber[i] > 0) field("severity_number", String(batch.severityNumber[i]));
  for (let rest = batch.restStart[i]; rest < batch.restStart[i + 1]; rest++) {
    const from = batch.restOffset[rest];
    const reader = new ProtoReader(bytes, from, from + batch.restLength[rest]);
    while (reader.next())
      if (reader.field === EVENT_NAME_FIELD && reader.wire === BYTES) field("event_name", reader.string());
  }
  for (let at = batch.attributeStart[i]; at < batch.attributeStart[i + 1]; at++) {
    const from = batch.attributeOffset[at];
    addAttribute(own, bytes, from, from + batch.attributeLength[at]);
  }
  for (const [name, value] of shared) if (!own.has(name)) own.set(name, value);
  return [...own].flat();
}

function labelsOfGroup({ resource, scope }: RecordGroup): GroupLabels {
  const stream = new Map<string, string>();
  const metadata = new Map<string, string>();
  const names = scopeNames(scope);
  if (names.name !== "") metadata.set("scope_name", names.name);
  if (names.version !== "") metadata.set("scope_version", names.version);
  scopeAttributes(scope, (bytes, start, end) => addAttribute(metadata, bytes, start, end));
  resourceAttributes(resource, (bytes, start, end) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const label = STREAM_LABEL_OF.get(canonicalKey(decodeText(bytes, keyStart, keyEnd)));
    if (label === undefined) return addAttribute(metadata, bytes, start, end);
    const value = anyValueText(bytes, valueStart, valueEnd);
    if (value !== "" && !stream.has(label)) stream.set(label, value);
  });
  if (!stream.has("service_name")) stream.set("service_name", UNKNOWN_SERVICE);
  return { stream, metadata, streams: new Map() };
}

/** Names of stream labels and of a record's fields are theirs: attributes that come to the same give way. The first of equal names stays. */
function addAttribute(labels: Map<string, string>, bytes: Uint8Array, start: number, end: number): void {
  const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
  const key = decodeText(bytes, keyStart, keyEnd);
  let name = labelNameOf(key);
  if (name === "") return;
  if (OWN_NAMES.has(name) && (labels.has(name) || !isFieldKey(key, name))) name += "_extracted";
  if (labels.has(name)) return;
  const value = anyValueText(bytes, valueStart, valueEnd);
  if (value !== "") labels.set(name, value);
}

/** An attribute may stand in for a field that the record lacks: trace_id, trace.id. */
function isFieldKey(key: string, name: string): boolean {
  return !STREAM_LABELS.includes(name) && /^[A-Za-z0-9._]*$/.test(key);
}
