/** Addresses of Goldspan's UI for what evidence names: title -> address. Without an address of Goldspan there are none. */
import type { MillisRange } from "../../store/store.ts";
import type { EvidenceTrace } from "../channels/notification.ts";

export interface LinkedThings {
  readonly externalUrl: string;
  /** Undefined: it has no page. */
  readonly alertId: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly traces: readonly EvidenceTrace[];
  /** To look at: around the alert's begin. */
  readonly range: MillisRange;
}

/** What leads to the fault comes first: channels show the first few. */
export function linksOf({ externalUrl, alertId, service, traces, range }: LinkedThings): Record<string, string> {
  if (externalUrl === "") return {};
  const base = externalUrl.replace(/\/+$/, "");
  const within = `from=${Math.floor(range.start)}&to=${Math.ceil(range.end)}`;
  const links: Record<string, string> = {};
  for (const [i, { traceId, spanId }] of traces.entries())
    links[i === 0 ? "Trace" : `Trace ${i + 1}`] = `${base}/traces/${traceId}?span=${spanId}&${within}`;
  const ordered: Record<string, string> = {};
  if (links.Trace !== undefined) ordered.Trace = links.Trace;
  if (alertId !== undefined) ordered.Alert = `${base}/alerts/${encodeURIComponent(alertId)}`;
  if (service !== "") {
    ordered.Service = `${base}/services/${encodeURIComponent(service)}?${within}`;
    ordered.Logs = `${base}/logs?q=${encodeURIComponent(`service:${quoted(service)}`)}&${within}`;
  }
  return { ...ordered, ...links };
}

/** As the queries of the UI have it: a name with anything but word characters stands in quotes. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
