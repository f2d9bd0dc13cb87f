/** `absence`: services, series and log records that were there and stopped. What was last there long ago is gone for good, not absent. */
import { labelsKey, labelsOf, labelValue, METRIC_NAME, recordOf, type Labels } from "../../model/labels.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import { jobPattern, serviceOfSeries } from "../../query/golden/service-of-series.ts";
import { timeBuckets } from "../../query/golden/time-buckets.ts";
import type { AbsenceSource } from "../rules/rule-source.ts";
import { formatMeasure } from "./format-value.ts";
import { SIGNS, type PresenceHistory } from "./history/presence.ts";
import { nanosOf, textTest, type FoundSamples, type KindTools } from "./kind-tools.ts";
import { labelsOfRow, rowsOf, subjectOf } from "./logs.ts";
import { WINDOW_MILLIS } from "./signals/signal.ts";
import { readRequests } from "./signals/read-requests.ts";

/** A service is missed when it was there in nearly every window of its last hours, and for so many windows. */
const LAST_WINDOWS = 36;
const LEAST_WINDOWS = 6;
const LEAST_SHARE = 0.9;
/** Alerts of one rule; beyond it something else is wrong. */
const MOST_ALERTS = 200;
/** Rules whose groups are followed; those that were changed are forgotten beyond it. */
const MOST_RULES = 1000;
/** Groups of log records that are followed. */
const MOST_GROUPS = 10_000;

export interface AbsenceState {
  /** Evaluated without a break since. */
  readonly sinceMillis: number;
  readonly presence: PresenceHistory;
  /** When groups of log records were last there, by rule and group. */
  readonly lastLogs: Map<string, Map<string, { readonly labels: Labels; readonly lastMillis: number }>>;
}

export async function findAbsent(
  tools: KindTools,
  state: AbsenceState,
  source: AbsenceSource,
  timeMillis: number,
): Promise<FoundSamples | undefined> {
  switch (source.of.type) {
    case "service":
      return absentServices(tools, state, source, source.of.service, timeMillis);
    case "series":
      return absentSeries(tools, source, source.of.series, timeMillis);
    case "logs":
      return absentLogs(tools, state, source, timeMillis);
  }
}

async function absentServices(
  tools: KindTools,
  { presence, sinceMillis }: AbsenceState,
  { afterMillis, withinMillis }: AbsenceSource,
  pattern: string,
  timeMillis: number,
): Promise<FoundSamples | undefined> {
  const known = await presence.at(tools, timeMillis, withinMillis);
  if (!known) return undefined;
  const isWanted = textTest(pattern);
  const sureFrom = Math.ceil((timeMillis - afterMillis) / WINDOW_MILLIS);
  const silent = [...known].filter(([service, { windows }]) => {
    const last = windows[windows.length - 1];
    return isWanted(service) && last < sureFrom && isRegular(windows);
  });
  if (silent.length === 0) return [];
  const names = silent.map(([service]) => service).slice(0, MOST_ALERTS);
  const isAlive = await aliveSince(tools, names, timeMillis - afterMillis, timeMillis);
  const gone = silent.filter(([service]) => names.includes(service) && !isAlive.has(service));
  // After a pause of this process nobody can have been counted.
  const isSure = timeMillis - sinceMillis >= afterMillis || gone.length < known.size;
  if (!isSure) return undefined;
  return gone.map(([service, { windows }]) => {
    const last = (windows[windows.length - 1] + 1) * WINDOW_MILLIS;
    const seconds = Math.max(afterMillis, timeMillis - last) / 1000;
    return {
      labels: labelsOf({ service_name: service }),
      timestampMillis: timeMillis,
      value: seconds,
      details: { summary: `${service}: has sent nothing for ${formatMeasure(seconds, "seconds")}` },
    };
  });
}

function isRegular(windows: readonly number[]): boolean {
  const last = windows[windows.length - 1];
  const own = windows.filter((window) => window > last - LAST_WINDOWS);
  const lived = last - own[0] + 1;
  return lived >= LEAST_WINDOWS && own.length / lived >= LEAST_SHARE;
}

/** Of services that may be missing those that sent something after all. */
async function aliveSince(
  { reader, share }: KindTools,
  services: readonly string[],
  start: number,
  end: number,
): Promise<ReadonlySet<string>> {
  const alive = new Set<string>();
  const requests = await readRequests({ metrics: reader.metrics, share, services }, { start, end }, "counts");
  for (const group of requests.groups.values())
    if (requests.count(group, timeBuckets(start, end, 1)).requests[0] > 0) alive.add(group.service);
  const jobs = { name: "job", operator: "=~", value: services.map(jobPattern).join("|") } as const;
  for (const { labels, values, stale } of await reader.metrics.selectSeries([SIGNS, jobs], { start, end })) {
    const isUp = labelValue(labels, METRIC_NAME) === "up";
    for (let i = 0; i < values.length; i++)
      if (stale?.[i] !== 1 && (!isUp || values[i] === 1)) alive.add(serviceOfSeries(labels));
  }
  return alive;
}

