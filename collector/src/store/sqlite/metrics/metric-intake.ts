/** The open samples, from requests to a sealed block. What a sample's series makes of it is known once it is in the head: it is part of the answer. */
import type { MetricBatch } from "../../../model/metric-batch.ts";
import type { RejectionReason } from "../../../wire/metrics/sample-rejections.ts";
import type { MetricAppendOutcome } from "../../store.ts";
import { GroupCommit, type GroupCommitParts, type Published, type SealFacts } from "../group-commit.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import type { MetricHead } from "./metric-head.ts";

const DUPLICATE: MetricAppendOutcome = { outcome: "duplicate", rejected: 0, message: "" };

export interface MetricIntakeParts extends Omit<GroupCommitParts, "signal"> {
  readonly head: MetricHead;
  readonly onSeal: (samples: number, bytes: number, millis: number) => void;
  readonly onRejected: (reason: RejectionReason, count: number) => void;
}

export class MetricIntake extends GroupCommit<MetricBatch, MetricAppendOutcome> {
  protected readonly nothing: MetricAppendOutcome = { outcome: "stored", rejected: 0, message: "" };
  readonly #samples: MetricIntakeParts;

  constructor(parts: MetricIntakeParts) {
    super({ ...parts, signal: "metrics" });
    this.#samples = parts;
  }

  protected get open(): MetricHead {
    return this.#samples.head;
  }

  protected isEmpty(batch: MetricBatch): boolean {
    return batch.bytes.length === 0;
  }

  protected recordOf({ received, bytes, format }: MetricBatch): Pick<JournalRecord, "body" | "format"> {
    return { body: received ?? { bytes, encoding: "protobuf", compression: "none" }, format };
  }

  protected publish(batch: MetricBatch): Published<MetricAppendOutcome> {
    const { head, onRejected, log } = this.#samples;
    const published = (rejected: number, message: string): Published<MetricAppendOutcome> => ({
      outcome: { outcome: "stored", rejected, message },
      isWhole: rejected === 0,
    });
    try {
      const { rejected, message, reasons } = head.append(batch);
      for (const [reason, count] of reasons) onRejected(reason, count);
      return published(rejected, message);
    } catch (error) {
      // Receivers check what they take: a component of this process made it.
      log.error("cannot decode a metrics request: what stands behind the malformed place is left out", { error });
      return published(batch.count, (error as Error).message);
    }
  }

  protected resent(first: MetricAppendOutcome = DUPLICATE): MetricAppendOutcome {
    return first.rejected > 0 ? first : DUPLICATE;
  }

  protected write(facts: SealFacts): (millis: number) => void {
    const { head, partitions, onSeal } = this.#samples;
    const write = () => {
      const partition = partitions.partitionFor(facts.sealedAtMillis);
      const seal = head.seal(partition.path, partition.metrics.lastSeriesId);
      return partitions.insertMetrics({ ...facts, ...seal }) ? seal : undefined;
    };
    const seal = write() ?? write();
    if (!seal) throw new Error("cannot seal: a new partition is damaged at once");
    head.sealed(seal, facts.sealedAtMillis);
    const { block } = seal;
    const bytes = block.chunks.reduce((sum, { length }) => sum + length, block.directory.length);
    return (millis) => onSeal(block.sampleCount, bytes, millis);
  }
}
