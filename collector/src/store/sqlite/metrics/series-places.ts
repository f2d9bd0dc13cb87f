/**
 * Who may have how many series. A place belongs to the series' owner: its job, where it has none the service that its spans are of, else its
 * metric. Limits count series and, so that long labels don't take the memory instead, bytes.
 */
import { labelValue, METRIC_NAME, type Labels } from "../../../model/labels.ts";

/** 0 = no limit. */
export interface SeriesLimits {
  readonly maxSeries: number;
  readonly maxSeriesPerJob: number;
}

/** Of memory, for what a limit counts as one series, on average. */
const BYTES_A_SERIES = 1024;
const LEAST_BYTES = 1024 * 1024;
/** One part in so many of all places is kept for owners that have some and less than the same part of what an owner may have. */
const KEPT = 10;

interface Use {
  series: number;
  bytes: number;
}

export class SeriesPlaces {
  readonly #limits: SeriesLimits;
  readonly #all: Use = { series: 0, bytes: 0 };
  readonly #byOwner = new Map<string, Use>();

  constructor(limits: SeriesLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a place for a new series; false = there is none for this owner.
   * @param bytes that it adds. @param hadPlace it had one before a restart, or before others went
   */
  take(owner: string, bytes: number, hadPlace: boolean): boolean {
    const { maxSeries, maxSeriesPerJob } = this.#limits;
    const use = this.#byOwner.get(owner) ?? { series: 0, bytes: 0 };
    if (!isWithin(this.#all, bytes, maxSeries) || !isWithin(use, bytes, maxSeriesPerJob)) return false;
    // Who makes up jobs by the thousand must not get the last places either.
    const isServed = hadPlace || (use.series > 0 && (maxSeriesPerJob === 0 || use.series < maxSeriesPerJob / KEPT));
    if (!isServed && maxSeries > 0 && this.#all.series >= maxSeries - Math.floor(maxSeries / KEPT)) return false;
    for (const each of [this.#all, use]) {
      each.series++;
      each.bytes += bytes;
    }
    this.#byOwner.set(owner, use);
    return true;
  }
}

export function ownerOf(labels: Labels): string {
  return labelValue(labels, "job") || labelValue(labels, "service_name") || labelValue(labels, METRIC_NAME);
}

function isWithin(use: Use, bytes: number, limit: number): boolean {
  return limit === 0 || (use.series < limit && use.bytes + bytes <= Math.max(LEAST_BYTES, limit * BYTES_A_SERIES));
}
