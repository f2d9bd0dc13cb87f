/** An open block of log records -> the sections of a sealed one, and what the catalogue keeps. Layouts: collector/docs/format.md. */
import { compareNanos, nanosToMicros } from "../../../base/nanos.ts";
import { LATENCY_BUCKETS } from "../../../model/latency-histogram.ts";
import { release } from "../../../base/release.ts";
import { NONE } from "../../../model/record-batch.ts";
import { isZero } from "../../../wire/otlp/tags.ts";
import { encodeAttributeIds, EntryNumbering } from "./attribute-codec.ts";
import { encodeBodies } from "./body-codec.ts";
import { ColumnWriter } from "./column-codec.ts";
import { effectiveSeverities } from "./effective-severity.ts";
import { encodeNames, writeTable } from "./names-codec.ts";
import type { OpenLogBlock } from "./open-log-block.ts";
import type { LogColumns } from "./record-columns.ts";
import {
  attributeSignature,
  permute,
  permuteBytes,
  permuteAttributes,
  dictionarySection,
  restSection,
  section,
  stepsWith,
  type BlockFacts,
  type SealedBlock,
  type SealedSection,
  type Step,
} from "./seal-records.ts";
import { distinctVersions } from "./seal-spans.ts";
import { encodeSignature } from "./signature.ts";
import { tokenHashes } from "./signature-of-block.ts";
import { writeTimes } from "./time-codec.ts";

/** What the catalogue files logs under, beside spans' kinds 0 to 5: one row a service. */
export const LOG_OPERATION_KIND = -1;
/** Severity numbers from here on count as errors. */
export const SEVERITY_ERROR = 17;

/** @param betweenSteps as for spans */
export function sealLogs(block: OpenLogBlock, hashSeed: number, betweenSteps = () => {}): SealedBlock {
  const step = stepsWith(betweenSteps);
  const { count } = block;
  const order = orderByGroup(block);
  const group = permute(block.group, order);

  const hot = new ColumnWriter(count * 16 + 1024)
    .u32(count)
    .column(group, count)
    .column(permuteBytes(block.severityNumber, order), count);
  const observedLow = permute(block.observedLow, order);
  const observedHigh = permute(block.observedHigh, order);
  const effectiveLow = permute(block.effectiveLow, order);
  const effectiveHigh = permute(block.effectiveHigh, order);
  const untimed = new Uint8Array(count);
  for (let n = 0; n < count; n++) untimed[n] = (block.timeLow[order[n]] | block.timeHigh[order[n]]) === 0 ? 1 : 0;
  writeTimes(hot, effectiveLow, effectiveHigh, count);
  hot.column(untimed, count).column(permute(block.severityText, order), count);
  writeTable(hot, block.severityTexts);

  // Observed times are close to the times themselves: keep the distance, modulo 2^64.
  const lagLow = new Uint32Array(count);
  const lagHigh = new Uint32Array(count);
  for (let n = 0; n < count; n++) {
    lagLow[n] = observedLow[n] - effectiveLow[n];
    lagHigh[n] = observedHigh[n] - effectiveHigh[n] - (observedLow[n] < effectiveLow[n] ? 1 : 0);
  }

  const { codes, traceIds } = step(() => encodeTraces(block, order));
  const ids = new ColumnWriter(traceIds.length + count * 8).bytes(traceIds);
  const spans = new Uint8Array(count);
  let previous = -1;
  for (let n = 0; n < count; n++) {
    const at = order[n] * 8;
    if (isZero(block.spanIds, at, 8)) continue;
    spans[n] = previous >= 0 && sameId(block.spanIds, previous, at) ? SPAN_SAME : SPAN_OWN;
    if (spans[n] === SPAN_OWN) ids.bytes(block.spanIds, at, 8);
    previous = at;
  }

  const links = new ColumnWriter(count * 8 + 1024)
    .u32(block.traceCount)
    .column(codes, count)
    .column(spans, count)
    .column(lagLow, count)
    .column(lagHigh, count);

  const attributes = permuteAttributes(block.attributes, order);
  const numbering = new EntryNumbering(block.dictionary.size);
  const attributeIds = step(() => encodeAttributeIds(count, attributes, group, block.groups.length, numbering));

  const sealed: SealedBlock = {
    chunks: [],
    sections: [
      step(() => section("hot", hot)),
      step(() => section("ids", ids, false)),
      step(() => section("links", links)),
      bodySection(block, order, step),
      section("names", encodeNames({ groups: block.groups, groupServices: block.groupServices, operations: [] })),
      step(() => section("attributeIds", attributeIds)),
      dictionarySection(block.dictionary, numbering, step),
      step(() => restSection(block, order)),
    ],
    facts: step(() => logFacts(block)),
    traceIds,
    signatures: {
      attributes: attributeSignature(block, hashSeed, false, step),
      tokens: tokenSignature(block, hashSeed, step),
    },
  };
  for (const scratch of [attributes.starts, attributes.ids]) release(scratch);
  numbering.close();
  return sealed;
}

