import { describe, expect, it } from "vitest";
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
import { SealedSpanBlock } from "./sealed-span-block.ts";
import { decodeSection } from "./section.ts";
import { SECTION } from "./section-kinds.ts";

const fetchFrom = (sealed: SealedBlock) => (name: keyof typeof SECTION) => {
  const found = sealed.sections.find(({ kind }) => kind === SECTION[name]);
  if (!found) throw new Error(`no section ${name}`);
  return decodeSection(found.data);
};
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
      const sealed = new SealedSpanBlock(fetchFrom(sealSpans(open, 5)));
      const fromSealed = encodeTraces([spanBatchOf(sealed, all(sealed.count), "full")]);
      expect(canonicalRecords(oracleDecode("traces", fromSealed)), `sealed, seed ${seed}`).toEqual(expected);
    }
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
