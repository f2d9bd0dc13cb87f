/** Recent log records, newest first. */
import { Hono } from "hono";
import { QueryError } from "../../base/errors.ts";
import { formatHex } from "../../base/hex.ts";
import { nanosToBigInt } from "../../base/nanos.ts";
import { decodeText } from "../../base/protobuf.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { attributeField } from "../../model/log-field.ts";
import { tokensOf } from "../../model/tokens.ts";
import { NONE } from "../../model/record-batch.ts";
import { anyValueText } from "../../wire/otlp/attribute-text.ts";
import { encodeLogs } from "../../wire/otlp/encode-batch.ts";
import { decodeToObject } from "../../wire/otlp/protobuf-to-json.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { LOGS_REQUEST } from "../../wire/otlp/schema.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireLog, WireLogRecord, WireLogSearch, WireResourceLogs } from "../contract.ts";
import * as parameters from "../parameters.ts";

const MOST_LOGS = 1000;
/** Lowest severity number of each named level (https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber). */
const LEVELS: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

export function logRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/logs", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const limit = parameters.integer(query, "limit", 100, 1, MOST_LOGS);
    const range = parameters.timeRange(query);
    const search = { range, condition: conditionOf(query), order: "newest", limit: limit + 1 } as const;
    const logs = (await reader.findLogs(search, c.req.raw.signal)).flatMap(wireLogs);
    return c.json<WireLogSearch>({ logs: logs.slice(0, limit), truncated: logs.length > limit });
  });
}

function conditionOf(query: URLSearchParams): LogCondition {
  const of: LogCondition[] = [];
  const service = parameters.text(query, "service");
  if (service !== undefined)
    of.push({ kind: "field", field: { kind: "service" }, test: { kind: "equals", text: service } });
  const least = severityOf(query);
  if (least !== undefined) of.push({ kind: "severity", least, most: 24 });
  const words = tokensOf(parameters.text(query, "text") ?? "");
  if (words.length > 0) of.push({ kind: "field", field: { kind: "body" }, test: { kind: "words", words } });
  for (const { key, value } of parameters.attributes(query) ?? [])
    of.push({ kind: "field", field: attributeField(key), test: { kind: "equals", text: value } });
  return { kind: "and", of };
}

/** `severity` is a level's name or a number; records of at least that severity are meant. */
function severityOf(query: URLSearchParams): number | undefined {
  const value = parameters.text(query, "severity")?.toLowerCase();
  if (value === undefined) return undefined;
  if (Object.hasOwn(LEVELS, value)) return LEVELS[value];
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 24) return number;
  throw new QueryError(
    `cannot read the parameter severity="${value}"`,
    undefined,
    `write one of ${Object.keys(LEVELS).join(", ")}, or 0 to 24`,
  );
}

function wireLogs(batch: LogBatch): WireLog[] {
  const services = batch.groups.map(({ resource }) => resourceNames(resource).service);
  return Array.from({ length: batch.count }, (_, i) => {
    const untimed = (batch.timeLow[i] | batch.timeHigh[i]) === 0;
    const { attributes = [], eventName } = recordOf(batch, i);
    const text = batch.severityTextOffset[i];
    return {
      id: "",
      resource: [],
      timeUnixNano: String(
        untimed
          ? nanosToBigInt(batch.observedLow[i], batch.observedHigh[i])
          : nanosToBigInt(batch.timeLow[i], batch.timeHigh[i]),
      ),
      severityNumber: batch.severityNumber[i],
      severityText: decodeText(batch.bytes, text, text + batch.severityTextLength[i]),
      service: services[batch.group[i]],
      body:
        batch.bodyOffset[i] === NONE
          ? ""
          : anyValueText(batch.bytes, batch.bodyOffset[i], batch.bodyOffset[i] + batch.bodyLength[i]),
      ...(eventName === undefined ? {} : { eventName }),
      ...(batch.traceId[i] === NONE ? {} : { traceId: formatHex(batch.bytes, batch.traceId[i], 16) }),
      ...(batch.spanId[i] === NONE ? {} : { spanId: formatHex(batch.bytes, batch.spanId[i], 8) }),
      attributes,
    };
  });
}

function recordOf(batch: LogBatch, index: number): WireLogRecord {
  const { resourceLogs } = decodeToObject(
    encodeLogs([batch], (_, i) => i === index),
    LOGS_REQUEST,
  ) as { resourceLogs: WireResourceLogs[] };
  return resourceLogs[0]?.scopeLogs?.[0]?.logRecords?.[0] ?? {};
}
