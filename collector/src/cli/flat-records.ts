/**
 * OTLP JSON records as flat lines of JSON: the same columns in every line, null where there is nothing, so that readers find one
 * schema. 64-bit numbers are written as digits; attributes, events and links as JSON in a text.
 */

type Json = any;

export function flatSpan({ resource }: Json, { scope }: Json, span: Json): string {
  const [start, end] = [BigInt(span.startTimeUnixNano ?? 0), BigInt(span.endTimeUnixNano ?? 0)];
  return line({
    trace_id: text(span.traceId),
    span_id: text(span.spanId),
    parent_span_id: text(span.parentSpanId),
    trace_state: text(span.traceState),
    service_name: serviceOf(resource),
    name: text(span.name ?? ""),
    kind: digits(span.kind ?? 0),
    start_time_unix_nano: digits(start),
    end_time_unix_nano: digits(end),
    duration_nano: digits(end - start),
    status_code: digits(span.status?.code ?? 0),
    status_message: text(span.status?.message),
    attributes: text(plainJson(span.attributes)),
    events: text(span.events && JSON.stringify(span.events.map(flatChild))),
    links: text(span.links && JSON.stringify(span.links.map(flatChild))),
    ...placeOf(resource, scope),
  });
}

export function flatLog({ resource }: Json, { scope }: Json, log: Json): string {
  return line({
    time_unix_nano: log.timeUnixNano === undefined ? "null" : digits(log.timeUnixNano),
    observed_time_unix_nano: log.observedTimeUnixNano === undefined ? "null" : digits(log.observedTimeUnixNano),
    severity_number: digits(log.severityNumber ?? 0),
    severity_text: text(log.severityText),
    service_name: serviceOf(resource),
    body: text(log.body && textOf(log.body)),
    event_name: text(log.eventName),
    trace_id: text(log.traceId),
    span_id: text(log.spanId),
    flags: digits(log.flags ?? 0),
    attributes: text(plainJson(log.attributes)),
    ...placeOf(resource, scope),
  });
}

/** Column -> JSON text. */
function line(columns: Readonly<Record<string, string>>): string {
  return `{${Object.entries(columns)
    .map(([name, value]) => `"${name}":${value}`)
    .join(",")}}`;
}

function text(value: string | undefined): string {
  return value === undefined ? "null" : JSON.stringify(value);
}

function digits(value: number | bigint | string): string {
  return String(value);
}

function placeOf(resource: Json, scope: Json): Record<string, string> {
  return {
    scope_name: text(scope?.name),
    scope_version: text(scope?.version),
    scope_attributes: text(plainJson(scope?.attributes)),
    resource_attributes: text(plainJson(resource?.attributes)),
  };
}

function serviceOf(resource: Json): string {
  const found = (resource?.attributes ?? []).find(({ key }: Json) => key === "service.name");
  return text(found?.value && textOf(found.value));
}

function flatChild({ attributes, ...child }: Json): Json {
  return { ...child, attributes: plain(attributes) };
}

function plainJson(attributes: Json): string {
  return JSON.stringify(plain(attributes));
}

function plain(attributes: Json[] = []): Json {
  return Object.fromEntries(attributes.map(({ key = "", value }) => [key, plainValue(value)]));
}

/** Integers beyond 2^53 stay texts, bytes are base64. */
function plainValue(value: Json): Json {
  if (value === undefined) return null;
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue) return plain(value.kvlistValue.values);
  if (value.intValue !== undefined)
    return Number.isSafeInteger(Number(value.intValue)) ? Number(value.intValue) : String(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
}

function textOf(value: Json): string {
  const simple = plainValue(value);
  return typeof simple === "string" ? simple : JSON.stringify(simple);
}
