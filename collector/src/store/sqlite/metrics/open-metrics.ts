/** Opens the writing side of metrics: what recent blocks tell of series, then what the journal holds that no block covers. */
import { decodeBody } from "../../../wire/decode-body.ts";
import type { MetricBatch } from "../../../model/metric-batch.ts";
import type { RejectionReason } from "../../../wire/metrics/sample-rejections.ts";
import type { StoreLog } from "../../store.ts";
import type { DataDirectory } from "../data-directory.ts";
import type { SealLimits } from "../head-block.ts";
import { Journal } from "../journal/journal.ts";
import type { JournalFiles } from "../journal/journal-files.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { replayJournal } from "../journal/replay.ts";
import type { Partitions } from "../partitions.ts";
import type { ResendWindow } from "../resend-window.ts";
import type { MetricHead } from "./metric-head.ts";
import { MetricIntake } from "./metric-intake.ts";
import { restoreSeries } from "./restore-series.ts";

/** Two minutes of 15-second scrapes are 8 samples a series. The bytes are a share of the memory budget. */
export const METRIC_SEAL: SealLimits = { records: 1_000_000, bytes: 32 * 1024 * 1024, ageMillis: 120_000 };

export interface OpenMetricsOptions {
  readonly head: MetricHead;
  readonly directory: DataDirectory;
  readonly partitions: Partitions;
  readonly window: ResendWindow;
  readonly limits: SealLimits;
  readonly now: () => number;
  readonly log: StoreLog;
  readonly files: JournalFiles | undefined;
  readonly onDamage: (() => void) | undefined;
  readonly onSeal: (samples: number, bytes: number, millis: number) => void;
  readonly onRejected: ((reason: RejectionReason, count: number) => void) | undefined;
}

export function openMetrics(options: OpenMetricsOptions): MetricIntake {
  const { head, directory, partitions, log, now, onDamage } = options;
  restoreSeries(head, partitions.paths, now(), log);
  const path = directory.journal("metrics");
  const covered = partitions.covered.metrics;
  const queue: JournalRecord[] = [];
  const found = replayJournal(path, "metrics", covered, (record) => queue.push(record));
  const journal = new Journal(
    path,
    "metrics",
    Math.max(covered, found.lastSequence) + 1,
    found.segments,
    options.files,
  );
  journal.drop(covered);
  const { onRejected = () => {}, ...rest } = options;
  const intake = new MetricIntake({ ...rest, journal, onRejected });
  for (const record of queue) {
    const { sequence, digest } = record;
    try {
      intake.replay(batchOf(record), sequence, digest);
    } catch (error) {
      log.error("cannot decode a journaled request: it is left out", { signal: "metrics", sequence, error });
    }
  }
  // What was saved from a damaged segment must be on disk elsewhere before the segment goes.
  if (found.damaged.length > 0) intake.seal();
  for (const { path: damaged, reason } of new Map(found.damaged.map((damage) => [damage.path, damage])).values()) {
    onDamage?.();
    log.error("cannot read all of a journal segment: it was set aside and the rest is served", {
      file: damaged,
      moved_to: directory.quarantine(damaged),
      reason,
    });
  }
  if (found.replayed > 0 || found.tornBytes > 0) {
    log.info("recovered the journal", {
      signal: "metrics",
      requests: found.replayed,
      covered: found.covered,
      torn_bytes: found.tornBytes,
    });
  }
  return intake;
}

/** A journaled request as it came in. @throws DecodeError */
export function batchOf({ body, format }: JournalRecord): MetricBatch {
  if (format === "remote_write") return { signal: "metrics", format, bytes: body.bytes, count: 0 };
  const { batch } = decodeBody("metrics", body, Number.MAX_SAFE_INTEGER);
  return { ...batch, received: undefined };
}
