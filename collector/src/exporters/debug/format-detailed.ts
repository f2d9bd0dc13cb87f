/** OTLP requests as plain objects -> everything in them, in the Collector's layout for `verbosity: detailed`. */
import { formatTyped, type JsonKeyValue } from "./format-value.ts";

const KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
const STATUS_CODES = ["Unset", "Ok", "Error"];
const SEVERITIES = ["Trace", "Debug", "Info", "Warn", "Error", "Fatal"];

export function formatDetailedTraces(request: any): string {
  const out = new Lines();
  for (const [i, resource] of (request.resourceSpans ?? []).entries()) {
    writeResource(out, `ResourceSpans #${i}`, resource);
    for (const [j, scope] of (resource.scopeSpans ?? []).entries()) {
      writeScope(out, "ScopeSpans", j, scope);
      for (const [k, span] of (scope.spans ?? []).entries()) writeSpan(out, k, span);
    }
  }
  return out.text;
}

export function formatDetailedLogs(request: any): string {
  const out = new Lines();
  for (const [i, resource] of (request.resourceLogs ?? []).entries()) {
    writeResource(out, `ResourceLog #${i}`, resource);
    for (const [j, scope] of (resource.scopeLogs ?? []).entries()) {
      writeScope(out, "ScopeLogs", j, scope);
      for (const [k, record] of (scope.logRecords ?? []).entries()) writeLogRecord(out, k, record);
    }
  }
  return out.text;
}

class Lines {
  text = "";

  line(text: string): void {
    this.text += `${this.text === "" ? "" : "\n"}${text}`;
  }

  field(name: string, value: unknown): void {
    this.line(`    ${name.padEnd(15)}: ${String(value)}`);
  }

  attributes(header: string, attributes: JsonKeyValue[] = [], indent = ""): void {
    if (attributes.length === 0) return;
    this.line(`${header}:`);
    for (const { key, value } of attributes) this.line(`${indent}     -> ${key ?? ""}: ${formatTyped(value)}`);
  }
}

function writeResource(out: Lines, title: string, { resource, schemaUrl }: any): void {
  out.line(title);
  out.line(`Resource SchemaURL: ${schemaUrl ?? ""}`);
  out.attributes("Resource attributes", resource?.attributes);
}

function writeScope(out: Lines, noun: string, index: number, { scope, schemaUrl }: any): void {
  out.line(`${noun} #${index}`);
  out.line(`${noun} SchemaURL: ${schemaUrl ?? ""}`);
  out.line(`InstrumentationScope ${scope?.name ?? ""} ${scope?.version ?? ""}`);
  out.attributes("InstrumentationScope attributes", scope?.attributes);
}

function writeSpan(out: Lines, index: number, span: any): void {
  out.line(`Span #${index}`);
  out.field("Trace ID", span.traceId ?? "");
  out.field("Parent ID", span.parentSpanId ?? "");
  out.field("ID", span.spanId ?? "");
  out.field("Name", span.name ?? "");
  out.field("Kind", KINDS[span.kind ?? 0] ?? span.kind);
  if (span.traceState) out.field("TraceState", span.traceState);
  out.field("Start time", formatTime(span.startTimeUnixNano));
  out.field("End time", formatTime(span.endTimeUnixNano));
  out.field("Status code", STATUS_CODES[span.status?.code ?? 0] ?? span.status.code);
  out.field("Status message", span.status?.message ?? "");
  out.field("DroppedAttributesCount", span.droppedAttributesCount ?? 0);
  out.field("DroppedEventsCount", span.droppedEventsCount ?? 0);
  out.field("DroppedLinksCount", span.droppedLinksCount ?? 0);
  out.attributes("Attributes", span.attributes);
  const events: any[] = span.events ?? [];
  if (events.length > 0) out.line("Events:");
  for (const [i, event] of events.entries()) {
    out.line(`SpanEvent #${i}`);
    out.line(`     -> Name: ${event.name ?? ""}`);
    out.line(`     -> Timestamp: ${formatTime(event.timeUnixNano)}`);
    out.line(`     -> DroppedAttributesCount: ${event.droppedAttributesCount ?? 0}`);
    out.attributes("     -> Attributes:", event.attributes, "     ");
  }
  const links: any[] = span.links ?? [];
  if (links.length > 0) out.line("Links:");
  for (const [i, link] of links.entries()) {
    out.line(`SpanLink #${i}`);
    out.line(`     -> Trace ID: ${link.traceId ?? ""}`);
    out.line(`     -> ID: ${link.spanId ?? ""}`);
    out.line(`     -> TraceState: ${link.traceState ?? ""}`);
    out.line(`     -> DroppedAttributesCount: ${link.droppedAttributesCount ?? 0}`);
    out.attributes("     -> Attributes:", link.attributes, "     ");
  }
}

function writeLogRecord(out: Lines, index: number, record: any): void {
  const severity: number = record.severityNumber ?? 0;
  out.line(`LogRecord #${index}`);
  out.line(`ObservedTimestamp: ${formatTime(record.observedTimeUnixNano)}`);
  out.line(`Timestamp: ${formatTime(record.timeUnixNano)}`);
  out.line(`SeverityText: ${record.severityText ?? ""}`);
  out.line(`SeverityNumber: ${severityName(severity)}(${severity})`);
  if (record.eventName) out.line(`EventName: ${record.eventName}`);
  out.line(`Body: ${formatTyped(record.body)}`);
  out.attributes("Attributes", record.attributes);
  out.line(`Trace ID: ${record.traceId ?? ""}`);
  out.line(`Span ID: ${record.spanId ?? ""}`);
  out.line(`Flags: ${record.flags ?? 0}`);
}

function severityName(number: number): string {
  if (number < 1 || number > 24) return "Unspecified";
  const step = (number - 1) % 4;
  return SEVERITIES[Math.floor((number - 1) / 4)] + (step === 0 ? "" : String(step + 1));
}

/** Unix nanoseconds as a decimal text -> `2020-02-11 20:26:12.000000321 +0000 UTC`. */
function formatTime(nanos = "0"): string {
  const total = BigInt(nanos);
  const [date, time] = new Date(Number(total / 1_000_000_000n) * 1000).toISOString().split(/T|\./);
  const fraction = String(total % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${date} ${time}${fraction === "" ? "" : `.${fraction}`} +0000 UTC`;
}