function bodySection(block: OpenLogBlock, order: Uint32Array, step: Step): SealedSection {
  const raw = step(() => encodeBodies(block, order));
  return step(() => section("shapedBody", raw));
}

function tokenSignature(block: OpenLogBlock, hashSeed: number, step: Step): Buffer[] {
  const hashes = step(() => tokenHashes(block, hashSeed));
  return step(() => encodeSignature(hashes));
}

/** Codes of a record's span: 0 = none, an id of its own, or that of the last record with one (a request logs line after line). */
const SPAN_OWN = 1;
export const SPAN_SAME = 2;

function sameId(ids: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < 8; i++) if (ids[a + i] !== ids[b + i]) return false;
  return true;
}

/** Codes of a record's trace: none, the next one that no record had before, or 1 + d = the one that was next d traces ago. */
export const TRACE_NONE = 0;
export const TRACE_NEXT = 1;

/** Traces are numbered anew, in the order of the sealed block: most codes are 0 or 1 then. */
function encodeTraces(block: OpenLogBlock, order: Uint32Array): { codes: Uint32Array; traceIds: Uint8Array } {
  const codes = new Uint32Array(order.length);
  const traceIds = new Uint8Array(block.traceCount * 16);
  const renumbered = new Uint32Array(block.traceCount).fill(NONE);
  let next = 0;
  for (let n = 0; n < order.length; n++) {
    const trace = block.trace[order[n]];
    if (trace === NONE) continue;
    if (renumbered[trace] === NONE) {
      codes[n] = TRACE_NEXT;
      traceIds.set(block.traceIds.subarray(trace * 16, trace * 16 + 16), next * 16);
      renumbered[trace] = next++;
    } else codes[n] = TRACE_NEXT + next - renumbered[trace];
  }
  return { codes, traceIds };
}

/** Like records together (they compress better), in order of arrival within a group. */
function orderByGroup(block: LogColumns): Uint32Array {
  const ends = new Uint32Array(block.groups.length + 1);
  for (let i = 0; i < block.count; i++) ends[block.group[i] + 1]++;
  for (let g = 0; g < block.groups.length; g++) ends[g + 1] += ends[g];
  const order = new Uint32Array(block.count);
  for (let i = 0; i < block.count; i++) order[ends[block.group[i]]++] = i;
  return order;
}

/** @param severities what errors are told by */
export function logFacts(
  block: LogColumns & { readonly groupVersions: readonly (string | undefined)[] },
  severities: Uint8Array = effectiveSeverities(block),
): BlockFacts {
  const services = new Map<string, { count: number; errorCount: number; first: number; last: number }>();
  const before = (a: number, b: number) =>
    compareNanos(block.effectiveLow[a], block.effectiveHigh[a], block.effectiveLow[b], block.effectiveHigh[b]) < 0;
  for (let i = 0; i < block.count; i++) {
    const name = block.groupServices[block.group[i]];
    let service = services.get(name);
    if (!service) services.set(name, (service = { count: 0, errorCount: 0, first: i, last: i }));
    service.count++;
    if (severities[i] >= SEVERITY_ERROR) service.errorCount++;
    if (before(i, service.first)) service.first = i;
    if (before(service.last, i)) service.last = i;
  }
  const micros = (i: number) =>
    Math.min(Number.MAX_SAFE_INTEGER, nanosToMicros(block.effectiveLow[i], block.effectiveHigh[i]));
  const operations = Array.from(services, ([service, { count, errorCount, first, last }]) => ({
    service,
    kind: LOG_OPERATION_KIND,
    name: "",
    count,
    errorCount,
    minTimeMicros: micros(first),
    maxTimeMicros: micros(last),
    latency: new Uint32Array(LATENCY_BUCKETS),
  }));
  return {
    recordCount: block.count,
    traceCount: block.traceCount,
    errorCount: operations.reduce((sum, { errorCount }) => sum + errorCount, 0),
    minTimeMicros: Math.min(...operations.map((o) => o.minTimeMicros)),
    maxTimeMicros: Math.max(...operations.map((o) => o.maxTimeMicros)),
    maxDurationMicros: 0,
    operations,
    versions: distinctVersions(block),
  };
}
