/** OTLP requests as plain objects -> about one line per record, in the Collector's layout for `verbosity: normal`. */
import { formatPlain, type JsonKeyValue } from "./format-value.ts";

export function formatNormalTraces(request: any): string {
  return formatRequest(request.resourceSpans, "Traces", "scopeSpans", "spans", (span) =>
    [span.name ?? "", span.traceId ?? "", span.spanId ?? "", ...pairs(span.attributes)].join(" "),
  );
}

export function formatNormalLogs(request: any): string {
  return formatRequest(request.resourceLogs, "Log", "scopeLogs", "logRecords", (record) =>
    [formatPlain(record.body), ...pairs(record.attributes)].join(" "),
  );
}

export function formatNormalMetrics(request: any): string {
  return formatRequest(request.resourceMetrics, "Metrics", "scopeMetrics", "metrics", (metric) => {
    const kind = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"].find((each) => metric[each]);
    const points: any[] = (kind && metric[kind].dataPoints) || [];
    return points.map((point) => `${metric.name}{${pairs(point.attributes).join(",")}} ${valueOf(point)}`).join("\n");
  });
}

function formatRequest(
  resources: any[] = [],
  noun: string,
  scopesKey: string,
  recordsKey: string,
  formatRecord: (record: any) => string,
): string {
  const lines: string[] = [];
  for (const [i, resource] of resources.entries()) {
    const schema = resource.schemaUrl ? ` [${resource.schemaUrl}]` : "";
    lines.push(`Resource${noun} #${i}${schema}${spaced(pairs(resource.resource?.attributes))}`);
    for (const [j, scope] of (resource[scopesKey] ?? []).entries()) {
      lines.push(`Scope${noun} #${j}${scopeTitle(scope)}${spaced(pairs(scope.scope?.attributes))}`);
      for (const record of scope[recordsKey] ?? []) lines.push(formatRecord(record));
    }
  }
  return lines.join("\n");
}

function scopeTitle({ scope = {}, schemaUrl }: any): string {
  const name = `${scope.name ?? ""}${scope.version ? `@${scope.version}` : ""}`;
  return spaced([name, schemaUrl ? `[${schemaUrl}]` : ""].filter((part) => part !== ""));
}

function pairs(attributes: JsonKeyValue[] = []): string[] {
  return attributes.map(({ key, value }) => `${key}=${formatPlain(value)}`);
}

function spaced(parts: readonly string[]): string {
  return parts.length > 0 ? ` ${parts.join(" ")}` : "";
}

function valueOf(point: any): string {
  if (point.count === undefined && point.sum === undefined) return String(point.asInt ?? point.asDouble ?? 0);
  return `count=${point.count ?? 0}${point.sum === undefined ? "" : ` sum=${point.sum}`}`;
}
