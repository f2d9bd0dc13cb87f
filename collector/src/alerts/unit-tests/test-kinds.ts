/** Rules of Goldspan's kinds in unit tests: those that need series alone, over the test's series. */
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import { RuleError } from "../evaluate/rule-sample.ts";
import { RuleKinds } from "../kinds/rule-kinds.ts";
import type { KindSource } from "../rules/rule-source.ts";
import type { MetricReader, StoreReader } from "../../store/store.ts";

export type KindMetrics = Pick<MetricReader, "selectSeries" | "findSeries" | "labelValues">;

/** Rules that need spans, logs or exceptions fail. */
export function findInSeries(metrics: KindMetrics): FindSamples {
  const reader = {
    metrics,
    documents: { get: async () => undefined, list: async () => [] },
    dataRange: async () => undefined,
    reportStorage: async () => ({ signals: [] }),
  };
  const { find } = new RuleKinds({ reader: reader as unknown as StoreReader });
  return async (rule, timeMillis) => {
    const needed = neededBy(rule.source);
    if (needed === undefined) return find(rule, timeMillis);
    throw new RuleError(`cannot test ${rule.source.kind} here: it needs ${needed}, and tests have series alone`);
  };
}

function neededBy(source: KindSource): string | undefined {
  if (source.kind === "logs" || (source.kind === "absence" && source.of.type === "logs")) return "log records";
  if (source.kind === "traces") return "spans";
  return source.kind === "new_error" ? "exceptions" : undefined;
}
