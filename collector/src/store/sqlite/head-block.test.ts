import { describe, expect, it } from "vitest";
import { CollectedLog, spansOf } from "../../../test/kit/stores.ts";
import { tracesRequest } from "../../../test/kit/simple-otlp.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { StoreUnavailableError } from "../store.ts";
import { OpenSpanBlock } from "./block/open-span-block.ts";
import { sealSpans } from "./block/seal-spans.ts";
import type { SealLimits } from "./group-commit.ts";
import { HeadBlock } from "./head-block.ts";
import type { Journal } from "./journal/journal.ts";
import type { Partitions } from "./partitions.ts";
import { ResendWindow } from "./resend-window.ts";

function setUp(limits: Partial<SealLimits> = {}) {
  const block = new OpenSpanBlock(1);
  const log = new CollectedLog();
  /** Groups that were written, and what the disk says to the next ones. */
  const disk = {
    groups: [] as number[],
    failures: [] as Error[],
    sealFailures: [] as Error[],
    sealed: 0,
    dropped: 0,
    closed: -1,
    now: 0,
    sync: () => Promise.resolve(),
  };
  const journal = {
    lastSequence: 0,
    async append(requests: readonly unknown[]) {
      await new Promise((resolve) => setImmediate(resolve));
      const failure = disk.failures.shift();
      if (failure) throw failure;
      disk.groups.push(requests.length);
      this.lastSequence += requests.length;
    },
    dropBeside: async (covered: number) => void (disk.dropped = covered),
    close: (covered: number) => void (disk.closed = covered),
  };
  const partitions = {
    hashSeed: () => 1,
    insert() {
      const failure = disk.sealFailures.shift();
      if (failure) throw failure;
      disk.sealed++;
      return true;
    },
    sync: () => disk.sync(),
    covered: { traces: 0 },
  };
  const head = new HeadBlock<SpanBatch>({
    signal: "traces",
    block,
    publish: (batch) => block.appendSpans(batch),
    seal: (seed) => sealSpans(block, seed),
    journal: journal as unknown as Journal,
    partitions: partitions as unknown as Partitions,
    window: new ResendWindow(),
    limits: { records: 100, bytes: 1e9, ageMillis: 1000, ...limits },
    now: () => disk.now,
    log,
    betweenSteps: () => {},
    onSeal: () => {},
  });
  let id = 0;
  const append = (count = 1) =>
    head.append(spansOf(tracesRequest(...Array.from({ length: count }, () => ({ trace: 1, id: ++id })))));
  return { head, block, disk, log, append };
}

describe("an open block's way to disk", () => {
  it("lets requests that come together share a sync, and those that come meanwhile the next", async () => {
    const { append, disk } = setUp();
    const first = [append(), append(), append()];
    await new Promise((resolve) => setImmediate(resolve));
    const second = [append(), append()];
    await Promise.all([...first, ...second]);
    expect(disk.groups).toEqual([3, 2]);
  });

  it("acknowledges nothing and shows nothing when the journal cannot be written, and recovers by itself", async () => {
    const { append, block, disk, log } = setUp();
    disk.failures.push(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }));
    const results = await Promise.allSettled([append(), append()]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect((results[0] as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailableError);
    expect((results[0] as PromiseRejectedResult).reason.message).toMatch(
      /cannot store: writing the journal failed: ENOSPC/,
    );
    expect([block.count, log.lines.length]).toEqual([0, 1]);
    expect(await append()).toBe("stored");
    expect(block.count).toBe(1);
  });

  it("stores a request that failed when it is sent again", async () => {
    const { head, disk } = setUp();
    const batch = spansOf(tracesRequest({ trace: 1, id: 1 }));
    disk.failures.push(new Error("EIO"));
    await expect(head.append(batch)).rejects.toThrow(/EIO/);
    expect(await head.append(batch)).toBe("stored");
    expect(await head.append(batch)).toBe("duplicate");
  });

  it("makes a resend that comes while the first is being written wait for it", async () => {
    const { head, disk } = setUp();
    const batch = spansOf(tracesRequest({ trace: 1, id: 1 }));
    expect(await Promise.all([head.append(batch), head.append(batch)])).toEqual(["stored", "duplicate"]);
    disk.failures.push(new Error("EIO"));
    const other = spansOf(tracesRequest({ trace: 1, id: 2 }));
    const both = await Promise.allSettled([head.append(other), head.append(other)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("seals by number of records and by age", async () => {
    const { head, append, block, disk } = setUp({ records: 3 });
    await append(4);
    await expect.poll(() => disk.sealed).toBe(1);
    expect(block.count).toBe(0);
    await append();
    head.tick();
    expect(disk.sealed).toBe(1);
    disk.now = 1000;
    head.tick();
    expect(disk.sealed).toBe(2);
  });

  it("forgets the journal when the block is durable, not before", async () => {
    const { head, append, block, disk } = setUp({ records: 3 });
    const synced = Promise.withResolvers<void>();
    disk.sync = () => synced.promise;
    await append(4);
    await expect.poll(() => disk.sealed).toBe(1);
    expect([block.count, disk.dropped]).toEqual([0, 0]);
    synced.resolve();
    await expect.poll(() => disk.dropped).toBe(1);
    await head.close();
    expect(disk.closed).toBe(1);
  });

  it("leaves the journal to the next start when a block cannot be made durable", async () => {
    const { head, append, disk, log } = setUp({ records: 3 });
    disk.sync = () => Promise.reject(new Error("EIO: i/o error, fdatasync"));
    await append(4);
    await expect.poll(() => log.lines.length).toBe(1);
    await head.close();
    expect([disk.sealed, disk.dropped, disk.closed]).toEqual([1, 0, 0]);
  });

  it("keeps its data when a seal fails, and refuses more only far behind", async () => {
    const { head, append, block, disk, log } = setUp({ records: 3 });
    disk.sealFailures.push(
      new Error("database or disk is full"),
      new Error("database or disk is full"),
      new Error("database or disk is full"),
    );
    await append(4);
    await expect.poll(() => log.lines.length).toBe(1);
    expect([block.count, disk.dropped]).toEqual([4, 0]);
    await append(8);
    await expect.poll(() => log.lines.length).toBe(2);
    await expect(append()).rejects.toThrow(/sealing blocks to disk is behind/);
    head.tick();
    expect(disk.sealed).toBe(0);
    head.tick();
    expect([disk.sealed, block.count]).toEqual([1, 0]);
    expect(await append()).toBe("stored");
  });
});
