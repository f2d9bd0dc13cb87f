import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure, FailingFiles } from "../../../../test/kit/failing-files.ts";
import { tempDirectory } from "../../../../test/kit/stores.ts";
import { DISK, type JournalFiles } from "../journal/journal-files.ts";
import { walOf, WriteAheadLog } from "./write-ahead-log.ts";

describe("a partition's write-ahead log", () => {
  let temp: ReturnType<typeof tempDirectory>;
  let files: FailingFiles;
  let wal: WriteAheadLog;
  let pages = 0;
  beforeEach(() => {
    temp = tempDirectory();
    files = new FailingFiles();
    const partition = join(temp.path, "000001.db");
    appendFileSync(walOf(partition), "frames");
    wal = new WriteAheadLog(partition, files, () => pages);
  });
  afterEach(() => temp.remove());

  it("stays failed after a sync that failed, whoever asks", async () => {
    await wal.sync();
    wal.syncNow();
    files.failing.set("syncOpened", "EIO");
    const [first, second] = await Promise.allSettled([wal.sync(), wal.sync()]);
    files.failing.clear();
    expect([first.status, second.status]).toEqual(["rejected", "rejected"]);
    await expect(wal.sync()).rejects.toThrow(/EIO/);
    expect(() => wal.syncNow()).toThrow(/000001\.db-wal could not be synced: EIO.*restart the collector/);
    expect(() => wal.check()).toThrow(/EIO/);
  });

  it("tells of an error whichever sync was told: the kernel does it once for each opened file", async () => {
    const opened: number[] = [];
    const untold = new Set<number>();
    const tell = (fd: number) => {
      if (untold.delete(fd)) throw failure("EIO", "fdatasync");
    };
    const disk: JournalFiles = {
      ...DISK,
      open: () => opened.push(opened.length),
      close: () => {},
      sync: async (fd) => tell(fd),
      syncNow: tell,
    };
    const breakDisk = () => opened.forEach((_, i) => untold.add(i + 1));

    const first = new WriteAheadLog("000001.db", disk, () => 0);
    breakDisk();
    const queued = first.sync();
    expect(() => first.syncNow()).toThrow(/EIO/);
    await expect(queued).rejects.toThrow(/EIO/);

    // The other way round: the one under way was told, and nobody knows yet.
    const second = new WriteAheadLog("000001.db", disk, () => 0);
    breakDisk();
    const underWay = second.sync();
    await Promise.resolve();
    expect(() => second.syncNow()).toThrow(/EIO/);
    await expect(underWay).rejects.toThrow(/EIO/);
  });

  it("does not close its file below a sync", async () => {
    const order: string[] = [];
    const synced = Promise.withResolvers<void>();
    files.sync = () => synced.promise.then(() => void order.push("synced"));
    files.close = () => void order.push("closed");
    const sync = wal.sync();
    wal.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    synced.resolve();
    await sync;
    await expect.poll(() => order).toEqual(["synced", "closed", "closed"]);
  });

  it("is due for a checkpoint at a thousand pages that wait", () => {
    pages = 999;
    expect(wal.isCheckpointDue).toBe(false);
    pages = 1000;
    expect(wal.isCheckpointDue).toBe(true);
    pages = 0;
    expect(wal.isCheckpointDue).toBe(false);
  });

  it("is not moved into the partition when it is not known to be on the disk", async () => {
    pages = 1000;
    files.failing.set("syncOpened", "EIO");
    await expect(wal.sync()).rejects.toThrow(/EIO/);
    expect(wal.isCheckpointDue).toBe(false);
  });
});
