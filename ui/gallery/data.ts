/** The gallery's data: the mock shop at a fixed moment, so that every visit looks the same. */
import type {
  WireErrorGroups,
  WireExceptionDetail,
  WireExceptionGroups,
  WireExamples,
  WireGoldenDetail,
  WireGoldenSignals,
  WireInfo,
  WireInstances,
  WireLogPatterns,
  WireLogSearch,
  WireOperations,
  WireReleases,
  WireServiceMap,
  WireTraceSearch,
} from "goldspan/contract";
import type { Links } from "../src/model/links.ts";
import { buildTraceView } from "../src/model/trace-view.ts";
import { MockApi } from "../test/kit/mock-api.ts";
import { hueOfShopService } from "../test/kit/mock-red.ts";
import { toOtlpLogs, toOtlpTraces } from "../test/kit/mock-traces.ts";
import { brokenTrace, failedOrderTrace, linkedTrace, nPlusOneTrace } from "../test/kit/special-traces.ts";
import type { ShopTrace } from "../test/kit/trace-generator.ts";

export const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

const api = new MockApi(NOW);
const range = `start=${NOW - 1_800_000}&end=${NOW}`;

export function ask<T>(path: string): T {
  return api.answer(new URL(`http://gallery/api/v1/${path}`), NOW).body as T;
}

export const services = ask<WireGoldenSignals>(`golden?${range}&buckets=40`);
export const payments = ask<WireGoldenDetail>(`golden/payments?${range}&buckets=60`);
export const releases = ask<WireReleases>(`releases?${range}`).releases;
export const aroundPayments = ask<WireServiceMap>(`map?service=payments&${range}`);
export const errorGroups = ask<WireErrorGroups>(`services/payments/errors?${range}&limit=6`);
export const examples = ask<WireExamples>(`services/payments/examples?${range}&limit=4`);
export const instances = ask<WireInstances>(`services/payments/instances?${range}`);
export const map = ask<WireServiceMap>(`map?${range}`);
export const operations = ask<WireOperations>(`services/payments/operations?${range}&buckets=40`);
export const found = ask<WireTraceSearch>(`traces?${range}&limit=60`);
export const logs = ask<WireLogSearch>(`logs?${range}&limit=40`);
export const patterns = ask<WireLogPatterns>(`logs/patterns?${range}&limit=6`);
export const exceptions = ask<WireExceptionGroups>(`exceptions?${range}&limit=5`);
export const exceptionDetail = ask<WireExceptionDetail>(
  `exceptions/${exceptions.groups[0].fingerprint}?${range}&buckets=60`,
);
export const info = ask<WireInfo>("info");

export const hueOf = hueOfShopService;

export const links: Links = {
  traces: () => "#",
  trace: () => "#",
  logs: () => "#",
  exceptions: () => "#",
  exception: () => "#",
  service: () => "#",
  map: () => "#",
  metrics: () => "#",
  alerts: () => "#",
  alert: () => "#",
  difference: () => "#",
  board: () => "#",
  within: () => links,
};

export const views = {
  failed: viewOf(failedOrderTrace(NOW)),
  broken: viewOf(brokenTrace(NOW)),
  repeats: viewOf(nPlusOneTrace(NOW)),
  linked: viewOf(linkedTrace(NOW)),
};

export function huesOf(view: ReturnType<typeof viewOf>): number[] {
  return view.trace.services.map((service) => hueOf(service.name));
}

function viewOf(trace: ShopTrace): ReturnType<typeof buildTraceView> {
  return buildTraceView(trace.traceId, toOtlpTraces(trace), toOtlpLogs(trace));
}
