/**
 * Everything a store holds of a signal, in batches of a few hundred records, also beside a running collector: what was acknowledged
 * before the export began is in it, once. Newest partition first, so that its moment is held for a short time only; in no order within.
 *
 * The journal is read first, then the catalogue: a request that was sealed in between is in a block that is read, and left out of the
 * journal by its sequence. Memory is bounded by the journal's unsealed part and one block.
 */
import { existsSync } from "node:fs";
import { decodeBody } from "../../../wire/decode-body.ts";
import type { BatchOf } from "../../../model/batch.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { EVERY_LOG, type LogCondition } from "../../../model/log-condition.ts";
import type { Signal } from "../../../model/signal.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import type { TimeRange } from "../../store.ts";
import { logBatchOf, spanBatchOf } from "../block/batch-of-records.ts";
import { matchSpans } from "../block/match-spans.ts";
import { OpenLogBlock } from "../block/open-log-block.ts";
import { OpenSpanBlock } from "../block/open-span-block.ts";
import type { LogColumns, SpanColumns } from "../block/record-columns.ts";
import { SealedLogBlock } from "../block/sealed-log-block.ts";
import { SealedSpanBlock } from "../block/sealed-span-block.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { matchLogs } from "../logs/match-logs.ts";
import { surveySegment } from "./journal-survey.ts";
import { PartitionSurvey, type SurveyedBlock } from "./partition-survey.ts";
import { isGone, readIfThere, type StoreFiles } from "./store-files.ts";

export interface ExportFilter {
  /** Of a span's start, or a log's time; both ends inclusive. */
  readonly range: TimeRange;
  readonly service?: string;
}

export interface ExportProgress {
  /** Records that were looked at, and of how many; the latter may grow. */
  done: number;
  total: number;
}

const RECORDS_A_BATCH = 500;

export interface ExportSource<B> {
  readonly progress: ExportProgress;
  /** @param onDamage a part that cannot be read is left out */
  batches(onDamage: (part: string, problem: string) => void): Generator<B>;
}

export function exportRecords<S extends "traces" | "logs">(
  files: StoreFiles,
  signal: S,
  filter: ExportFilter,
): ExportSource<BatchOf[S]> {
  const progress = { done: 0, total: 0 };
  function* batches(onDamage: (part: string, problem: string) => void): Generator<SpanBatch | LogBatch> {
    const journaled = readJournal(files, signal);
    let covered = 0;
    const surveys: PartitionSurvey[] = [];
    const paths = files.partitions().reverse();
    try {
      // The newest is the one that merges change: it is read as it is now, before any other.
      for (const path of paths) {
        try {
          const survey = new PartitionSurvey(path);
          if (surveys.push(survey) === 1) survey.holdMoment();
          covered = Math.max(covered, survey.covered(signal));
        } catch (error) {
          if (!isGone(error)) onDamage(files.nameOf(path), (error as Error).message);
        }
      }
      const blocks = surveys.map((survey) => candidates(survey, signal, filter));
      const open = withoutResends(journaled.filter(({ sequence }) => sequence > covered));
      progress.total = blocks.flat().reduce((sum, { record_count }) => sum + record_count, 0);
      for (const [i, survey] of surveys.entries()) {
        for (const block of blocks[i]) {
          // What retention drops meanwhile is expired, and no damage.
          const report = (part: string, problem: string) => existsSync(survey.path) && onDamage(part, problem);
          yield* guarded(`${files.nameOf(survey.path)} block ${block.id}`, report, () =>
            signal === "traces"
              ? spansOf(new SealedSpanBlock(survey.fetch(block.id), survey.fetchChunk(block.id)), filter)
              : logsOf(new SealedLogBlock(survey.fetch(block.id)), filter),
          );
          progress.done += block.record_count;
        }
        survey.close();
      }
      for (const record of open) {
        yield* guarded(`journal record ${record.sequence}`, onDamage, () => {
          const { batch } = decodeBody(signal, record.body, Number.MAX_SAFE_INTEGER);
          return batch.signal === "traces" ? spansOf(openSpans(batch), filter) : logsOf(openLogs(batch), filter);
        });
      }
    } finally {
      for (const survey of surveys) survey.close();
    }
  }
  return { progress, batches: batches as unknown as ExportSource<BatchOf[S]>["batches"] };
}

/** Live blocks that may hold a record of the range, oldest first. */
function candidates(survey: PartitionSurvey, signal: "traces" | "logs", { range }: ExportFilter): SurveyedBlock[] {
  const [first, last] = [Number(range.start / 1000n), Number(range.end / 1000n)];
  return survey
    .blocks()
    .filter(
      (block) =>
        block.signal === signal &&
        block.replaced_by === null &&
        block.max_time_micros >= Math.min(first, Number.MAX_SAFE_INTEGER) &&
        block.min_time_micros <= last,
    );
}

/** A block's records, or none when one of its sections is damaged. */
function* guarded(
  part: string,
  onDamage: (part: string, problem: string) => unknown,
  read: () => Generator<SpanBatch | LogBatch>,
): Generator<SpanBatch | LogBatch> {
  try {
    yield* read();
  } catch (error) {
    onDamage(part, (error as Error).message);
  }
}

function* spansOf(columns: SpanColumns, filter: ExportFilter): Generator<SpanBatch> {
  const records = matchSpans(columns, filter);
  for (let at = 0; at < records.length; at += RECORDS_A_BATCH)
    yield spanBatchOf(columns, records.slice(at, at + RECORDS_A_BATCH), "full");
}

function* logsOf(columns: LogColumns, filter: ExportFilter): Generator<LogBatch> {
  const records = matchLogs(columns, { range: filter.range, condition: serviceCondition(filter.service) }, false);
  for (let at = 0; at < records.length; at += RECORDS_A_BATCH)
    yield logBatchOf(columns, records.slice(at, at + RECORDS_A_BATCH));
}

function serviceCondition(service: string | undefined): LogCondition {
  return service === undefined
    ? EVERY_LOG
    : { kind: "field", field: { kind: "service" }, test: { kind: "equals", text: service } };
}

function openSpans(batch: SpanBatch): OpenSpanBlock {
  const block = new OpenSpanBlock(1);
  block.appendSpans(batch);
  return block;
}

function openLogs(batch: LogBatch): OpenLogBlock {
  const block = new OpenLogBlock(1);
  block.appendLogs(batch);
  return block;
}

/** A request that was refused when its sync failed may lie there twice. */
function withoutResends(records: readonly JournalRecord[]): JournalRecord[] {
  const byDigest = new Map(records.map((record) => [Buffer.from(record.digest).toString("hex"), record]));
  return [...byDigest.values()];
}

/** All records of a journal, as they lie there now. */
export function readJournal(files: StoreFiles, signal: Signal): JournalRecord[] {
  const paths = files.segments(signal);
  return paths.flatMap((path, i) => {
    const bytes = readIfThere(path);
    return bytes ? surveySegment(path, signal, bytes, i === paths.length - 1).records.map(({ record }) => record) : [];
  });
}
