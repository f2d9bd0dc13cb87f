/** Goes through all of a store and names each part that is damaged. Reads only; a collector may be running on it. */
import { decodePiece } from "../pins/pin-pieces.ts";
import { openReadOnly } from "../partition/open-read-only.ts";
import { decodeBody } from "../../../wire/decode-body.ts";
import { digestOf } from "../resend-window.ts";
import { existsSync } from "node:fs";
import { surveySegment } from "./journal-survey.ts";
import { PartitionSurvey } from "./partition-survey.ts";
import { isGone, JOURNALS, readIfThere, type StoreFiles } from "./store-files.ts";
import { countSamples } from "../metrics/count-samples.ts";
import { verifyMetricBlock, verifyPages } from "./verify-metric-block.ts";
import { verifyBlock } from "./verify-block.ts";

export interface Damage {
  /** "partitions/000001.db block 3 section hot". */
  readonly part: string;
  readonly problem: string;
}

export interface Verified {
  partitions: number;
  blocks: number;
  records: number;
  requests: number;
  /** Worth a word, and no damage. */
  readonly notes: string[];
  readonly damage: Damage[];
}

/** @param progress called with what is looked at, and how much of all blocks is done (0 to 1) */
export function verifyStore(files: StoreFiles, progress: (part: string, done: number) => void): Verified {
  const result: Verified = { partitions: 0, blocks: 0, records: 0, requests: 0, notes: [], damage: [] };
  const paths = files.partitions();
  paths.forEach((path, i) => {
    const name = files.nameOf(path);
    const shareOf = (done: number) => (i + done) / (paths.length + 1);
    progress(name, shareOf(0));
    const found: Verified = { ...result, notes: [], damage: [] };
    guard(found, name, () => verifyPartition(path, name, found, (done) => progress(name, shareOf(done))));
    // Retention of a running collector may have dropped it meanwhile: then nothing that was found counts.
    if (!existsSync(path)) return;
    const { notes, damage, ...counts } = found;
    Object.assign(result, counts);
    result.notes.push(...notes);
    result.damage.push(...damage);
  });
  progress("journals", paths.length / (paths.length + 1));
  for (const signal of JOURNALS) verifyJournal(files, signal, result);
  if (existsSync(files.documents)) guard(result, "documents.db", () => verifyDocuments(files.documents, result));
  if (existsSync(files.pins)) guard(result, "pins.db", () => verifyPins(files.pins, result));
  const aside = files.quarantined().length;
  if (aside > 0) result.notes.push(`${aside} files were set aside by a collector and lie in quarantine/`);
  return result;
}

function guard(result: Verified, part: string, verify: () => void): void {
  try {
    verify();
  } catch (error) {
    if (!isGone(error)) result.damage.push({ part, problem: (error as Error).message });
  }
}

function verifyPartition(path: string, name: string, result: Verified, progress: (done: number) => void): void {
  const survey = new PartitionSurvey(path);
  try {
    result.partitions++;
    guard(result, `${name} labels of series`, () => void survey.atOneMoment(() => verifyPages(survey)));
    for (const problem of survey.quickCheck()) result.damage.push({ part: `${name} SQLite file`, problem });
    const { ids, index } = survey.atOneMoment(() => ({
      ids: survey.blocks().map(({ id }) => id),
      index: readTraceIndex(survey, name, result),
    }));
    ids.forEach((id, done) => {
      guard(result, `${name} block ${id}`, () =>
        survey.atOneMoment(() => {
          const block = survey.block(id);
          // Merged into another meanwhile, which is newer than this list: a run that follows sees it.
          if (!block) return;
          result.blocks++;
          if (block.replaced_by === null) result.records += block.record_count;
          const hashes = index === undefined || block.trace_count === 0 ? undefined : (index.get(id) ?? []);
          const findings =
            block.signal === "metrics" ? verifyMetricBlock(survey, block) : verifyBlock(survey, block, hashes);
          for (const { part, problem } of findings)
            result.damage.push({ part: `${name} block ${id} ${part}`, problem });
        }),
      );
      progress((done + 1) / ids.length);
    });
    const { sections, chunks, parts, operations } = survey.orphans();
    if (sections + chunks + parts + operations > 0)
      result.notes.push(
        `${name} holds ${sections} sections, ${chunks} chunks, ${parts} signature parts and ${operations} index rows of no block`,
      );
  } finally {
    survey.close();
  }
}

