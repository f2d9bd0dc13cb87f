/**
 * Sealed blocks whose stored bytes were damaged. What the checksum covers must be noticed; what gets past it (a forged checksum) may
 * give wrong data or an error, but in bounded time and memory.
 */
import { encodeLogs, encodeTraces } from "../../src/wire/otlp/encode-batch.ts";
import { scanLogs } from "../../src/wire/otlp/scan-logs.ts";
import { scanTraces } from "../../src/wire/otlp/scan-traces.ts";
import { logBatchOf, spanBatchOf } from "../../src/store/sqlite/block/batch-of-records.ts";
import { OpenLogBlock } from "../../src/store/sqlite/block/open-log-block.ts";
import { OpenSpanBlock } from "../../src/store/sqlite/block/open-span-block.ts";
import { sealLogs } from "../../src/store/sqlite/block/seal-logs.ts";
import type { SealedBlock } from "../../src/store/sqlite/block/seal-records.ts";
import { sealSpans } from "../../src/store/sqlite/block/seal-spans.ts";
import { SealedLogBlock } from "../../src/store/sqlite/block/sealed-log-block.ts";
import { SealedSpanBlock, type FetchSection } from "../../src/store/sqlite/block/sealed-span-block.ts";
import { CorruptionError, decodeSection, encodeSection } from "../../src/store/sqlite/block/section.ts";
import { SECTION } from "../../src/store/sqlite/block/section-kinds.ts";
import { eachEntry, findInPage, runOfBlock } from "../../src/store/sqlite/partition/trace-run.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { protobufPayload } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

interface Stored {
  readonly sections: ReadonlyMap<number, Uint8Array>;
  readonly read: (fetch: FetchSection) => Uint8Array;
}

export const storedBlocks: FuzzTarget = {
  name: "stored-blocks",
  round(random) {
    const { sections, read } = sealed(random);
    const hit = random.pick([...sections.keys()]);
    const expected = read((name) => decodeSection(sectionOf(sections, SECTION[name])));
    const got = accepted(
      () =>
        read((name) => {
          const stored = sectionOf(sections, SECTION[name]);
          return decodeSection(SECTION[name] === hit ? mutateBytes(random, stored) : stored);
        }),
      CorruptionError,
    );
    if (got && !Buffer.from(got).equals(expected)) throw new Error(`damage to section ${hit} went unnoticed`);
  },
};

export const forgedBlocks: FuzzTarget = {
  name: "forged-blocks",
  round(random) {
    const { sections, read } = sealed(random);
    const hit = random.pick([...sections.keys()]);
    const before = process.memoryUsage();
    accepted(
      () =>
        read((name) => {
          const raw = decodeSection(sectionOf(sections, SECTION[name]));
          return SECTION[name] === hit ? decodeSection(encodeSection(mutateBytes(random, raw), true)) : raw;
        }),
      Error,
    );
    const after = process.memoryUsage();
    if (after.arrayBuffers - before.arrayBuffers > 2 ** 30) throw new Error("a small section took more than 1 GiB");
  },
};

export const tracePages: FuzzTarget = {
  name: "trace-pages",
  round(random) {
    const [page] = runOfBlock(1, random.bytes(16 * random.below(40)), 7).pages;
    const damaged = mutateBytes(random, page);
    const entries: number[] = [];
    accepted(() => eachEntry(damaged, (hash) => void entries.push(hash)), CorruptionError);
    if (entries.length > 40) throw new Error(`a page of 40 entries gave ${entries.length}`);
    accepted(() => findInPage(damaged, entries[0] ?? 5), CorruptionError);
  },
};

function sealed(random: Random): Stored {
  const toMap = (block: SealedBlock) => new Map(block.sections.map(({ kind, data }) => [kind, data]));
  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  if (random.chance(0.6)) {
    const open = new OpenSpanBlock(5);
    open.appendSpans(scanTraces(protobufPayload(random, "traces")).batch);
    return {
      sections: toMap(sealSpans(open, 5)),
      read: (fetch) => {
        const block = new SealedSpanBlock(fetch);
        return encodeTraces([spanBatchOf(block, all(block.count), "full")]);
      },
    };
  }
  const open = new OpenLogBlock(5);
  open.appendLogs(scanLogs(protobufPayload(random, "logs")).batch);
  return {
    sections: toMap(sealLogs(open, 5)),
    read: (fetch) => {
      const block = new SealedLogBlock(fetch);
      return encodeLogs([logBatchOf(block, all(block.count))]);
    },
  };
}

function sectionOf(sections: ReadonlyMap<number, Uint8Array>, kind: number): Uint8Array {
  const data = sections.get(kind);
  if (!data) throw new CorruptionError(`no section ${kind}`);
  return data;
}
