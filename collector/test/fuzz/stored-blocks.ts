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
import { SealedSpanBlock, type FetchChunk, type FetchSection } from "../../src/store/sqlite/block/sealed-span-block.ts";
import { CorruptionError, decodeSection, encodeSection } from "../../src/store/sqlite/block/section.ts";
import { SECTION, type SectionName } from "../../src/store/sqlite/block/section-kinds.ts";
import { encodeChunk, splitChunk } from "../../src/store/sqlite/block/span-chunk.ts";
import { eachEntry, findInPage, runOfBlock } from "../../src/store/sqlite/partition/trace-run.ts";
import type { Random } from "../kit/random.ts";
import { mutateBytes } from "./mutate.ts";
import { protobufPayload } from "./payloads.ts";
import { accepted, type FuzzTarget } from "./target.ts";

interface Stored {
  readonly sections: ReadonlyMap<number, Uint8Array>;
  readonly chunks: readonly Uint8Array[];
  readonly read: (fetch: FetchSection, fetchChunk: FetchChunk) => Uint8Array;
}

export const storedBlocks: FuzzTarget = {
  name: "stored-blocks",
  round(random) {
    const stored = sealed(random);
    const hit = random.pick(partsOf(stored));
    const expected = readWith(stored, (_, bytes) => bytes);
    const got = accepted(
      () => readWith(stored, (part, bytes) => (part === hit ? mutateBytes(random, bytes) : bytes)),
      CorruptionError,
    );
    if (got && !Buffer.from(got).equals(expected)) throw new Error(`damage to ${hit} went unnoticed`);
  },
};

export const forgedBlocks: FuzzTarget = {
  name: "forged-blocks",
  round(random) {
    const stored = sealed(random);
    const hit = random.pick(partsOf(stored));
    const before = process.memoryUsage();
    accepted(() => readWith(stored, (part, bytes) => (part === hit ? forge(random, part, bytes) : bytes)), Error);
    const after = process.memoryUsage();
    if (after.arrayBuffers - before.arrayBuffers > 2 ** 30) throw new Error("a small section took more than 1 GiB");
  },
};

/** Damage with right checksums: of a section, or of one of a chunk's. */
function forge(random: Random, part: string, bytes: Uint8Array): Uint8Array {
  const section = (stored: Uint8Array) => encodeSection(mutateBytes(random, decodeSection(stored)), true);
  if (!part.startsWith("chunk")) return section(bytes);
  const parts = splitChunk(bytes);
  const hit = random.pick(["columns", "ids", "attributeIds"] as const);
  const raw = Object.entries(parts).map(([name, own]) =>
    name === hit ? mutateBytes(random, decodeSection(own)) : decodeSection(own),
  );
  return encodeChunk(raw[0], raw[1], raw[2]).data;
}

function partsOf({ sections, chunks }: Stored): string[] {
  return [...[...sections.keys()].map((kind) => `section ${kind}`), ...chunks.map((_, n) => `chunk ${n}`)];
}

/** Reads all records, of copies of the parts: what is read is the reader's own. */
function readWith({ sections, chunks, read }: Stored, change: (part: string, bytes: Uint8Array) => Uint8Array) {
  const fetch = (name: SectionName, isOptional?: true) => {
    const kind = SECTION[name];
    const bytes = sections.get(kind);
    if (!bytes && isOptional) return undefined;
    if (!bytes) throw new CorruptionError(`no section ${kind}`);
    return decodeSection(change(`section ${kind}`, Buffer.from(bytes)));
  };
  const fetchChunk = (n: number) => {
    if (!chunks[n]) throw new CorruptionError(`no chunk ${n}`);
    return change(`chunk ${n}`, Buffer.from(chunks[n]));
  };
  return read(fetch as FetchSection, fetchChunk);
}

export const tracePages: FuzzTarget = {
  name: "trace-pages",
  round(random) {
    const [page] = runOfBlock(1, random.bytes(16 * random.below(40)), 7).pages;
    const damaged = mutateBytes(random, page);
    const entries: number[] = [];
    accepted(() => eachEntry(damaged, (hash) => void entries.push(hash)), CorruptionError);
    if (entries.length > 40) throw new Error(`a page of 40 entries gave ${entries.length}`);
    accepted(() => findInPage(decodeSection(damaged), [entries[0] ?? 5], () => {}), CorruptionError);
  },
};

function sealed(random: Random): Stored {
  const stored = (block: SealedBlock) => ({
    sections: new Map(block.sections.map(({ kind, data }) => [kind, data])),
    chunks: block.chunks.map(({ data }) => data),
  });
  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  if (random.chance(0.6)) {
    const open = new OpenSpanBlock(5);
    open.appendSpans(scanTraces(protobufPayload(random, "traces")).batch);
    return {
      ...stored(sealSpans(open, 5)),
      read: (fetch, fetchChunk) => {
        const block = new SealedSpanBlock(fetch, fetchChunk);
        const whole = encodeTraces([spanBatchOf(block, all(block.count), "full")]);
        const parts = all(block.partCount).map((n) => {
          const part = block.openPart(n);
          const batch = spanBatchOf(part, all(part.count), "full");
          part.close();
          return batch;
        });
        return Buffer.concat([whole, encodeTraces(parts)]);
      },
    };
  }
  const open = new OpenLogBlock(5);
  open.appendLogs(scanLogs(protobufPayload(random, "logs")).batch);
  return {
    ...stored(sealLogs(open, 5)),
    read: (fetch) => {
      const block = new SealedLogBlock(fetch);
      return encodeLogs([logBatchOf(block, all(block.count))]);
    },
  };
}