/** Block -> hashes of its traces; undefined when a part of it is damaged. */
function readTraceIndex(survey: PartitionSurvey, name: string, result: Verified): Map<number, number[]> | undefined {
  const index = new Map<number, number[]>();
  let isWhole = true;
  for (const run of survey.runs()) {
    let entries = 0;
    for (let page = 0; page < run.page_count; page++) {
      try {
        survey.eachTraceEntry(run, page, (hash, block) => {
          entries++;
          const hashes = index.get(block);
          if (hashes) hashes.push(hash);
          else index.set(block, [hash]);
        });
      } catch (error) {
        isWhole = false;
        result.damage.push({
          part: `${name} trace index run ${run.id} page ${page}`,
          problem: (error as Error).message,
        });
      }
    }
    if (isWhole && entries !== run.entry_count)
      result.damage.push({
        part: `${name} trace index run ${run.id}`,
        problem: `${entries} entries instead of ${run.entry_count}`,
      });
  }
  return isWhole ? index : undefined;
}

function verifyPins(path: string, result: Verified): void {
  const db = openReadOnly(path);
  try {
    const problems = db.pragma("quick_check", { simple: true }) as string;
    if (problems !== "ok") result.damage.push({ part: "pins.db SQLite file", problem: problems });
    const pieces = db.prepare("SELECT trace_id, signal, data FROM piece").iterate() as Iterable<PieceRow>;
    for (const { trace_id, signal, data } of pieces)
      guard(
        result,
        `pins.db trace ${trace_id.toString("hex")}`,
        () => void decodePiece(signal === 1 ? "traces" : "logs", data),
      );
  } finally {
    db.close();
  }
}

interface PieceRow {
  trace_id: Buffer;
  signal: number;
  data: Buffer;
}

function verifyJournal(files: StoreFiles, signal: (typeof JOURNALS)[number], result: Verified): void {
  const paths = files.segments(signal);
  paths.forEach((path, i) => {
    const name = files.nameOf(path);
    const bytes = readIfThere(path);
    if (!bytes) return;
    const { records, damage, tailBytes } = surveySegment(path, signal, bytes, i === paths.length - 1);
    for (const problem of damage) result.damage.push({ part: name, problem });
    if (tailBytes > 0)
      result.notes.push(`${name} ends with ${tailBytes} bytes that are no record: being written, or left by a crash`);
    for (const { record } of records) {
      result.requests++;
      guard(result, `${name} record ${record.sequence}`, () => {
        if (signal === "metrics") countSamples(record);
        else decodeBody(signal, record.body, Number.MAX_SAFE_INTEGER);
        if (!Buffer.from(digestOf(signal, record.body)).equals(record.digest))
          throw new Error("its digest is not of its body");
      });
    }
  });
}

function verifyDocuments(path: string, result: Verified): void {
  const db = openReadOnly(path);
  try {
    for (const { integrity_check: problem } of db.pragma("integrity_check(20)") as { integrity_check: string }[])
      if (problem !== "ok") result.damage.push({ part: "documents.db SQLite file", problem });
    for (const { collection, key, value } of db
      .prepare("SELECT collection, key, value FROM document")
      .iterate() as Iterable<{
      collection: string;
      key: string;
      value: string;
    }>)
      guard(result, `documents.db ${collection}/${key}`, () => void JSON.parse(value));
  } finally {
    db.close();
  }
}
