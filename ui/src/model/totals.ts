/** The figures above the services: everything added up. In: services; out: rates, shares and what is new. Pure. */
import type { WireService } from "goldspan/contract";

export interface Totals {
  readonly ratePerSecond: number;
  /** 0 to 1. */
  readonly errorRatio: number;
  readonly serviceCount: number;
  /** Services with at least UNHEALTHY_FROM of their requests failed, worst first. */
  readonly unhealthy: readonly WireService[];
  /** Services that ran more than one version in the range: what has just been rolled out. */
  readonly releases: readonly { readonly service: WireService; readonly version: string; readonly before: string }[];
  /** Per time bucket. */
  readonly requests: readonly number[];
  readonly errors: readonly number[];
}

export const UNHEALTHY_FROM = 0.01;

export function addUpServices(services: readonly WireService[]): Totals {
  const sum = (figure: (service: WireService) => number): number =>
    services.reduce((total, service) => total + figure(service), 0);
  const requestCount = sum((service) => service.requestCount);
  return {
    ratePerSecond: sum((service) => service.ratePerSecond),
    errorRatio: requestCount > 0 ? sum((service) => service.errorCount) / requestCount : 0,
    serviceCount: services.length,
    unhealthy: services
      .filter((service) => service.errorRatio >= UNHEALTHY_FROM)
      .toSorted((a, b) => b.errorRatio - a.errorRatio),
    releases: services
      .filter((service) => service.versions.length > 1)
      .map((service) => ({ service, version: service.versions[0], before: service.versions[1] })),
    requests: addSeries(services.map((service) => service.series.requests)),
    errors: addSeries(services.map((service) => service.series.errors)),
  };
}

function addSeries(series: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...series.map((values) => values.length));
  return Array.from({ length }, (_, index) => series.reduce((sum, values) => sum + (values[index] ?? 0), 0));
}
