/**
 * What is normal for a signal at this hour: medians and median deviations of the hours of the past that are like it. The same hours of
 * the week, with their neighbours, where there are enough weeks; else the same hours of the day; else the last hours. An hour is read
 * once and kept as a document, so that statistics outlive what they were made of; normals are put together once an hour.
 */
import type { KindDocuments, KindTools } from "../kind-tools.ts";
import { HourDocuments } from "./hour-documents.ts";
import { oldestMetrics } from "./oldest-metrics.ts";
import { HOUR_MILLIS, median, type HourValues, type SignalReader } from "../signals/signal.ts";

export interface Normal {
  /** In the signal's unit: what is normal in the middles of the hour before `hour`, of it, and of the one after it. */
  readonly centers: readonly [number, number, number];
  /** Hours since 1970. */
  readonly hour: number;
  /** As a standard deviation, robustly estimated. */
  readonly spread: number;
  /** The middle of the last day: what has been so for half a day is normal, too. */
  readonly lately: number;
  /** Requests in a window of 5 minutes. */
  readonly count: number;
  readonly basis: "hour of the week" | "hour of the day" | "last hours";
}

/** [middle, median deviation, requests in a window, windows] by key. */
type HourStats = readonly [number, number, number, number];

type HourSeries = Readonly<Record<string, HourStats>>;

export const BASELINES = "alert-baselines";
const DAY_HOURS = 24;
const WEEK_HOURS = 168;
/** Hours are kept so long: five weeks, then their places are taken by new ones. */
const KEPT_HOURS = 5 * WEEK_HOURS;
const MOST_WEEKS = 4;
const MOST_DAYS = 7;
const LAST_HOURS = 6;
/** Hours that are like it must lie on so many weeks, or days, that one bad hour has no say. */
const LEAST_WEEKS = 2;
const LEAST_DAYS = 3;
/** Of fewer hours with data nothing is put together yet. */
const LEAST_HOURS = 3;
/** An hour is read when it has been over for so long: spans come late. Signals take turns, 20 s apart. */
const LATE_MILLIS = 300_000;
/** Hours that are read in one evaluation; the others in the next ones. */
const MOST_READ = 6;
/** Of a young store. */
const LEAST_WINDOWS = 6;
const YOUNG_SLOT_MILLIS = 300_000;

export class BaselineHistory {
  /** No normals where the store is young: those are put together more often. */
  readonly #normals = new Map<string, { readonly hour: number; readonly normals?: ReadonlyMap<string, Normal> }>();
  readonly #hours: HourDocuments<HourStats>;

  constructor(documents: KindDocuments) {
    this.#hours = new HourDocuments(documents, BASELINES, KEPT_HOURS);
  }

  /** Undefined as long as hours are still to be read: nothing may be judged by a part of them. */
  async normals(
    tools: KindTools,
    signal: SignalReader,
    timeMillis: number,
  ): Promise<ReadonlyMap<string, Normal> | undefined> {
    const turn = turnOf(signal.name) * 20_000;
    const hour = Math.floor((timeMillis - LATE_MILLIS - turn) / HOUR_MILLIS);
    const known = this.#normals.get(signal.name);
    if (known?.hour !== hour) {
      const found = await this.#build(tools, signal, hour, timeMillis);
      // For a while those of the hour before are good enough.
      if (found === "unfinished") return known && hour - known.hour < 3 ? known.normals : undefined;
      this.#normals.set(signal.name, { hour, ...found });
    }
    return this.#normals.get(signal.name)?.normals ?? this.#young(tools, signal, timeMillis);
  }

  /** Normals of any hour of the past or of now, as far as its hours are known: for charts. */
  async normalsAt(signal: SignalReader, timeMillis: number): Promise<ReadonlyMap<string, Normal>> {
    const last = Math.floor(timeMillis / HOUR_MILLIS) - 1;
    const hours = new Map<number, HourSeries>();
    for (const each of hoursFor(last)) {
      const series = await this.#hours.get(signal.name, each);
      if (series) hours.set(each, series);
    }
    return combine(hours, last);
  }

  async #build(
    tools: KindTools,
    signal: SignalReader,
    hour: number,
    timeMillis: number,
  ): Promise<{ readonly normals?: ReadonlyMap<string, Normal> } | "unfinished"> {
    const oldest = await oldestMetrics(tools, timeMillis);
    const hours = new Map<number, HourSeries>();
    let read = 0;
    let isComplete = true;
    for (const each of hoursFor(hour)) {
      let series = await this.#hours.get(signal.name, each);
      if (!series) {
        // Before there was any data only documents know.
        if ((each + 1) * HOUR_MILLIS <= oldest) continue;
        if (read++ >= MOST_READ) {
          isComplete = false;
          continue;
        }
        series = await this.#read(signal, each);
      }
      hours.set(each, series);
    }
    if (!isComplete) return "unfinished";
    const withData = [...hours.values()].filter((series) => Object.keys(series).length > 0).length;
    return withData >= LEAST_HOURS ? { normals: combine(hours, hour) } : {};
  }

  /** Of the last two hours up to some minutes ago, put together anew every five minutes while there is no more. */
  async #young({ share }: KindTools, signal: SignalReader, timeMillis: number): Promise<ReadonlyMap<string, Normal>> {
    const slot = Math.floor(timeMillis / YOUNG_SLOT_MILLIS);
    return share(`young ${signal.name}`, slot, async () => {
      // What has just begun is not what is normal.
      const end = (slot - 1) * YOUNG_SLOT_MILLIS;
      const values = new Map<string, HourValues[]>();
      for (const start of [end - 2 * HOUR_MILLIS, end - HOUR_MILLIS])
        for (const [key, found] of await signal.hour(start)) values.set(key, [...(values.get(key) ?? []), found]);
      const normals = new Map<string, Normal>();
      for (const [key, parts] of values) {
        const all = parts.flatMap(({ values: own }) => own);
        if (all.length < LEAST_WINDOWS) continue;
        const stats = parts.map(statsOf);
        const [middle, deviation] = statsOf({ values: all, count: 0 });
        const center = parts.some(({ center: own }) => own !== undefined) ? median(stats.map(([own]) => own)) : middle;
        const count = median(parts.map(({ count: own }) => own));
        normals.set(key, {
          centers: [center, center, center],
          hour: Math.floor(timeMillis / HOUR_MILLIS),
          lately: center,
          spread: 1.4826 * deviation,
          count,
          basis: "last hours",
        });
      }
      return normals;
    });
  }

  async #read(signal: SignalReader, hour: number): Promise<HourSeries> {
    const series: Record<string, HourStats> = {};
    for (const [key, values] of await signal.hour(hour * HOUR_MILLIS)) series[key] = statsOf(values);
    await this.#hours.put(signal.name, hour, series);
    return series;
  }
}