async function absentSeries(
  { reader }: KindTools,
  { afterMillis, withinMillis }: AbsenceSource,
  selector: string,
  timeMillis: number,
): Promise<FoundSamples> {
  const expr = parseExpr(selector);
  const selections = expr.kind === "vector" ? [expr.matchers] : [];
  const range = { start: timeMillis - withinMillis, end: timeMillis };
  const [before, now] = await Promise.all([
    reader.metrics.findSeries({ selections, range, limit: 0 }),
    reader.metrics.findSeries({ selections, range: { ...range, start: timeMillis - afterMillis }, limit: 0 }),
  ]);
  const there = new Set(now.map(labelsKey));
  const gone = before.filter((labels) => !there.has(labelsKey(labels))).slice(0, MOST_ALERTS);
  const last = await Promise.all(gone.map((labels) => lastSample({ reader }, labels, range)));
  return gone.map((labels, i) => {
    const { __name__: name = "", ...own } = recordOf(labels);
    const seconds = (timeMillis - last[i]) / 1000;
    const text = Object.entries(own).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const summary = `${name}{${text.join(", ")}} has had no sample for ${formatMeasure(seconds, "seconds")}`;
    return { labels: labelsOf(own), timestampMillis: timeMillis, value: seconds, details: { series: name, summary } };
  });
}

async function lastSample(
  { reader }: Pick<KindTools, "reader">,
  labels: Labels,
  range: { readonly start: number; readonly end: number },
): Promise<number> {
  const matchers = Object.entries(recordOf(labels)).map(([name, value]) => ({ name, operator: "=", value }) as const);
  const series = await reader.metrics.selectSeries(matchers, range);
  return Math.max(range.start, ...series.map(({ timestamps }) => timestamps[timestamps.length - 1]));
}

async function absentLogs(
  tools: KindTools,
  { lastLogs, sinceMillis }: AbsenceState,
  { of, afterMillis, withinMillis }: AbsenceSource,
  timeMillis: number,
): Promise<FoundSamples | undefined> {
  if (of.type !== "logs" || !of.plan.table) return [];
  const { condition, table } = of.plan;
  const [begin, middle] = [timeMillis - withinMillis, timeMillis - afterMillis];
  const key = JSON.stringify([of.query, of.by, withinMillis]);
  let groups = lastLogs.get(key);
  if (!groups) {
    groups = new Map();
    const before = await rowsOf(tools, { condition, table, range: { start: nanosOf(begin), end: nanosOf(middle) } });
    for (const row of before) note(groups, labelsOfRow(table, row), middle);
    if (lastLogs.size >= MOST_RULES) lastLogs.clear();
    lastLogs.set(key, groups);
  }
  const range = { start: nanosOf(middle), end: nanosOf(timeMillis) };
  const there: Labels[] = [];
  if (table.by.length > 0)
    for (const row of await rowsOf(tools, { condition, table, range })) there.push(labelsOfRow(table, row));
  else if (await hasLogs(tools, condition, range)) there.push([]);
  // The newest lies within the window; the first evaluation without any is that long after it.
  for (const labels of there) note(groups, labels, middle);
  const present = new Set(there.map(labelsKey));
  const gone: FoundSamples[number][] = [];
  for (const [group, { labels, lastMillis }] of groups) {
    if (lastMillis < begin) groups.delete(group);
    else if (!present.has(group) && gone.length < MOST_ALERTS) {
      const seconds = (timeMillis - lastMillis) / 1000;
      const summary = `${subjectOf(labels)}no log record for ${formatMeasure(seconds, "seconds")} that meets ${of.query}`;
      gone.push({ labels, timestampMillis: timeMillis, value: seconds, details: { query: of.query, summary } });
    }
  }
  if (gone.length > 0 && gone.length === groups.size && timeMillis - sinceMillis < afterMillis) return undefined;
  return gone;
}

function note(
  groups: Map<string, { readonly labels: Labels; readonly lastMillis: number }>,
  labels: Labels,
  lastMillis: number,
): void {
  const key = labelsKey(labels);
  if (groups.size < MOST_GROUPS || groups.has(key)) groups.set(key, { labels, lastMillis });
}

/** Looks at the newest ones first, and no further than the first that meets it. */
async function hasLogs(
  { reader }: KindTools,
  condition: Parameters<typeof rowsOf>[1]["condition"],
  range: Parameters<typeof rowsOf>[1]["range"],
): Promise<boolean> {
  let found = false;
  await reader.scanLogs({ range, condition, order: "newest" }, (piece) => {
    found ||= (piece?.count ?? 0) > 0;
    return !found;
  });
  return found;
}
