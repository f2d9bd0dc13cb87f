/**
 * A syslog message -> a log record, as OpenTelemetry's data model maps it
 * (https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#rfc5424-syslog).
 */
import { parseHex } from "../../base/hex.ts";
import { SERVICE_NAME } from "../../model/semconv.ts";
import type { AnyValue } from "../otlp/any-value.ts";
import type { Attributes, LogRecord, LogRequestWriter } from "../logs/request-writer.ts";
import type { SyslogMessage } from "./syslog-message.ts";

/** By syslog's severity, 0 to 7. */
const SEVERITY_NUMBERS = [21, 19, 18, 17, 13, 10, 9, 5];
const SEVERITY_TEXTS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const FACILITIES = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
  "ntp",
  "audit",
  "alert",
  "clock",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
];
const IDS: Readonly<Record<string, number>> = { trace_id: 16, traceid: 16, span_id: 8, spanid: 8 };

export interface Arrival {
  /** Unix nanoseconds; each message has one of its own, so that two equal ones are two. */
  readonly now: bigint;
  /** The sender's address, where it tells no name. */
  readonly address: string;
  /** It was longer than allowed; this is its beginning. */
  readonly truncated: boolean;
}

export function addSyslogRecord(writer: LogRequestWriter, message: SyslogMessage, arrival: Arrival): void {
  const { appName } = message;
  const host = message.hostname || arrival.address;
  const add = writer.resource(`${host}\0${appName}`, () => resourceOf(host, appName));
  add(recordOf(message, arrival));
}

function resourceOf(host: string, appName: string): Attributes {
  const resource: [string, string][] = [];
  if (appName !== "") resource.push([SERVICE_NAME, appName]);
  if (host !== "") resource.push(["host.name", host]);
  return resource;
}

function recordOf(message: SyslogMessage, { now, truncated }: Arrival): LogRecord {
  const { facility, severity, time, procId, msgId, structuredData, text } = message;
  const attributes = new Map<string, AnyValue>([["syslog.facility", FACILITIES[facility]]]);
  if (procId !== "") attributes.set("syslog.procid", procId);
  if (msgId !== "") attributes.set("syslog.msgid", msgId);
  if (truncated) attributes.set("syslog.truncated", true);
  const ids: { [size: number]: Uint8Array } = {};
  for (const [key, value] of structuredData) {
    const size = IDS[key.slice(key.lastIndexOf(".") + 1).toLowerCase()];
    const id = size === undefined || ids[size] ? undefined : parseId(value, size);
    if (id) ids[size] = id;
    else addTo(attributes, `syslog.structured_data.${key}`, value);
  }
  return {
    time: time !== undefined && time > 0n ? time : 0n,
    observedTime: now,
    severityNumber: SEVERITY_NUMBERS[severity],
    severityText: SEVERITY_TEXTS[severity],
    text,
    attributes,
    traceId: ids[16],
    spanId: ids[8],
  };
}

/** A parameter may be there more than once: then it is a list. */
function addTo(attributes: Map<string, AnyValue>, key: string, value: string): void {
  const before = attributes.get(key);
  if (before === undefined) attributes.set(key, value);
  else attributes.set(key, [...(Array.isArray(before) ? (before as AnyValue[]) : [before]), value]);
}

function parseId(text: string, size: number): Uint8Array | undefined {
  return text.length === size * 2 && !/^0+$/.test(text) ? parseHex(text) : undefined;
}