/** 0 to 59. */
function turnOf(name: string): number {
  let turn = 7;
  for (let i = 0; i < name.length; i++) turn = (turn * 31 + name.charCodeAt(i)) % 60;
  return turn;
}

/** Hours of the past that say what is normal at an hour, which is over itself: `hour` is the last one. */
function hoursFor(last: number): number[] {
  const next = last + 1;
  const hours = new Set<number>();
  for (let i = 0; i < DAY_HOURS; i++) hours.add(last - i);
  for (let week = 1; week <= MOST_WEEKS; week++) for (const by of [-1, 0, 1]) hours.add(next - week * WEEK_HOURS + by);
  for (let day = 1; day <= MOST_DAYS; day++) for (const by of [-1, 0, 1]) hours.add(next - day * DAY_HOURS + by);
  return [...hours].filter((hour) => hour <= last);
}

/** Between the middles of hours it changes evenly. */
export function centerAt({ centers: [before, at, after], hour }: Normal, timeMillis: number): number {
  const x = Math.min(1, Math.max(-1, timeMillis / HOUR_MILLIS - hour - 0.5));
  return x < 0 ? at + x * (at - before) : at + x * (after - at);
}

/** Stats of a key by how far the hour is from that of the day or the week: the one before, it, the one after. */
type LikeHours = readonly [HourStats[], HourStats[], HourStats[]];

function likeHours(
  hours: ReadonlyMap<number, HourSeries>,
  key: string,
  next: number,
  period: number,
  most: number,
): { readonly periods: number; readonly like: LikeHours } {
  let periods = 0;
  const like: LikeHours = [[], [], []];
  for (let i = 1; i <= most; i++) {
    let isThere = false;
    for (const [by, list] of like.entries()) {
      const own = hours.get(next - i * period + by - 1)?.[key];
      if (!own) continue;
      list.push(own);
      isThere = true;
    }
    if (isThere) periods++;
  }
  return { periods, like };
}

function combine(hours: ReadonlyMap<number, HourSeries>, last: number): Map<string, Normal> {
  const keys = new Set([...hours.values()].flatMap((series) => Object.keys(series)));
  const normals = new Map<string, Normal>();
  for (const key of keys) {
    const weeks = likeHours(hours, key, last + 1, WEEK_HOURS, MOST_WEEKS);
    const days = likeHours(hours, key, last + 1, DAY_HOURS, MOST_DAYS);
    const day = Array.from({ length: DAY_HOURS }, (_, i) => hours.get(last - i)?.[key]);
    const recent = day.slice(0, LAST_HOURS).filter((own) => own !== undefined);
    const lately = median(day.flatMap((own) => (own ? [own[0]] : [])));
    const place = { hour: last + 1, lately };
    if (weeks.periods >= LEAST_WEEKS)
      normals.set(key, { ...normalOf(weeks.like), ...place, basis: "hour of the week" });
    else if (days.periods >= LEAST_DAYS)
      normals.set(key, { ...normalOf(days.like), ...place, basis: "hour of the day" });
    else if (recent.reduce((sum, [, , , windows]) => sum + windows, 0) >= LEAST_WINDOWS)
      normals.set(key, { ...normalOf([[], recent, []]), ...place, basis: "last hours" });
  }
  return normals;
}

/** Deviations are taken from the middle of each hour's own kind: a morning in which traffic rises is no noise. */
function normalOf(like: LikeHours): Pick<Normal, "centers" | "spread" | "count"> {
  const all = like.flat();
  const middles = like.map((stats) => median(stats.map(([middle]) => middle)));
  const overall = median(all.map(([middle]) => middle));
  const between = median(like.flatMap((stats, by) => stats.map(([middle]) => Math.abs(middle - middles[by]))));
  const within = median(all.map(([, deviation]) => deviation));
  const at = Number.isNaN(middles[1]) ? overall : middles[1];
  const beside = (by: number) => (Number.isNaN(middles[by]) ? at : middles[by]);
  const count = median(all.map(([, , own]) => own));
  return { centers: [beside(0), at, beside(2)], spread: 1.4826 * Math.max(between, within), count };
}

function statsOf({ values, center, count }: HourValues): HourStats {
  const middle = median(values);
  const deviation = median(values.map((value) => Math.abs(value - middle)));
  // JSON has no infinities; four digits are more than statistics are worth.
  const short = (value: number) => Number(value.toPrecision(4));
  return [short(center ?? middle), short(deviation), Number.isFinite(count) ? short(count) : 0, values.length];
}
