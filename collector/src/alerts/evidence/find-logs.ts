/**
 * The log lines that tell of a fault: those of the chosen traces, and the errors of the services concerned, one of each pattern; patterns
 * that were not there before come first. Bounded by the lines that are read.
 */
import { parseHex } from "../../base/hex.ts";
import { LineMask } from "../../model/line-mask.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { LEVEL_NUMBERS } from "../../model/log-field.ts";
import { plainLines, type PlainLine } from "../../query/logs/run/plain-lines.ts";
import { messageOf } from "../../query/patterns/message-of.ts";
import type { MillisRange, StoreReader } from "../../store/store.ts";
import type { EvidenceLog } from "../channels/notification.ts";
import type { Labels } from "../notify/labels.ts";
import { nanosOf, type EvidenceWindow } from "./evidence-window.ts";

const MOST_SHOWN = 5;
const MOST_READ = 400;
const MOST_OF_TRACE = 500;
const MOST_BODY = 1000;

export interface FoundLogs {
  readonly logs: readonly EvidenceLog[];
  /** The earliest line of an error that is there. */
  readonly first: PlainLine | undefined;
}

/** What the lines say that a rule counts. */
export interface RuleLines {
  /** Most of them are of this one; "" = there are none. */
  readonly service: string;
  /** Of the newest lines that belong to a trace. */
  readonly traceIds: readonly string[];
}

const MOST_TRACES = 40;

/** @param condition undefined: the rule counts none */
export async function linesOfRule(
  reader: StoreReader,
  condition: LogCondition | undefined,
  labels: Labels,
  { bad }: EvidenceWindow,
  signal: AbortSignal,
): Promise<RuleLines> {
  if (!condition) return { service: "", traceIds: [] };
  const found = await linesIn(reader, bad, condition, signal);
  const named = labels.service ?? labels.service_name ?? "";
  const own = named === "" ? found : found.filter(({ service }) => service === named);
  const services = [...Map.groupBy(own, ({ service }) => service)].sort((a, b) => b[1].length - a[1].length);
  const traceIds = new Set(own.flatMap(({ traceId }) => traceId || []));
  return { service: services[0]?.[0] ?? "", traceIds: [...traceIds].slice(0, MOST_TRACES) };
}

/** @param services whose errors count @param condition lines that the rule itself counts, in place of errors */
export async function findLogs(
  reader: StoreReader,
  window: EvidenceWindow,
  traceIds: readonly string[],
  services: readonly string[],
  condition: LogCondition | undefined,
  signal: AbortSignal,
): Promise<FoundLogs> {
  const wanted = condition ?? errorsOf(services);
  const [now, before, ...traces] = await Promise.all([
    linesIn(reader, window.bad, wanted, signal),
    linesIn(reader, window.good, wanted, signal),
    ...traceIds.map((id) => linesOfTrace(reader, id, signal)),
  ]);
  const ofTraces = traces.flat();
  const known = new Set(before.map(({ body }) => patternOf(body)));
  const least = LEVEL_NUMBERS.warn;
  const telling = [...ofTraces.filter(({ severity }) => severity >= least), ...now];
  const patterns = [...Map.groupBy(unique(telling), ({ service, body }) => `${service}\0${patternOf(body)}`)].map(
    ([key, lines]) => ({ lines, isNew: !known.has(key.slice(key.indexOf("\0") + 1)) }),
  );
  const inTraces = new Set(traceIds);
  const weight = ({ lines, isNew }: { lines: readonly PlainLine[]; isNew: boolean }) => {
    const severity = Math.max(...lines.map((line) => line.severity));
    const isLinked = lines.some(({ traceId }) => inTraces.has(traceId));
    return (isLinked ? 8 : 0) + (isNew ? 4 : 0) + severity / 8 + Math.log10(lines.length);
  };
  const ranked = patterns.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST_SHOWN);
  const errors = telling.filter(({ severity }) => severity >= LEVEL_NUMBERS.error);
  return {
    logs: ranked.map(({ lines }) => evidenceLogOf(lines, inTraces)),
    first: errors.toSorted((a, b) => a.timeMillis - b.timeMillis)[0],
  };
}

function evidenceLogOf(lines: readonly PlainLine[], inTraces: ReadonlySet<string>): EvidenceLog {
  const shown = lines.find(({ traceId }) => inTraces.has(traceId)) ?? lines[0];
  const { timeMillis, level, service, body, traceId, spanId } = shown;
  return {
    time: Math.floor(timeMillis),
    severity: level,
    service,
    body: body.length > MOST_BODY ? `${body.slice(0, MOST_BODY - 1)}…` : body,
    traceId,
    spanId,
    count: lines.length,
  };
}

async function linesOfTrace(reader: StoreReader, traceId: string, signal: AbortSignal): Promise<PlainLine[]> {
  const id = parseHex(traceId);
  const batches = id ? await reader.readTraceLogs(id, signal) : [];
  return batches.flatMap(plainLines).slice(0, MOST_OF_TRACE);
}

async function linesIn(
  reader: StoreReader,
  range: MillisRange,
  condition: LogCondition,
  signal: AbortSignal,
): Promise<PlainLine[]> {
  const search = { range: nanosOf(range), condition, order: "newest", limit: MOST_READ } as const;
  return (await reader.findLogs(search, signal)).flatMap(plainLines);
}

function errorsOf(services: readonly string[]): LogCondition {
  const errors: LogCondition = { kind: "severity", least: LEVEL_NUMBERS.error, most: 24 };
  const whose = services.map((text): LogCondition => ({
    kind: "field",
    field: { kind: "service" },
    test: { kind: "equals", text },
  }));
  return whose.length === 0 ? errors : { kind: "and", of: [errors, { kind: "or", of: whose }] };
}

/** The lines of a trace are among those of its service as well. */
function unique(lines: readonly PlainLine[]): PlainLine[] {
  const seen = new Set<string>();
  return lines.filter(({ timeMillis, service, spanId, body }) => {
    const key = `${timeMillis}\0${service}\0${spanId}\0${body}`;
    return !seen.has(key) && seen.add(key);
  });
}

const mask = new LineMask();

function patternOf(body: string): string {
  mask.mask(messageOf(body));
  return mask.text();
}
