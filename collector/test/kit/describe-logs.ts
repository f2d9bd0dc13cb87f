/** A log batch as plain objects, read by the independent codec: what receivers' tests compare. */
import type { LogBatch } from "../../src/model/log-batch.ts";
import { encodeLogs } from "../../src/wire/otlp/encode-batch.ts";
import { oracleDecode } from "./oracle.ts";

export interface PlainLog {
  readonly time: string;
  readonly observedTime: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
}

/** Records in the batch's order; those of one resource stand together. */
export function describeLogs(batch: LogBatch): PlainLog[] {
  const { resourceLogs = [] } = oracleDecode("logs", encodeLogs([batch]));
  return resourceLogs.flatMap(({ resource, scopeLogs }: any) =>
    scopeLogs.flatMap(({ logRecords }: any) =>
      logRecords.map((log: any): PlainLog => ({
        time: log.timeUnixNano ?? "0",
        observedTime: log.observedTimeUnixNano ?? "0",
        severityNumber: log.severityNumber ?? 0,
        severityText: log.severityText ?? "",
        body: plain(log.body),
        traceId: log.traceId ?? "",
        spanId: log.spanId ?? "",
        attributes: plainMap(log.attributes),
        resource: plainMap(resource?.attributes),
      })),
    ),
  );
}

function plainMap(attributes: { key: string; value: unknown }[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

/** Integers are bigints, so that they differ from doubles. */
function plain(value: any): unknown {
  if (value === undefined) return undefined;
  if (value.intValue !== undefined) return BigInt(value.intValue);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue) return plainMap(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
}
