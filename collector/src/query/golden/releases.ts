/**
 * Instances, versions and releases of services: from target_info and up, whose series begin and end with their instance; versions that
 * only spans name are looked up there.
 */
import { labelValue, type Labels } from "../../model/labels.ts";
import { SERVICE_VERSION } from "../../model/semconv.ts";
import type { LabelMatcher, MillisRange, StoreReader } from "../../store/store.ts";
import { instancesInSpans, timesInSpans, versionStart } from "./seen-in-spans.ts";
import { jobPattern, serviceOfSeries } from "./service-of-series.ts";

export interface SeenInstance {
  readonly service: string;
  readonly instance: string;
  /** "" = it names none. */
  readonly version: string;
  /** Within the range. */
  readonly firstSeenMillis: number;
  readonly lastSeenMillis: number;
}

export interface Release {
  readonly service: string;
  readonly version: string;
  readonly previousVersion: string;
  readonly atMillis: number;
}

export interface SeenVersion {
  readonly version: string;
  readonly firstSeenMillis: number | null;
  readonly lastSeenMillis: number | null;
}

const VERSION_LABEL = "service_version";
/** Versions that ran so long before the range are known from before. */
const BEFORE_MILLIS = 86_400_000;
const MOST_VERSIONS = 5;

/** Last seen first. @param service only its instances; they are looked for in its spans when no series knows any */
export async function seenInstances(
  reader: StoreReader,
  range: MillisRange,
  service?: string,
  signal?: AbortSignal,
): Promise<SeenInstance[]> {
  const series = await reader.metrics.selectSeries(
    [{ name: "__name__", operator: "=~", value: "target_info|up" }, ...ofService(service)],
    range,
    signal,
  );
  const seen = new Map<string, SeenInstance>();
  for (const { labels, timestamps } of series) {
    const name = serviceOfSeries(labels);
    if (name === "") continue;
    const instance = labelValue(labels, "instance");
    const [first, last] = [timestamps[0], timestamps[timestamps.length - 1]];
    const key = `${name}\0${instance}`;
    const known = seen.get(key);
    seen.set(key, {
      service: name,
      instance,
      version: newestVersion(labels, last, known),
      firstSeenMillis: Math.min(first, known?.firstSeenMillis ?? Infinity),
      lastSeenMillis: Math.max(last, known?.lastSeenMillis ?? -Infinity),
    });
  }
  if (seen.size === 0 && service !== undefined)
    for (const one of await instancesInSpans(reader, service, range, signal))
      seen.set(one.instance, { service, ...one });
  return [...seen.values()].sort((a, b) => b.lastSeenMillis - a.lastSeenMillis || compare(a.instance, b.instance));
}

/** Newest first. A version is a release when the service ran with another one before. @param service only its releases */
export async function releasesOf(
  reader: StoreReader,
  range: MillisRange,
  service?: string,
  signal?: AbortSignal,
): Promise<Release[]> {
  const { metrics } = reader;
  const matchers: LabelMatcher[] = [
    { name: "__name__", operator: "=", value: "target_info" },
    { name: VERSION_LABEL, operator: "!=", value: "" },
    ...ofService(service),
  ];
  const before = { start: range.start - BEFORE_MILLIS, end: range.start };
  const [now, earlier] = await Promise.all([
    metrics.selectSeries(matchers, range, signal),
    metrics.findSeries({ selections: [matchers], range: before, limit: 0 }, signal),
  ]);
  const known = new Map<string, Set<string>>();
  for (const labels of earlier) versionsIn(known, serviceOfSeries(labels)).add(labelValue(labels, VERSION_LABEL));
  const starts = now
    .map(({ labels, timestamps }) => ({
      service: serviceOfSeries(labels),
      version: labelValue(labels, VERSION_LABEL),
      atMillis: timestamps[0],
    }))
    .sort((a, b) => a.atMillis - b.atMillis);
  const releases: Release[] = [];
  for (const { service: name, version, atMillis } of starts) {
    const versions = versionsIn(known, name);
    const previousVersion = [...versions].at(-1);
    if (previousVersion !== undefined && !versions.has(version))
      releases.push({ service: name, version, previousVersion, atMillis });
    versions.add(version);
  }
  return [...releases, ...(await releasesOfSpans(reader, range, known, service, signal))].sort(
    (a, b) => b.atMillis - a.atMillis,
  );
}

