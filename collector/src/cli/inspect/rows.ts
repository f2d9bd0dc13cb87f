/** Rows of the tables of `inspect`, and what is said in their cells. */
import type { Signal } from "../../model/signal.ts";
import { CorruptionError, decodeSection } from "../../store/sqlite/block/section.ts";
import { chunkParts, type SurveyedBlock, type SurveyedSection } from "../../store/sqlite/files/partition-survey.ts";
import type { JournalRecord } from "../../store/sqlite/journal/journal-record.ts";
import { countSamples } from "../../store/sqlite/metrics/count-samples.ts";
import { decodeBody } from "../../wire/decode-body.ts";
import { formatBytes, formatMicros, formatMillis, type Cell } from "../format-table.ts";

export const ITEMS: Readonly<Record<Signal, string>> = { traces: "SPANS", logs: "LOGS", metrics: "SAMPLES" };
const KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"];

export function blockRow(partition: string, block: SurveyedBlock): Cell[] {
  return [
    block.id,
    partition.replace(/^partitions\//, ""),
    block.signal,
    block.record_count,
    block.trace_count,
    block.error_count,
    formatMicros(block.min_time_micros),
    formatMicros(block.max_time_micros),
    formatMillis(block.sealed_at_millis),
    formatBytes(block.stored_bytes),
    bytesARecord(block),
    block.replaced_by ?? "",
  ];
}

export function chunkRows(block: SurveyedBlock, chunk: number, data: Buffer): Cell[][] {
  try {
    return chunkParts(data).map(({ name, bytes, ...header }) =>
      sectionRow(
        block,
        { ...header, name: `chunk ${chunk} ${name}`, storedBytes: bytes.length },
        () => void decodeSection(bytes),
      ),
    );
  } catch (error) {
    return [[`chunk ${chunk}`, "", "", formatBytes(data.length), "", "", "", (error as Error).message]];
  }
}

/** @param check throws when the section is damaged */
export function sectionRow(
  block: SurveyedBlock,
  section: Omit<SurveyedSection, "name"> & { readonly name: string },
  check: () => void,
): Cell[] {
  const { name, version, codec, storedBytes, rawBytes } = section;
  return [
    name,
    version,
    codec,
    formatBytes(storedBytes),
    formatBytes(rawBytes),
    ratio(rawBytes, storedBytes),
    (storedBytes / block.record_count).toFixed(1),
    checkOf(check),
  ];
}

function checkOf(check: () => void): string {
  try {
    check();
    return "right";
  } catch (error) {
    if (error instanceof CorruptionError) return error.message;
    throw error;
  }
}

export function countOf(signal: Signal, record: JournalRecord): number | string {
  try {
    if (signal === "metrics") return countSamples(record);
    return decodeBody(signal, record.body, Number.MAX_SAFE_INTEGER).batch.count;
  } catch (error) {
    return (error as Error).message;
  }
}

export function bytesARecord({ stored_bytes, record_count }: SurveyedBlock): string {
  return (stored_bytes / record_count).toFixed(1);
}

export function ratio(raw: number, stored: number): string {
  return `${(raw / Math.max(1, stored)).toFixed(1)}x`;
}

export function kindOf(kind: number): string {
  return kind < 0 ? "logs" : (KINDS[kind] ?? String(kind));
}
