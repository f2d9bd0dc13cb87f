/**
 * Time buckets without those at the beginning that nobody knows anything of: in the first minutes of a store small charts show those
 * minutes, and not a sliver at the right of an empty half hour. Pure.
 */
import type { WireGoldenSignals } from "goldspan/contract";

/** So that one bucket is no wall. */
const LEAST_BUCKETS = 8;

/** Where what is known begins: a bucket's number. */
export function firstKnown(lists: readonly (readonly (number | null)[])[]): number {
  const count = Math.max(0, ...lists.map((list) => list.length));
  const first = Math.min(...lists.map((list) => list.findIndex((value) => value !== null)).filter((at) => at >= 0));
  return Math.max(0, Math.min(first, count - LEAST_BUCKETS));
}

export function knownPart(signals: WireGoldenSignals): WireGoldenSignals {
  const { services, startMillis, bucketMillis } = signals;
  const from = firstKnown(services.flatMap(({ series }) => [series.ratePerSecond, series.saturation]));
  if (from === 0) return signals;
  return {
    ...signals,
    startMillis: startMillis + from * bucketMillis,
    services: services.map((service) => {
      const { ratePerSecond, errorRatio, p95Millis, saturation } = service.series;
      const series = {
        ratePerSecond: ratePerSecond.slice(from),
        errorRatio: errorRatio.slice(from),
        p95Millis: p95Millis.slice(from),
        saturation: saturation.slice(from),
      };
      return { ...service, series };
    }),
  };
}
