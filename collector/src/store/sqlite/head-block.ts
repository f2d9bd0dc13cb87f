/** The open block of spans or of log records, from requests to a sealed block. */
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { ReceivedBody } from "../../model/signal.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import type { AppendOutcome } from "../store.ts";
import type { OpenRecords } from "./block/open-records.ts";
import { releaseSealed, type SealedBlock } from "./block/seal-records.ts";
import { GroupCommit, type GroupCommitParts, type Published, type SealFacts } from "./group-commit.ts";

export interface HeadBlockParts<B> extends GroupCommitParts {
  readonly signal: "traces" | "logs";
  readonly block: OpenRecords;
  readonly publish: (batch: B) => void;
  readonly seal: (hashSeed: number) => SealedBlock;
  /** The block is on disk and is emptied next. */
  readonly beforeClear?: () => void;
  readonly onSeal: (block: SealedBlock, millis: number) => void;
}

const STORED: Published<AppendOutcome> = { outcome: "stored", isWhole: true };

export class HeadBlock<B extends SpanBatch | LogBatch> extends GroupCommit<B, AppendOutcome> {
  protected readonly nothing = "stored";
  readonly #head: HeadBlockParts<B>;

  constructor(parts: HeadBlockParts<B>) {
    super(parts);
    this.#head = parts;
  }

  protected get open(): OpenRecords {
    return this.#head.block;
  }

  protected isEmpty(batch: B): boolean {
    return batch.count === 0;
  }

  protected recordOf(batch: B): { body: ReceivedBody } {
    return { body: batch.received ?? encode(batch) };
  }

  protected publish(batch: B): Published<AppendOutcome> {
    this.#head.publish(batch);
    return STORED;
  }

  protected resent(): AppendOutcome {
    return "duplicate";
  }

  protected write(facts: SealFacts): (millis: number) => void {
    const { block, partitions, seal, signal, onSeal, beforeClear, betweenSteps } = this.#head;
    // Once more where the partition turned out to be damaged: into a new one, which hashes otherwise.
    const write = () => {
      const sealed = seal(partitions.hashSeed(facts.sealedAtMillis));
      betweenSteps();
      return partitions.insert({ ...facts, signal, sealed }) ? sealed : undefined;
    };
    const sealed = write() ?? write();
    if (!sealed) throw new Error("cannot seal: a new partition is damaged at once");
    beforeClear?.();
    block.clear();
    return (millis) => {
      onSeal(sealed, millis);
      releaseSealed(sealed);
    };
  }
}

function encode(batch: SpanBatch | LogBatch): ReceivedBody {
  const bytes = batch.signal === "traces" ? encodeTraces([batch]) : encodeLogs([batch]);
  return { bytes, encoding: "protobuf", compression: "none" };
}
