/** Keys of the exceptions connector. */
import { boolean, durationMillis, integer, object, string, type ConfigOf } from "../../component/config-schema.ts";

export const config = object({
  storage: string({
    default: "storage",
    doc: 'id of the storage extension that remembers the fingerprints; "" = only what this process has seen',
  }),
  error_logs: boolean({
    default: true,
    doc: "log records of level error and fatal that have no exception attributes count by the pattern of their message",
  }),
  max_fingerprints: integer({
    default: 5000,
    min: 1,
    max: 100_000,
    doc: "remembered in all, 1 KB each; beyond them those that were not seen for longest are forgotten",
  }),
  max_fingerprints_per_service: integer({
    default: 1000,
    min: 1,
    doc: "of one service; what is beyond is counted in one series with the label otel.metric.overflow",
  }),
  metrics_flush_interval: durationMillis({ default: "5s", doc: "0 = after every batch" }),
  metrics_expiration: durationMillis({
    default: "15m",
    doc: "a series ends when nothing was counted in it for so long; 0 = never",
  }),
});

export type Config = ConfigOf<typeof config>;
