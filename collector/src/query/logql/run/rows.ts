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
  readonly metadata: Labels;
  /** With the level, by level. */
  readonly streams: Map<string, Labels>;
}

/** Fills the entry with one record after the other and calls `visit`; false ends it. @returns false when it was ended */
export function eachEntry(batch: LogBatch, entry: Entry, visit: (index: number) => boolean | void): boolean {
  const groups = new Map<number, GroupLabels>();
  const attributes = new AttributeLabels(batch.bytes);
  const { bytes } = batch;
  for (let i = 0; i < batch.count; i++) {
    let group = groups.get(batch.group[i]);
    if (!group) groups.set(batch.group[i], (group = labelsOfGroup(batch.groups[batch.group[i]])));
    const severityText = severityTextOf(batch, i);
    const level = detectedLevel(batch.severityNumber[i], severityText);
    let stream = group.streams.get(level);
    if (!stream) group.streams.set(level, (stream = sortedLabels(new Map(group.stream).set(LEVEL_LABEL, level))));
    const body = batch.bodyOffset[i];
    const line = body === NONE ? "" : anyValueText(bytes, body, body + batch.bodyLength[i]);
    const { metadata } = group;
    // Most queries look at no metadata of most records.
    entry.reset(line, timeOf(batch, i), stream, () => metadataOf(batch, i, severityText, attributes, metadata));
    if (visit(i) === false) return false;
  }
  return true;
}

function timeOf(batch: LogBatch, i: number): bigint {
  return (batch.timeLow[i] | batch.timeHigh[i]) === 0
    ? nanosToBigInt(batch.observedLow[i], batch.observedHigh[i])
    : nanosToBigInt(batch.timeLow[i], batch.timeHigh[i]);
}

function severityTextOf({ bytes, severityTextOffset, severityTextLength }: LogBatch, i: number): string {
  const length = severityTextLength[i];
  return length === 0 ? "" : decodeText(bytes, severityTextOffset[i], severityTextOffset[i] + length);
}

function metadataOf(
  batch: LogBatch,
  i: number,
  severityText: string,
  attributes: AttributeLabels,
  shared: Labels,
): Labels {
  const { bytes } = batch;
  const labels: string[] = [];
  if (batch.traceId[i] !== NONE) labels.push("trace_id", formatHex(bytes, batch.traceId[i], 16));
  if (batch.spanId[i] !== NONE) labels.push("span_id", formatHex(bytes, batch.spanId[i], 8));
  if (severityText !== "") labels.push("severity_text", severityText);
  if (batch.severityNumber[i] > 0) labels.push("severity_number", String(batch.severityNumber[i]));
  for (let rest = batch.restStart[i]; rest < batch.restStart[i + 1]; rest++) {
    const from = batch.restOffset[rest];
    const reader = new ProtoReader(bytes, from, from + batch.restLength[rest]);
    while (reader.next()) {
      if (reader.field !== EVENT_NAME_FIELD || reader.wire !== BYTES) continue;
      const name = reader.string();
      if (name !== "" && !has(labels, "event_name")) labels.push("event_name", name);
    }
  }
  for (let at = batch.attributeStart[i]; at < batch.attributeStart[i + 1]; at++)
    attributes.addTo(labels, batch.attributeOffset[at], batch.attributeLength[at]);
  for (let at = 0; at < shared.length; at += 2) if (!has(labels, shared[at])) labels.push(shared[at], shared[at + 1]);
  return labels;
}

function labelsOfGroup({ resource, scope }: RecordGroup): GroupLabels {
  const stream = new Map<string, string>();
  const metadata: string[] = [];
  const names = scopeNames(scope);
  if (names.name !== "") metadata.push("scope_name", names.name);
  if (names.version !== "") metadata.push("scope_version", names.version);
  scopeAttributes(scope, (bytes, start, end) => new AttributeLabels(bytes).addTo(metadata, start, end - start));
  resourceAttributes(resource, (bytes, start, end) => {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const label = STREAM_LABEL_OF.get(canonicalKey(decodeText(bytes, keyStart, keyEnd)));
    if (label === undefined) return new AttributeLabels(bytes).addTo(metadata, start, end - start);
    const value = anyValueText(bytes, valueStart, valueEnd);
    if (value !== "" && !stream.has(label)) stream.set(label, value);
  });
  if (!stream.has("service_name")) stream.set("service_name", UNKNOWN_SERVICE);
  return { stream, metadata, streams: new Map() };
}

/** Attributes as labels; each place in the bytes is read once, as records of a block share theirs. */
class AttributeLabels {
  readonly #bytes: Uint8Array;
  readonly #known = new Map<number, { readonly key: string; readonly name: string; readonly value: string }>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Names of stream labels and of a record's fields are theirs: attributes that come to the same give way. The first of equal names stays. */
  addTo(labels: string[], offset: number, length: number): void {
    const { key, name: own, value } = this.#read(offset, length);
    if (own === "" || value === "") return;
    const givesWay = OWN_NAMES.has(own) && (has(labels, own) || !isFieldKey(key, own));
    const name = givesWay ? `${own}_extracted` : own;
    if (!has(labels, name)) labels.push(name, value);
  }

  #read(offset: number, length: number) {
    let known = this.#known.get(offset);
    if (!known) {
      const bytes = this.#bytes;
      const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, offset, offset + length);
      const key = decodeText(bytes, keyStart, keyEnd);
      known = { key, name: labelNameOf(key), value: anyValueText(bytes, valueStart, valueEnd) };
      this.#known.set(offset, known);
    }
    return known;
  }
}

function has(labels: readonly string[], name: string): boolean {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return true;
  return false;
}

/** An attribute may stand in for a field that the record lacks: trace_id, trace.id. */
function isFieldKey(key: string, name: string): boolean {
  return !STREAM_LABELS.includes(name) && /^[A-Za-z0-9._]*$/.test(key);
}
