import { describe, expect, it } from "vitest";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { SpanIdentities } from "../../../model/span-identity.ts";
import { traceIdOf, tracesRequest } from "../../../../test/kit/simple-otlp.ts";
import { spansOf } from "../../../../test/kit/stores.ts";
import { spansOfPart } from "../head.ts";
import { spanMatcher } from "./match-spans.ts";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../../../test/kit/oracle.ts";
import { Random } from "../../../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../../../test/kit/random-otlp.ts";
import { encodeLogs, encodeTraces } from "../../../wire/otlp/encode-batch.ts";
import { scanLogs } from "../../../wire/otlp/scan-logs.ts";
import { scanTraces } from "../../../wire/otlp/scan-traces.ts";
import { logBatchOf, spanBatchOf } from "./batch-of-records.ts";
import { OpenLogBlock } from "./open-log-block.ts";
import { OpenSpanBlock } from "./open-span-block.ts";
import { sealLogs } from "./seal-logs.ts";
import type { SealedBlock } from "./seal-records.ts";
import { sealSpans } from "./seal-spans.ts";
import { SealedLogBlock } from "./sealed-log-block.ts";
import { SealedSpanBlock, type FetchSection } from "./sealed-span-block.ts";
import { decodeSection } from "./section.ts";
import { SECTION } from "./section-kinds.ts";

const fetchFrom = (sealed: SealedBlock) =>
  ((name: keyof typeof SECTION, isOptional?: true) => {
    const found = sealed.sections.find(({ kind }) => kind === SECTION[name]);
    if (!found && isOptional) return undefined;
    if (!found) throw new Error(`no section ${name}`);
    return decodeSection(Buffer.from(found.data));
  }) as FetchSection;
/** Of copies: what is read is the reader's own. */
const openSealed = (sealed: SealedBlock) =>
  new SealedSpanBlock(fetchFrom(sealed), (n) => Buffer.from(sealed.chunks[n].data));

const EVER = { start: 0n, end: 2n ** 64n - 1n };
const all = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("a block of spans", () => {
  it("gives back every span exactly, open and sealed, over several lives of the same open block", () => {
    const open = new OpenSpanBlock(5);
    for (let seed = 1; seed <= 25; seed++) {
      open.clear();
      const expected: string[] = [];
      for (let request = 0; request < 3; request++) {
        const bytes = oracleEncode("traces", randomTraces(new Random(seed * 10 + request), { records: 60 }));
        expected.push(...canonicalRecords(oracleDecode("traces", bytes)));
        open.appendSpans(scanTraces(bytes).batch);
      }
      expected.sort();
      const fromOpen = encodeTraces([spanBatchOf(open, all(open.count), "full")]);
      expect(canonicalRecords(oracleDecode("traces", fromOpen)), `open, seed ${seed}`).toEqual(expected);
      const sealed = openSealed(sealSpans(open, 5));
      const fromSealed = encodeTraces([spanBatchOf(sealed, all(sealed.count), "full")]);
      expect(canonicalRecords(oracleDecode("traces", fromSealed)), `sealed, seed ${seed}`).toEqual(expected);
    }
  });
});

