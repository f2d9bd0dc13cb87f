/** The names of all services that sent spans, or metrics that tell of their requests or their state. */
import type { MillisRange, StoreReader } from "../../store/store.ts";
import { SERVICE_LABEL, serviceOfJob } from "./service-of-series.ts";

/** Sorted. */
export async function listServiceNames(
  reader: StoreReader,
  range: MillisRange,
  signal?: AbortSignal,
): Promise<string[]> {
  const nanos = {
    start: BigInt(Math.round(range.start)) * 1_000_000n,
    end: BigInt(Math.round(range.end)) * 1_000_000n,
  };
  const request = { selections: [], range, limit: 0 };
  const [stored, labelled, jobs] = await Promise.all([
    reader.listServices(nanos, signal),
    reader.metrics.labelValues(SERVICE_LABEL, request, signal),
    reader.metrics.labelValues("job", request, signal),
  ]);
  return [...new Set([...stored.map(({ name }) => name), ...labelled, ...jobs.map(serviceOfJob)])].sort();
}
