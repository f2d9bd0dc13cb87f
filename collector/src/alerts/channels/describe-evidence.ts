/**
 * Evidence in words, a line each, the most telling first: whose fault, where it broke, since when, what differs, traces, log lines. Also what
 * stands under the annotation `evidence`. Plain text, one glance: numbers are rounded, texts are cut.
 */
import { limitRunes } from "./limit-text.ts";
import type {
  Evidence,
  EvidenceAttribute,
  EvidenceBrokeFirst,
  EvidenceLog,
  EvidenceNeighbour,
  EvidenceOperation,
  EvidenceRelease,
  EvidenceTrace,
} from "./notification.ts";

const MOST_TRACES = 3;
const MOST_LOGS = 3;
const MOST_LOG_LENGTH = 200;
const MOST_ATTRIBUTES = 3;
const MOST_OPERATIONS = 3;
const MOST_NEIGHBOURS = 3;
const MOST_TEXT = 240;

export function describeEvidence(evidence: Evidence): string[] {
  const { service, operation, traces, logs, release, releaseChange, brokeFirst } = evidence;
  const { attributes = [], operations = [], neighbours = [] } = evidence;
  const what = [service && `Service: ${service}`, operation && `operation: ${operation}`].filter(Boolean).join(", ");
  return [
    ...(what === "" ? [] : [what]),
    ...operations.slice(0, MOST_OPERATIONS).map((one) => operationLine(one, operations.length)),
    ...(brokeFirst ? [brokeFirstLine(brokeFirst)] : []),
    ...(release === "" ? [] : [releaseLine(release, releaseChange)]),
    ...attributes.slice(0, MOST_ATTRIBUTES).map(attributeLine),
    ...neighbours
      .filter(({ isUnhealthy }) => isUnhealthy)
      .slice(0, MOST_NEIGHBOURS)
      .map(neighbourLine),
    ...traces.slice(0, MOST_TRACES).map(traceLine),
    ...logs.slice(0, MOST_LOGS).map(logLine),
  ];
}

function operationLine({ service, operation, share, text }: EvidenceOperation, of: number): string {
  const part = of > 1 ? ` (${percent(share)} of the deviation)` : "";
  return `Deviates: ${service} ${operation}, ${text}${part}`;
}

function brokeFirstLine({ kind, service, text, detail, share }: EvidenceBrokeFirst): string {
  if (kind === "log") return `Broke first: ${service}, log: ${oneLine(text, MOST_TEXT)}`;
  const said = detail === "" ? "" : `: ${oneLine(detail, MOST_TEXT)}`;
  return `Broke first: ${service} ${text}${said}${share > 0 && share < 0.995 ? ` (in ${percent(share)} of the bad requests)` : ""}`;
}

function releaseLine(release: string, change: EvidenceRelease | undefined): string {
  if (!change) return `Since release: ${release}`;
  const at = new Date(change.firstSeen).toISOString().slice(11, 16);
  const before = change.before === "" ? "" : ` (before ${change.before})`;
  return `Since release: ${change.service} ${release}${before}, first seen ${at} UTC`;
}

function attributeLine({ key, value, service, badShare, goodShare }: EvidenceAttribute): string {
  return `Differs: ${key}=${oneLine(value, 80)} of ${service} in ${percent(badShare)} of bad requests, ${percent(goodShare)} of good ones`;
}

function neighbourLine({ service, direction, ratePerSecond, errorShare }: EvidenceNeighbour): string {
  const rate = `${Number(ratePerSecond.toPrecision(2))}/s`;
  return `${direction === "upstream" ? "Upstream" : "Downstream"} ${service}: ${percent(errorShare)} of calls fail, ${rate}`;
}

function traceLine({ traceId, service, operation, durationMs, error, text }: EvidenceTrace): string {
  const line = `Trace ${traceId}: ${service} ${operation}, ${formatMillis(durationMs)}${error ? ", error" : ""}`;
  const name = `${service} ${operation}`;
  if (!text) return line;
  const more = text.startsWith(name) ? text.slice(name.length).replace(/^:? /, "") : text;
  return more === "" || more === "fails" ? line : `${line}; ${oneLine(more, MOST_TEXT)}`;
}

function logLine({ severity, service, body, count = 1 }: EvidenceLog): string {
  const times = count > 1 ? ` (${count} times)` : "";
  return `Log ${[severity, service].filter(Boolean).join(" ")}: ${oneLine(body, MOST_LOG_LENGTH)}${times}`;
}

function oneLine(text: string, most: number): string {
  return limitRunes(text.replace(/\s+/g, " ").trim(), most);
}

function percent(share: number): string {
  const percents = share * 100;
  return `${percents >= 10 || percents === 0 ? Math.round(percents) : Number(percents.toPrecision(1))} %`;
}

function formatMillis(millis: number): string {
  return millis >= 1000 ? `${Number((millis / 1000).toPrecision(3))} s` : `${Number(millis.toPrecision(3))} ms`;
}