/** Newest first. */
export async function seenVersions(
  reader: StoreReader,
  range: MillisRange,
  service: string,
  signal?: AbortSignal,
): Promise<SeenVersion[]> {
  const series = await reader.metrics.selectSeries(
    [{ name: "__name__", operator: "=", value: "target_info" }, ...ofService(service)],
    range,
    signal,
  );
  const seen = new Map<string, { firstSeenMillis: number; lastSeenMillis: number }>();
  for (const { labels, timestamps } of series) {
    const version = labelValue(labels, VERSION_LABEL);
    if (version === "") continue;
    const known = seen.get(version);
    seen.set(version, {
      firstSeenMillis: Math.min(timestamps[0], known?.firstSeenMillis ?? Infinity),
      lastSeenMillis: Math.max(timestamps[timestamps.length - 1], known?.lastSeenMillis ?? -Infinity),
    });
  }
  const ofSeries = [...seen].map(([version, times]): SeenVersion => ({ version, ...times }));
  const stored = (await reader.listServices(nanosOf(range), signal)).find(({ name }) => name === service);
  const ofSpans: SeenVersion[] = [];
  for (const version of (stored?.versions ?? []).filter((each) => !seen.has(each)).slice(0, MOST_VERSIONS)) {
    const times = await timesInSpans(reader, service, { key: SERVICE_VERSION, value: version }, range, signal);
    ofSpans.push({
      version,
      firstSeenMillis: times?.firstSeenMillis ?? null,
      lastSeenMillis: times?.lastSeenMillis ?? null,
    });
  }
  return [...ofSeries.sort((a, b) => (b.firstSeenMillis ?? 0) - (a.firstSeenMillis ?? 0)), ...ofSpans];
}

/** Of services that no target_info knows: by when the first span of each version was stored, as near as a few searches tell. */
async function releasesOfSpans(
  reader: StoreReader,
  range: MillisRange,
  known: ReadonlyMap<string, unknown>,
  service: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Release[]> {
  const releases: Release[] = [];
  for (const { name, versions } of await reader.listServices(nanosOf(range), signal)) {
    if (known.has(name) || versions.length < 2 || (service !== undefined && name !== service)) continue;
    const starts: { version: string; atMillis: number }[] = [];
    for (const version of versions.slice(0, MOST_VERSIONS)) {
      const atMillis = await versionStart(reader, name, version, range, BEFORE_MILLIS, signal);
      if (atMillis !== undefined) starts.push({ version, atMillis });
    }
    starts.sort((a, b) => a.atMillis - b.atMillis);
    for (const [i, { version, atMillis }] of starts.entries())
      if (i > 0 && atMillis > range.start)
        releases.push({ service: name, version, previousVersion: starts[i - 1].version, atMillis });
  }
  return releases;
}

function ofService(service: string | undefined): LabelMatcher[] {
  return service === undefined ? [] : [{ name: "job", operator: "=~", value: jobPattern(service) }];
}

function newestVersion(labels: Labels, last: number, known: SeenInstance | undefined): string {
  const version = labelValue(labels, VERSION_LABEL);
  if (!known) return version;
  return version !== "" && (last >= known.lastSeenMillis || known.version === "") ? version : known.version;
}

function versionsIn(known: Map<string, Set<string>>, service: string): Set<string> {
  let versions = known.get(service);
  if (!versions) known.set(service, (versions = new Set()));
  return versions;
}

function nanosOf({ start, end }: MillisRange): { start: bigint; end: bigint } {
  return {
    start: BigInt(Math.max(0, Math.round(start))) * 1_000_000n,
    end: BigInt(Math.max(0, Math.round(end))) * 1_000_000n,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
