/** Loki's PushRequest in protobuf (https://github.com/grafana/loki/blob/main/pkg/push/push.proto), decompressed -> log records. */
import { DecodeError } from "../../base/errors.ts";
import { BYTES, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { PushRecords, type PushOptions, type PushRequest } from "./push-records.ts";
import { parseStreamLabels, type Labels } from "./stream-labels.ts";

/** Field numbers. */
const STREAMS = 1;
const STREAM = { labels: 1, entries: 2 };
const ENTRY = { timestamp: 1, line: 2, metadata: 3 };
const NO_LABELS: Labels = [];
const EMPTY = new Uint8Array(0);

/** @throws DecodeError */
export function decodePushProtobuf(bytes: Uint8Array, options: PushOptions): PushRequest {
  const records = new PushRecords(options);
  const request = new ProtoReader(bytes);
  while (request.next()) {
    if (request.field !== STREAMS) continue;
    expectBytes(request);
    readStream(request, records);
  }
  return records.finish();
}

function readStream(request: ProtoReader, records: PushRecords): void {
  // Labels may stand behind the entries, by protobuf's rules.
  let labels: Labels = NO_LABELS;
  for (const field = request.message(); field.next();) {
    if (field.field !== STREAM.labels) continue;
    expectBytes(field);
    labels = parseStreamLabels(field.string());
  }
  records.stream(labels);
  const entry = new ProtoReader(EMPTY);
  for (const field = request.message(); field.next();) {
    if (field.field !== STREAM.entries) continue;
    expectBytes(field);
    readEntry(entry.reset(field.bytes, field.valueStart, field.valueEnd), records);
  }
}

function readEntry(entry: ProtoReader, records: PushRecords): void {
  let time = 0n;
  let line = EMPTY;
  let metadata: [string, string][] | undefined;
  while (entry.next()) {
    if (entry.field > ENTRY.metadata) continue;
    expectBytes(entry);
    if (entry.field === ENTRY.timestamp) time = readTime(entry.message());
    else if (entry.field === ENTRY.line) line = entry.view() as Uint8Array<ArrayBuffer>;
    else (metadata ??= []).push(readPair(entry.message()));
  }
  records.entry(time, line, metadata ?? NO_LABELS);
}

/** google.protobuf.Timestamp */
function readTime(reader: ProtoReader): bigint {
  let seconds = 0n;
  let nanos = 0n;
  while (reader.next()) {
    if (reader.wire !== VARINT) continue;
    if (reader.field === 1) seconds = reader.int64();
    else if (reader.field === 2) nanos = reader.int64();
  }
  return seconds * 1_000_000_000n + nanos;
}

function readPair(reader: ProtoReader): [string, string] {
  const pair: [string, string] = ["", ""];
  while (reader.next()) if (reader.field <= 2 && reader.wire === BYTES) pair[reader.field - 1] = reader.string();
  return pair;
}

function expectBytes(reader: ProtoReader): void {
  if (reader.wire !== BYTES)
    throw new DecodeError(
      `cannot decode protobuf: field ${reader.field} has wire type ${reader.wire} at byte ${reader.tagStart}`,
    );
}