describe("chunks of a block of spans", () => {
  /** Traces of these sizes, numbered from 1, a request each; ids ascend, durations are given in ms. */
  const sealedOf = (sizes: readonly number[], durations: (trace: number, span: number) => number = () => 1) => {
    const open = new OpenSpanBlock(5);
    sizes.forEach((size, t) => {
      const spans = Array.from({ length: size }, (_, n) => ({
        trace: t + 1,
        id: n + 1,
        parent: n === 0 ? undefined : n % 7 === 0 ? 99_999 : 1 + (n >> 1),
        service: `s${n % 3}`,
        name: `op ${n % 5}`,
        start: t * 1000 + n,
        durationMs: durations(t, n),
        error: t === 1 && n === 0,
        attributes: { shared: `v${n % 11}`, own: `trace ${t + 1}`, single: `span ${t} ${n}` },
      }));
      open.appendSpans(spansOf(tracesRequest(...spans)));
    });
    return { open, block: openSealed(sealSpans(open, 5)) };
  };
  const textsOf = (batches: SpanBatch[]) => canonicalRecords(oracleDecode("traces", encodeTraces(batches)));
  const partSizes = (block: SealedSpanBlock) =>
    all(block.partCount).map((n) => {
      const part = block.openPart(n);
      const { count } = part;
      part.close();
      return count;
    });

  it("hold whole traces, some thousand spans each, and a large trace one for itself", () => {
    expect(partSizes(sealedOf([1, 1]).block)).toEqual([2]);
    expect(partSizes(sealedOf([600, 600, 600]).block)).toEqual([1200, 600]);
    expect(partSizes(sealedOf([10, 5000, 10, 1000, 1100]).block)).toEqual([10, 5000, 1010, 1100]);
  });

  it("give together what the block gives as a whole", () => {
    const { open, block } = sealedOf([300, 700, 40, 2500, 1000, 1, 1, 90]);
    const expected = textsOf([spanBatchOf(open, all(open.count), "full")]);
    expect(textsOf([spanBatchOf(block, all(block.count), "full")])).toEqual(expected);
    const parts = all(block.partCount).map((n) => {
      const part = block.openPart(n);
      const batch = spanBatchOf(part, all(part.count), "full");
      part.close();
      return batch;
    });
    expect(block.partCount).toBe(3);
    expect(textsOf(parts)).toEqual(expected);
  });

  it("give one trace alone, found by its id", () => {
    const { open, block } = sealedOf([300, 700, 40, 2500, 1000, 7]);
    for (const trace of [1, 3, 4, 6]) {
      const [[n, traces]] = [...block.findTraces([traceIdOf(trace)])];
      const part = block.openPart(n);
      const records = spansOfPart(part, traces, new SpanIdentities());
      const own = all(open.count).filter((i) => open.trace[i] === trace - 1);
      expect(textsOf([spanBatchOf(part, records, "full")])).toEqual(textsOf([spanBatchOf(open, own, "full")]));
      part.close();
    }
    expect(block.findTraces([traceIdOf(77)]).size).toBe(0);
    const found = block.findTraces([traceIdOf(1), traceIdOf(2), traceIdOf(77), traceIdOf(6)]);
    expect([...found]).toEqual([
      [0, [0, 1]],
      [block.partCount - 1, [expect.any(Number)]],
    ]);
  });

  it("say what a search may skip them by: durations, errors, and the attributes they have", () => {
    const { block } = sealedOf([1100, 1100, 1100], (t, n) => (t === 2 && n === 5 ? 4000 : t + 1));
    expect(all(block.partCount).map((n) => block.partFacts(n))).toMatchObject([
      { maxDurationMicros: 1000, errorCount: 0 },
      { maxDurationMicros: 2000, errorCount: 1 },
      { maxDurationMicros: 4_000_000, errorCount: 0 },
    ]);
    const partsWith = (key: string, value: string) => {
      const matcher = spanMatcher(block, { range: EVER, attributes: [{ key, value }] });
      return matcher && [...(matcher.parts as Uint8Array)];
    };
    expect(partsWith("own", "trace 2")).toEqual([0, 1, 0]);
    expect(partsWith("shared", "v3 ")).toBeUndefined();
    expect(partsWith("single", "span 2 17")).toEqual([0, 0, 1]);
    expect(partsWith("shared", "v3")).toEqual([1, 1, 1]);
  });
});

describe("a block of logs", () => {
  it("gives back every record exactly, open and sealed", () => {
    const open = new OpenLogBlock(5);
    for (let seed = 1; seed <= 25; seed++) {
      open.clear();
      const bytes = oracleEncode("logs", randomLogs(new Random(seed), { records: 150 }));
      const expected = canonicalRecords(oracleDecode("logs", bytes));
      open.appendLogs(scanLogs(bytes).batch);
      expect(
        canonicalRecords(oracleDecode("logs", encodeLogs([logBatchOf(open, all(open.count))]))),
        `open, seed ${seed}`,
      ).toEqual(expected);
      const sealed = new SealedLogBlock(fetchFrom(sealLogs(open, 5)));
      expect(
        canonicalRecords(oracleDecode("logs", encodeLogs([logBatchOf(sealed, all(sealed.count))]))),
        `sealed, seed ${seed}`,
      ).toEqual(expected);
    }
  });
});
