/** One block held against itself: every section decoded, and the catalogue's row, the operation rows and the signatures against it. */
import type { LogColumns } from "../block/record-columns.ts";
import { logFacts } from "../block/seal-logs.ts";
import { factsOfSpans, spanFacts } from "../block/seal-spans.ts";
import { SealedSpanBlock } from "../block/sealed-span-block.ts";
import type { BlockFacts } from "../block/seal-records.ts";
import { CorruptionError, decodeSection } from "../block/section.ts";
import { attributeHashes, tokenHashes } from "../block/signature-of-block.ts";
import { mayContain, partOf } from "../block/signature.ts";
import { encodeLatency } from "../partition/latency-codec.ts";
import { foldOperations } from "../partition/partition-writer.ts";
import { traceHash } from "../partition/trace-run.ts";
import { decodeLogBlock, decodeSpanBlock } from "./decode-block.ts";
import { chunkParts, type PartitionSurvey, type SurveyedBlock } from "./partition-survey.ts";

export interface Finding {
  /** Below the block: "section hot", "catalogue row"; empty = the block. */
  readonly part: string;
  readonly problem: string;
}

/** @param index hashes the trace index has for the block, in any order; undefined = it could not be read */
export function verifyBlock(survey: PartitionSurvey, block: SurveyedBlock, index: number[] | undefined): Finding[] {
  const findings: Finding[] = [];
  const tryTo = (part: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      findings.push({ part, problem: (error as Error).message });
    }
  };
  const fetch = survey.fetch(block.id);
  for (const { name } of survey.sections(block.id)) tryTo(`section ${name}`, () => void fetch(name));
  for (const { chunk, data } of survey.chunks(block.id))
    tryTo(`chunk ${chunk}`, () => chunkParts(data).forEach(({ bytes }) => decodeSection(bytes)));
  tryTo("attributes signature", () => checkParts(survey, block, "attributes", block.attribute_parts));
  tryTo("tokens signature", () => checkParts(survey, block, "tokens", block.token_parts));
  // What lies deeper can only be looked at when the checksums are right.
  if (findings.length > 0) return findings;
  tryTo("sections", () => {
    const spans = block.signal === "traces" ? decodeSpanBlock(fetch, survey.fetchChunk(block.id)) : undefined;
    const logs = spans ? undefined : decodeLogBlock(fetch);
    const columns = spans ?? logs!;
    const facts = spans ? spanFacts({ ...spans, groupVersions: [] }) : factsOfLogs(logs!, block);
    if (spans) tryTo("chunk facts", () => compareChunks(survey, block));
    tryTo("catalogue row", () => compareRow(block, facts));
    tryTo("stored bytes", () => compareBytes(survey, block));
    const before = findings.length;
    tryTo("operation index", () => compareOperations(survey, block, facts));
    // It is held against the rows, so these must be right.
    if (findings.length === before) tryTo("operation pack", () => comparePack(survey, block));
    tryTo("attributes signature", () => {
      // Of format 1 only the checksum is looked at: the texts of empty members of nested values were others then.
      if (block.attribute_parts === 0) return;
      const hashes = attributeHashes(columns, survey.hashSeed, spans !== undefined).values();
      const lost = countLost(survey, block, "attributes", hashes);
      if (lost > 0) throw new CorruptionError(`it lacks ${lost} of ${hashes.length} attributes`);
    });
    tryTo("tokens signature", () => {
      if (!logs || block.token_parts === 0) return;
      const hashes = tokenHashes(logs, survey.hashSeed).values();
      const lost = countLost(survey, block, "tokens", hashes);
      if (lost > 0) throw new CorruptionError(`it lacks ${lost} of ${hashes.length} words`);
    });
    if (index) tryTo("trace index", () => compareTraces(survey, block, columns.traceIds, index));
  });
  return findings;
}

/** Blocks from before severity texts counted tell errors by the number alone. */
function factsOfLogs(logs: LogColumns, { error_count: stored }: SurveyedBlock): BlockFacts {
  const all = { ...logs, groupVersions: [] };
  const facts = logFacts(all);
  if (facts.errorCount === stored) return facts;
  const byNumber = logFacts(all, logs.severityNumber);
  return byNumber.errorCount === stored ? byNumber : facts;
}

function checkParts(survey: PartitionSurvey, { id }: SurveyedBlock, of: "attributes" | "tokens", count: number): void {
  const parts = survey.parts(id, of);
  if (parts.size !== count) throw new CorruptionError(`it has ${parts.size} parts instead of ${count}`);
  for (const data of parts.values()) decodeSection(data);
}

function compareRow(block: SurveyedBlock, facts: BlockFacts): void {
  const pairs: [string, number, number][] = [
    ["records", block.record_count, facts.recordCount],
    ["traces", block.trace_count, facts.traceCount],
    ["errors", block.error_count, facts.errorCount],
    ["min_time_micros", block.min_time_micros, facts.minTimeMicros],
    ["max_time_micros", block.max_time_micros, facts.maxTimeMicros],
    ["max_duration_micros", block.max_duration_micros, facts.maxDurationMicros],
  ];
  const wrong = pairs.filter(([, stored, actual]) => stored !== actual);
  if (wrong.length > 0)
    throw new CorruptionError(
      wrong.map(([what, stored, actual]) => `${what}: ${stored} instead of ${actual}`).join(", "),
    );
}

