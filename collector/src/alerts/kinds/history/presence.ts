/**
 * When each service was there: in which windows of five minutes it sent requests or metrics of its own. Read once from the store, then
 * kept up with each evaluation; hours that are over are documents, so that a restart knows who is missing.
 */
import { untilAborted } from "../../../base/until-aborted.ts";
import { labelValue, METRIC_NAME } from "../../../model/labels.ts";
import { serviceOfSeries } from "../../../query/golden/service-of-series.ts";
import { timeBuckets } from "../../../query/golden/time-buckets.ts";
import type { LabelMatcher, MillisRange } from "../../../store/store.ts";
import type { KindDocuments, KindTools } from "../kind-tools.ts";
import { HOUR_MILLIS, WINDOW_MILLIS, WINDOWS } from "../signals/signal.ts";
import { readRequests, recentRequests, type Requests } from "../signals/read-requests.ts";
import { HourDocuments } from "./hour-documents.ts";
import { oldestMetrics } from "./oldest-metrics.ts";

export const PRESENCE = "alert-presence";
const NAME = "services";
const KEPT_HOURS = 15 * 24;
/** Hours that are read from the store in one evaluation. */
const MOST_READ = 6;
/** An hour is written when it has been over for so long. */
const LATE_MILLIS = 300_000;
/** What says that a service lives, whether it gets requests or not. */
export const SIGNS: LabelMatcher = { name: METRIC_NAME, operator: "=~", value: "up|target_info" };

export interface Presence {
  /** Numbers of windows since 1970 in which it was there, ascending. */
  readonly windows: readonly number[];
}

export class PresenceHistory {
  readonly #documents: HourDocuments<number>;
  /** Windows by service. */
  readonly #seen = new Map<string, Set<number>>();
  /** Hours that are known, and those that are documents. */
  readonly #known = new Set<number>();
  #written = -Infinity;
  #upTo = -Infinity;
  /** One call after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(documents: KindDocuments) {
    this.#documents = new HourDocuments(documents, PRESENCE, KEPT_HOURS);
  }

  /** By service, from `withinMillis` before a time up to it; undefined as long as it is still being read. */
  at(tools: KindTools, timeMillis: number, withinMillis: number): Promise<ReadonlyMap<string, Presence> | undefined> {
    const found = this.#turn.then(() => this.#at(tools, timeMillis, withinMillis));
    this.#turn = found.catch(() => undefined);
    return untilAborted(found, tools.signal);
  }

  async #at(
    tools: KindTools,
    timeMillis: number,
    withinMillis: number,
  ): Promise<ReadonlyMap<string, Presence> | undefined> {
    // Whoever asked may have left before its turn came.
    tools.signal?.throwIfAborted();
    const hour = Math.floor(timeMillis / HOUR_MILLIS);
    const first = Math.floor((timeMillis - withinMillis) / HOUR_MILLIS);
    // Nobody followed the rest of that hour.
    const last = Math.floor(this.#upTo / HOUR_MILLIS);
    if (last < hour && timeMillis - this.#upTo > WINDOW_MILLIS) this.#known.delete(last);
    if (!(await this.#load(tools, first, hour, timeMillis))) return undefined;
    await this.#follow(tools, timeMillis);
    await this.#write(timeMillis);
    this.#forget(first - 24);
    const least = Math.floor((timeMillis - withinMillis) / WINDOW_MILLIS);
    const found = new Map<string, Presence>();
    for (const [service, windows] of this.#seen) {
      const own = [...windows].filter((window) => window >= least).sort((a, b) => a - b);
      if (own.length > 0) found.set(service, { windows: own });
    }
    return found;
  }

  async #load(tools: KindTools, first: number, hour: number, timeMillis: number): Promise<boolean> {
    const oldest = Math.floor((await oldestMetrics(tools, timeMillis)) / HOUR_MILLIS);
    let read = 0;
    for (let each = hour - 1; each >= first; each--) {
      if (this.#known.has(each)) continue;
      const document = await this.#documents.get(NAME, each);
      if (document) {
        for (const [service, mask] of Object.entries(document))
          for (let i = 0; i < WINDOWS; i++) if ((mask >>> i) & 1) this.#see(service, each * WINDOWS + i);
      } else if (each >= oldest) {
        if (read++ >= MOST_READ) return false;
        await this.#read(tools, { start: each * HOUR_MILLIS, end: (each + 1) * HOUR_MILLIS });
      }
      this.#known.add(each);
    }
    return true;
  }

  /** What came since the last evaluation, or since the hour began. */
  async #follow(tools: KindTools, timeMillis: number): Promise<void> {
    if (timeMillis <= this.#upTo) return;
    const hour = Math.floor(timeMillis / HOUR_MILLIS);
    const since = Math.max(this.#upTo, hour * HOUR_MILLIS) - WINDOW_MILLIS;
    const range = { start: Math.floor(since / WINDOW_MILLIS) * WINDOW_MILLIS, end: timeMillis };
    const isRecent = range.start >= timeMillis - 2 * WINDOW_MILLIS;
    await this.#read(tools, range, isRecent ? await recentRequests(tools, 0, timeMillis) : undefined);
    this.#upTo = timeMillis;
    this.#known.add(hour);
  }

  async #read({ reader, share }: KindTools, range: MillisRange, counted?: Requests): Promise<void> {
    const count = Math.ceil((range.end - range.start) / WINDOW_MILLIS);
    const end = range.start + count * WINDOW_MILLIS;
    const requests = counted ?? (await readRequests({ metrics: reader.metrics, share }, range, "counts"));
    for (const group of requests.groups.values()) {
      const counts = requests.count(group, timeBuckets(range.start, end, count)).requests;
      for (let i = 0; i < count; i++) if (counts[i] > 0) this.#see(group.service, range.start / WINDOW_MILLIS + i);
    }
    for (const { labels, timestamps, values, stale } of await reader.metrics.selectSeries([SIGNS], range)) {
      const service = serviceOfSeries(labels);
      if (service === "") continue;
      const isUp = labelValue(labels, METRIC_NAME) === "up";
      for (let i = 0; i < timestamps.length; i++)
        if (stale?.[i] !== 1 && (!isUp || values[i] === 1))
          this.#see(service, Math.floor(timestamps[i] / WINDOW_MILLIS));
    }
  }

  async #write(timeMillis: number): Promise<void> {
    const hour = Math.floor((timeMillis - LATE_MILLIS) / HOUR_MILLIS) - 1;
    if (hour <= this.#written || !this.#known.has(hour)) return;
    this.#written = hour;
    if (await this.#documents.get(NAME, hour)) return;
    const series: Record<string, number> = {};
    for (const [service, windows] of this.#seen) {
      let mask = 0;
      for (let i = 0; i < WINDOWS; i++) if (windows.has(hour * WINDOWS + i)) mask |= 1 << i;
      if (mask !== 0) series[service] = mask;
    }
    await this.#documents.put(NAME, hour, series);
  }

  #forget(hour: number): void {
    for (const each of this.#known) if (each < hour) this.#known.delete(each);
    for (const [service, windows] of this.#seen) {
      for (const window of windows) if (window < hour * WINDOWS) windows.delete(window);
      if (windows.size === 0) this.#seen.delete(service);
    }
  }

  #see(service: string, window: number): void {
    let windows = this.#seen.get(service);
    if (!windows) this.#seen.set(service, (windows = new Set()));
    windows.add(window);
  }
}
