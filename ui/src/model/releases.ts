/** Which version of each service took part in a trace: the root's first, then those that failed, then the others. */
import { findAttribute } from "./any-value.ts";
import { mainRoot, serviceOf, SpanFlag, type Trace } from "./trace.ts";

export interface Release {
  readonly service: string;
  readonly version: string;
}

export function listReleases(trace: Trace): Release[] {
  const weights = new Map<string, Release & { weight: number }>();
  const root = mainRoot(trace);
  for (let row = 0; row < trace.count; row++) {
    const version = findAttribute(trace.sources[row]?.resource?.attributes, "service.version");
    if (!version) continue;
    const service = serviceOf(trace, row);
    const weight = row === root ? 2 : trace.flags[row] & SpanFlag.error ? 1 : 0;
    const key = `${service} ${version}`;
    const known = weights.get(key);
    if (!known || known.weight < weight) weights.set(key, { service, version, weight });
  }
  return [...weights.values()]
    .sort((a, b) => b.weight - a.weight)
    .map(({ service, version }) => ({ service, version }));
}
