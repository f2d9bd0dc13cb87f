/** The figures above the services: everything added up. In: golden signals; out: rates, shares and who needs looking at. Pure. */
import type { WireGoldenService, WireReleases } from "goldspan/contract";

export interface Totals {
  readonly ratePerSecond: number;
  /** 0 to 1. */
  readonly errorRatio: number;
  readonly serviceCount: number;
  /** Services that aren't well, worst first, each with its first reason. */
  readonly unhealthy: readonly {
    readonly service: WireGoldenService;
    readonly reason: string;
    readonly bad: boolean;
  }[];
  /** Per time bucket. */
  readonly rates: readonly number[];
  readonly errorRatios: readonly (number | null)[];
}

export function addUpServices(services: readonly WireGoldenService[]): Totals {
  const sum = (figure: (service: WireGoldenService) => number): number =>
    services.reduce((total, service) => total + figure(service), 0);
  const ratePerSecond = sum((service) => service.ratePerSecond ?? 0);
  const failed = sum((service) => (service.ratePerSecond ?? 0) * (service.errorRatio ?? 0));
  const buckets = Math.max(0, ...services.map(({ series }) => series.ratePerSecond.length));
  const rates = Array.from({ length: buckets }, (_, index) => sum(({ series }) => series.ratePerSecond[index] ?? 0));
  return {
    ratePerSecond,
    errorRatio: ratePerSecond > 0 ? failed / ratePerSecond : 0,
    serviceCount: services.length,
    unhealthy: services
      .filter(({ health }) => health.level !== "ok")
      .toSorted((a, b) => b.health.score - a.health.score)
      .map((service) => ({
        service,
        reason: service.health.reasons[0]?.text ?? "",
        bad: service.health.level === "bad",
      })),
    rates,
    errorRatios: rates.map((rate, index) => {
      const errors = sum(({ series }) => (series.ratePerSecond[index] ?? 0) * (series.errorRatio[index] ?? 0));
      return rate > 0 ? errors / rate : null;
    }),
  };
}

/** Releases as marks over time, the newest of each service's version once. */
export function releaseMarks(
  releases: WireReleases["releases"],
  withService: boolean,
): { at: number; label: string }[] {
  return releases.map(({ service, version, atMillis }) => ({
    at: atMillis,
    label: withService ? `${service} ${version}` : version,
  }));
}
