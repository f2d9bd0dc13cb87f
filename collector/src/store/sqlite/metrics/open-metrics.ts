/** Opens the writing side of metrics: what recent blocks tell of series, then what the journal holds that no block covers. */
import { decodeBody } from "../../../wire/decode-body.ts";
import type { MetricBatch } from "../../../model/metric-batch.ts";
import type { SealLimits } from "../group-commit.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { recover, type RecoverOptions } from "../journal/recover.ts";
import { MetricIntake, type MetricIntakeParts } from "./metric-intake.ts";
import { restoreSeries } from "./restore-series.ts";

/** Two minutes of 15-second scrapes are 8 samples a series. The bytes are a share of the memory budget. */
export const METRIC_SEAL: SealLimits = { records: 1_000_000, bytes: 32 * 1024 * 1024, ageMillis: 120_000 };

export type OpenMetricsOptions = Omit<MetricIntakeParts, "journal"> &
  Pick<RecoverOptions<MetricBatch, MetricIntake>, "directory" | "journal" | "onDamage">;

export function openMetrics(options: OpenMetricsOptions): MetricIntake {
  const { head, partitions, log, now } = options;
  restoreSeries(head, partitions.state.partitions, now(), log);
  return recover({
    ...options,
    signal: "metrics",
    decode: batchOf,
    open: (journal) => new MetricIntake({ ...options, journal }),
  });
}

/** A journaled request as it came in. @throws DecodeError */
export function batchOf({ body, format }: JournalRecord): MetricBatch {
  if (format === "remote_write") return { signal: "metrics", format, bytes: body.bytes, count: 0 };
  const { batch } = decodeBody("metrics", body, Number.MAX_SAFE_INTEGER);
  return { ...batch, received: undefined };
}
