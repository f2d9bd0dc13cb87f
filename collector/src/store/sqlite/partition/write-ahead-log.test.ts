import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FailingFiles } from "../../../../test/kit/failing-files.ts";
import { tempDirectory } from "../../../../test/kit/stores.ts";
import { walOf, WriteAheadLog } from "./write-ahead-log.ts";

describe("a partition's write-ahead log", () => {
  let temp: ReturnType<typeof tempDirectory>;
  let files: FailingFiles;
  let wal: WriteAheadLog;
  beforeEach(() => {
    temp = tempDirectory();
    files = new FailingFiles();
    const partition = join(temp.path, "000001.db");
    appendFileSync(walOf(partition), "frames");
    wal = new WriteAheadLog(partition, files);
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
    await expect.poll(() => order).toEqual(["synced", "closed"]);
  });

  it("is due for a checkpoint after 8 MiB of commits", () => {
    wal.add(8 * 1024 * 1024 - 1);
    expect(wal.isCheckpointDue).toBe(false);
    wal.add(1);
    expect(wal.isCheckpointDue).toBe(true);
    wal.checkpointBegins();
    expect(wal.isCheckpointDue).toBe(false);
  });
});