/** What a search skips a chunk by must be true of it. */
function compareChunks(survey: PartitionSurvey, { id }: SurveyedBlock): void {
  const block = new SealedSpanBlock(survey.fetch(id), survey.fetchChunk(id));
  for (let n = 0; n < block.partCount; n++) {
    const stored = block.partFacts(n);
    if (!stored) return;
    const part = block.openPart(n);
    const { maxDurationMicros, errorCount } = factsOfSpans(part, 0, part.count);
    part.close();
    if (stored.errorCount !== errorCount)
      throw new CorruptionError(`chunk ${n}: ${stored.errorCount} errors instead of ${errorCount}`);
    if (stored.maxDurationMicros !== maxDurationMicros)
      throw new CorruptionError(`chunk ${n}: longest ${stored.maxDurationMicros} µs instead of ${maxDurationMicros}`);
  }
  const extra = survey.chunks(id).length - block.partCount;
  if (extra > 0) throw new CorruptionError(`there are ${extra} chunks more than it has`);
}

function compareBytes(survey: PartitionSurvey, block: SurveyedBlock): void {
  const chunks = survey.chunks(block.id).reduce((sum, { data }) => sum + data.length, 0);
  const sections = survey.sections(block.id).reduce((sum, { storedBytes }) => sum + storedBytes, chunks);
  const parts = (["attributes", "tokens"] as const).flatMap((of) => [...survey.parts(block.id, of).values()]);
  const actual = parts.reduce((sum, { length }) => sum + length, sections);
  if (actual !== block.stored_bytes) throw new CorruptionError(`${block.stored_bytes} instead of ${actual}`);
}

function compareOperations(survey: PartitionSurvey, block: SurveyedBlock, facts: BlockFacts): void {
  const textOf = (...values: unknown[]) => JSON.stringify(values);
  const stored = survey
    .operations(block.id)
    .map((o) =>
      textOf(
        o.service,
        o.kind,
        o.name,
        o.record_count,
        o.error_count,
        o.min_time_micros,
        o.max_time_micros,
        o.latency.toString("hex"),
      ),
    );
  const actual = foldOperations(facts.operations).map((o) =>
    textOf(
      o.service,
      o.kind,
      o.name,
      o.count,
      o.errorCount,
      o.minTimeMicros,
      o.maxTimeMicros,
      encodeLatency(o.latency).toString("hex"),
    ),
  );
  const known = new Set(stored);
  const missing = actual.filter((text) => !known.has(text)).length;
  if (missing > 0 || stored.length !== actual.length)
    throw new CorruptionError(`${missing} of ${actual.length} rows are missing or wrong, ${stored.length} are there`);
}

/** The pack holds what the index rows hold. */
function comparePack(survey: PartitionSurvey, { id, signal }: SurveyedBlock): void {
  const pack = survey.pack(id);
  if (!pack) return;
  const textOf = (row: (typeof pack)[number]) =>
    `${row.id} ${row.record_count} ${row.error_count} ${row.min_time_micros} ${row.max_time_micros} ${row.latency.toString("hex")}`;
  const stored = signal === "traces" ? survey.operations(id).map(textOf) : [];
  const known = new Set(pack.map(textOf));
  const missing = stored.filter((text) => !known.has(text)).length;
  if (missing > 0 || pack.length !== stored.length)
    throw new CorruptionError(`${missing} of ${stored.length} rows are missing or wrong, ${pack.length} are there`);
}

function countLost(
  survey: PartitionSurvey,
  block: SurveyedBlock,
  of: "attributes" | "tokens",
  hashes: Iterable<number>,
): number {
  let lost = 0;
  const count = of === "attributes" ? block.attribute_parts : block.token_parts;
  const parts = new Map([...survey.parts(block.id, of)].map(([part, data]) => [part, decodeSection(data)]));
  for (const hash of hashes) {
    const holds = mayContain(parts.get(partOf(hash, count)) as Uint8Array, hash);
    if (!holds) lost++;
  }
  return lost;
}

function compareTraces(survey: PartitionSurvey, { id }: SurveyedBlock, traceIds: Uint8Array, index: number[]): void {
  const known = new Set(index);
  let lost = 0;
  const traces = traceIds.length / 16;
  for (let at = 0; at < traceIds.length; at += 16) if (!known.has(traceHash(traceIds, at, survey.hashSeed))) lost++;
  if (lost > 0) throw new CorruptionError(`it lacks ${lost} of the ${traces} traces of block ${id}`);
  if (index.length !== traces) throw new CorruptionError(`it has ${index.length} entries for ${traces} traces`);
}
