/**
 * The keys of the Collector's memory_limiter
 * (https://github.com/open-telemetry/opentelemetry-collector/blob/main/processor/memorylimiterprocessor/README.md). Unlike there, all
 * have a usable default.
 */
import { durationMillis, integer, object, type ObjectOf } from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";

const fields = {
  check_interval: durationMillis({ default: "1s", doc: "time between measurements" }),
  limit_mib: integer({ default: 0, min: 0, doc: "hard limit in MiB; 0 = limit_percentage counts" }),
  spike_limit_mib: integer({
    default: 0,
    min: 0,
    doc: "how far below limit_mib the soft limit lies; 0 = 20 % of limit_mib",
  }),
  limit_percentage: integer({
    default: 0,
    min: 0,
    max: 100,
    doc: "hard limit in percent of the container's or machine's memory; 0 = 80 where limit_mib is 0 as well",
  }),
  spike_limit_percentage: integer({
    default: 0,
    min: 0,
    max: 100,
    doc: "how far below limit_percentage the soft limit lies, in percent of all memory; 0 = a fifth of limit_percentage",
  }),
  min_gc_interval_when_soft_limited: durationMillis({
    default: "10s",
    doc: "shortest time between garbage collections that are forced above the soft limit",
  }),
  min_gc_interval_when_hard_limited: durationMillis({ default: "0s", doc: "the same above the hard limit" }),
  max_gc_interval_when_soft_limited: ignored("forced garbage collections keep their distance"),
  max_gc_interval_when_hard_limited: ignored("forced garbage collections keep their distance"),
};

export type MemoryLimiterConfig = ObjectOf<typeof fields>;

export const memoryLimiterConfig = object(fields, {
  check(config, fail) {
    if (config.check_interval <= 0) fail("check_interval", "must be greater than zero", "write 1s");
    if (config.limit_mib > 0 && config.spike_limit_mib >= config.limit_mib)
      fail("spike_limit_mib", `must be smaller than limit_mib (${config.limit_mib})`);
    const percentage = config.limit_percentage || DEFAULT_PERCENTAGE;
    if (config.spike_limit_percentage >= percentage)
      fail("spike_limit_percentage", `must be smaller than limit_percentage (${percentage})`);
    if (config.min_gc_interval_when_soft_limited < config.min_gc_interval_when_hard_limited)
      fail("min_gc_interval_when_soft_limited", "must not be smaller than min_gc_interval_when_hard_limited");
  },
});

const DEFAULT_PERCENTAGE = 80;
/** As in the Collector: the soft limit is 20 % below the hard one. */
const DEFAULT_SPIKE_SHARE = 0.2;
const MIB = 1024 * 1024;

/** Above `soft` data is refused; above `hard` memory is cleaned up as often as it may be. In bytes. */
export interface MemoryLimits {
  readonly soft: number;
  readonly hard: number;
}

export function limitsOf(config: MemoryLimiterConfig, totalBytes: number): MemoryLimits {
  if (config.limit_mib > 0) {
    const hard = config.limit_mib * MIB;
    return { hard, soft: hard - (config.spike_limit_mib * MIB || hard * DEFAULT_SPIKE_SHARE) };
  }
  const percent = totalBytes / 100;
  const hard = (config.limit_percentage || DEFAULT_PERCENTAGE) * percent;
  return { hard, soft: hard - (config.spike_limit_percentage * percent || hard * DEFAULT_SPIKE_SHARE) };
}
