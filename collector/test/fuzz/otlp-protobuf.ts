/** The protobuf scanners against an independent decoder: both refuse, or both see the same records. */
import { DecodeError } from "../../src/base/errors.ts";
import { BYTES, ProtoReader } from "../../src/base/protobuf.ts";
import { encodeLogs, encodeTraces } from "../../src/wire/otlp/encode-batch.ts";
import { scanLogs } from "../../src/wire/otlp/scan-logs.ts";
import { scanMetrics } from "../../src/wire/otlp/scan-metrics.ts";
import { scanTraces } from "../../src/wire/otlp/scan-traces.ts";
import { REQUESTS, type MessageSpec } from "../../src/wire/otlp/schema.ts";
import { WIRE_OF } from "../../src/wire/otlp/wire-types.ts";
import { canonicalRecords, oracleDecode, type OracleSignal } from "../kit/oracle.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { protobufPayload, workloadPayloads } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

const same = (signal: OracleSignal, bytes: Uint8Array, again: Uint8Array, keep: (record: any) => boolean) => {
  // The oracle reads known fields whatever their wire type; to us (and the specification) those are unknown fields.
  if (hasForeignWireType(new ProtoReader(bytes), REQUESTS[signal])) return;
  const records = (each: Uint8Array) => {
    try {
      return canonicalRecords(oracleDecode(signal, each)).filter((text) => keep(JSON.parse(text).record));
    } catch {
      return undefined;
    }
  };
  const [mine, theirs] = [records(again), records(bytes)];
  if (mine === undefined || theirs === undefined) return;
  if (mine.join("\n") !== theirs.join("\n")) throw new Error(`${mine.join("\n")}\n differs from\n${theirs.join("\n")}`);
};

const damaged = (random: Random, signal: OracleSignal) =>
  mutateBytes(random, protobufPayload(random, signal), workloadPayloads());

export const tracesProtobuf: FuzzTarget = {
  name: "traces-protobuf",
  round(random) {
    const bytes = damaged(random, "traces");
    const found = accepted(() => scanTraces(bytes), DecodeError);
    if (found) same("traces", bytes, encodeTraces([found.batch]), isValid);
  },
};

export const logsProtobuf: FuzzTarget = {
  name: "logs-protobuf",
  round(random) {
    const bytes = damaged(random, "logs");
    const found = accepted(() => scanLogs(bytes), DecodeError);
    if (found) same("logs", bytes, encodeLogs([found.batch]), () => true);
  },
};

export const metricsProtobuf: FuzzTarget = {
  name: "metrics-protobuf",
  round(random) {
    const bytes = damaged(random, "metrics");
    accepted(() => scanMetrics(bytes), DecodeError);
  },
};

function isValid(record: any): boolean {
  const isId = (text: unknown, length: number) =>
    typeof text === "string" && text.length === length && !/^0*$/.test(text);
  return isId(record.traceId, 32) && isId(record.spanId, 16);
}

function hasForeignWireType(reader: ProtoReader, spec: MessageSpec): boolean {
  while (reader.next()) {
    const type = spec.byNumber[reader.field]?.type;
    if (type === undefined) continue;
    if (reader.wire !== (typeof type === "object" ? BYTES : WIRE_OF[type])) return true;
    if (typeof type === "object" && hasForeignWireType(reader.message(), type)) return true;
  }
  return false;
}
