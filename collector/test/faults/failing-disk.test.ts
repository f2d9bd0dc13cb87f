/** A disk that is full, read-only or failing: new data is refused, nothing is lost, and all is well again when the disk is. */
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setFaultHook } from "../../src/store/sqlite/fault-points.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { failure, FailingFiles } from "../kit/failing-files.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../kit/simple-otlp.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../kit/stores.ts";

describe("a disk in trouble", () => {
  let temp: ReturnType<typeof tempDirectory>;
  let files: FailingFiles;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    temp = tempDirectory();
    files = new FailingFiles();
  });
  afterEach(async () => {
    setFaultHook(undefined);
    for (const store of open.splice(0)) await store.close();
    temp.remove();
  });

  const data = () => join(temp.path, "data");
  const start = (path = data(), options = {}) => {
    const store = openSqlite(path, { journalFiles: files, ...options });
    open.push(store);
    return store;
  };
  const request = (id: number) => spansOf(tracesRequest({ trace: 1, id, service: "a" }));
  const line = (n: number) => logsOf(logsRequest({ body: "line", time: n, trace: 1 }));
  const spanIds = async ({ reader }: ReturnType<typeof start>) =>
    (await reader.readTrace(traceIdOf(1)))
      .flatMap((batch) => Array.from({ length: batch.count }, (_, i) => batch.bytes[batch.spanId[i] + 7]))
      .sort((a, b) => a - b);
  const lineCount = async ({ reader }: ReturnType<typeof start>) =>
    (await reader.readTraceLogs(traceIdOf(1))).reduce((sum, { count }) => sum + count, 0);
  /** The data as a crash at this moment would leave it, opened on a good disk. */
  const afterCrash = () => {
    const copy = join(temp.path, `crashed-${readdirSync(temp.path).length}`);
    cpSync(data(), copy, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
    const store = openSqlite(copy);
    open.push(store);
    return store;
  };

  it.each([0, 10, 16, 60, 100, 120])(
    "refuses when %d bytes are left, keeps nothing of it, and takes data again when there is space",
    async (freeBytes) => {
      const store = start();
      files.freeBytes = freeBytes;
      for (let attempt = 0; attempt < 3; attempt++)
        await expect(store.writer.append(request(1))).rejects.toThrow(StoreUnavailableError);
      expect(await spanIds(store)).toEqual([]);
      files.freeBytes = Infinity;
      expect(await store.writer.append(request(1))).toBe("stored");
      expect(await store.writer.append(request(2))).toBe("stored");
      files.freeBytes = freeBytes;
      await expect(store.writer.append(request(3))).rejects.toThrow(/cannot store: writing the journal failed: ENOSPC/);
      files.freeBytes = Infinity;
      expect(await store.writer.append(request(3))).toBe("stored");
      expect(await spanIds(store)).toEqual([1, 2, 3]);
      const again = afterCrash();
      expect(await spanIds(again)).toEqual([1, 2, 3]);
      expect(again.log.lines.filter(({ level }) => level === "error")).toEqual([]);
    },
  );

  it.each([
    ["sync", "EIO"],
    ["create", "EROFS"],
    ["syncDirectory", "EIO"],
    ["write", "EROFS"],
  ] as const)("goes on after errors at %s (%s), and leaves no file behind", async (operation, code) => {
    const store = start();
    await store.writer.append(line(1));
    files.failing.set(operation, code);
    for (let n = 2; n <= 4; n++) await store.writer.append(line(n)).catch(() => undefined);
    await expect(store.writer.append(request(1))).rejects.toThrow(StoreUnavailableError);
    files.failing.clear();
    for (let n = 2; n <= 4; n++) await store.writer.append(line(n));
    await store.writer.append(request(1));
    expect(await lineCount(afterCrash())).toBe(4);
    open.splice(open.indexOf(store), 1);
    await store.close();
    for (const signal of ["traces", "logs", "metrics"])
      expect(readdirSync(join(data(), "journal", signal))).toEqual([]);
    const again = start();
    expect([await lineCount(again), await spanIds(again)]).toEqual([4, [1]]);
  });

  it("does not double what was refused and could not be cut off", async () => {
    const store = start();
    await store.writer.append(line(1));
    files.failing.set("sync", "EIO").set("truncate", "EROFS");
    await expect(store.writer.append(line(2))).rejects.toThrow(StoreUnavailableError);
    files.failing.clear();
    expect(await store.writer.append(line(2))).toBe("stored");
    expect(await lineCount(store)).toBe(2);
    expect(await lineCount(afterCrash())).toBe(2);
  });

  it("keeps taking data while seals fail, refuses at the bound, and seals by itself when it can", async () => {
    const store = start(data(), { seal: { records: 2 } });
    setFaultHook((point) => {
      if (point === "seal.before-commit") throw failure("ENOSPC", "commit");
    });
    for (let id = 1; id <= 8; id++) expect(await store.writer.append(request(id))).toBe("stored");
    await expect(store.writer.append(request(9))).rejects.toThrow(/cannot store: sealing blocks to disk is behind/);
    expect(await spanIds(store)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await spanIds(afterCrash())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    setFaultHook(undefined);
    store.writer.tick();
    expect(store.writer.openRecords).toBe(0);
    expect(await store.writer.append(request(9))).toBe("stored");
    expect(await spanIds(store)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("relies on the journal when a block cannot be made durable, refuses at the bound, and has everything after a restart", async () => {
    const store = start(data(), { seal: { records: 2 } });
    files.failing.set("syncOpened", "EIO");
    const stored: number[] = [];
    const refused: unknown[] = [];
    for (let id = 1; id <= 20; id++)
      await store.writer.append(request(id)).then(
        () => stored.push(id),
        (error: unknown) => refused.push(error),
      );
    files.failing.clear();
    expect(refused[0]).toBeInstanceOf(StoreUnavailableError);
    expect(store.log.lines.map(({ message }) => message)).toContain(
      "cannot make a block durable; its data stays in the journal until the next start",
    );
    expect(await spanIds(store)).toEqual(stored);
    // What was not synced is lost with the power: everything is in the journal.
    const copy = join(temp.path, "without-log");
    cpSync(data(), copy, { recursive: true, filter: (from) => !/lock[^/]*$|-wal$|-shm$/.test(from) });
    const afterwards = openSqlite(copy);
    open.push(afterwards);
    expect(await spanIds(afterwards)).toEqual(stored);
    expect(await spanIds(afterCrash())).toEqual(stored);
  });

  it("deletes a segment later that could not be deleted", async () => {
    const store = start(data(), { seal: { records: 2 }, segmentBytes: 100 });
    const segments = () => readdirSync(join(data(), "journal/traces")).length;
    const warnings = () => store.log.lines.filter(({ message }) => /cannot delete a journal segment/.test(message));
    files.failing.set("removeBeside", "EACCES");
    for (let id = 1; id <= 4; id++) await store.writer.append(request(id));
    await expect.poll(() => warnings().length).toBe(2);
    expect(segments()).toBeGreaterThan(1);
    files.failing.clear();
    for (let id = 5; id <= 6; id++) await store.writer.append(request(id));
    await expect.poll(segments).toBe(0);
    expect(await spanIds(store)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("copies a pinned trace out of blocks that are durable: what the journal brings back is not there twice", async () => {
    const store = start(data(), { seal: { records: 2 } });
    const synced = Promise.withResolvers<void>();
    files.beforeSyncOpened = synced.promise;
    for (let n = 1; n <= 2; n++) await store.writer.append(line(n));
    await expect.poll(() => store.writer.openRecords).toBe(0);
    const pinned = store.reader.pins.pin(traceIdOf(1), "a test");
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The power goes before the log is on the disk, and the lines are sealed once more.
    const copy = join(temp.path, "without-log");
    cpSync(data(), copy, { recursive: true, filter: (from) => !/lock[^/]*$|\d\.db-(wal|shm)$/.test(from) });
    synced.resolve();
    await pinned;
    for (let life = 0; life < 2; life++) {
      const afterwards = openSqlite(copy);
      expect(await lineCount(afterwards)).toBe(2);
      await afterwards.close();
    }
  });

  it("holds its files until all signals have ended, also when one cannot", async () => {
    const { writer } = openSqlite(data(), { journalFiles: files, seal: { records: 2 } });
    for (let id = 1; id <= 2; id++) await writer.append(request(id));
    await expect.poll(() => writer.openRecords).toBe(0);
    await writer.append(line(1));
    const synced = Promise.withResolvers<void>();
    files.beforeSyncOpened = synced.promise;
    files.failing.set("remove", "EACCES");
    let ended: unknown;
    const closed = writer.close().catch((error: unknown) => (ended = error));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBeUndefined();
    expect(() => openSqlite(data())).toThrow(/cannot use the data directory/);
    synced.resolve();
    await closed;
    expect(String(ended)).toContain("EACCES");
    files.failing.clear();
    const afterwards = start();
    expect([await spanIds(afterwards), await lineCount(afterwards)]).toEqual([[1, 2], 1]);
  });

  it("stops without losing what it cannot seal", async () => {
    const store = start();
    await store.writer.append(request(1));
    setFaultHook((point) => {
      if (point === "seal.before-write") throw failure("ENOSPC", "write");
    });
    open.splice(open.indexOf(store), 1);
    await store.close();
    setFaultHook(undefined);
    expect(store.log.lines.map(({ message }) => message)).toEqual([
      "cannot seal a block; its data stays in the journal and the seal is tried again",
    ]);
    expect(await spanIds(start())).toEqual([1]);
  });

  it("sets nothing aside that is only out of reach", async () => {
    const store = start();
    await store.writer.append(request(1));
    open.splice(open.indexOf(store), 1);
    await store.close();
    const partition = join(data(), "partitions/000001.db");
    chmodSync(partition, 0o400);
    // Root may write all the same.
    if (process.getuid?.() !== 0) expect(() => openSqlite(data())).toThrow(/cannot open the partition .*000001\.db/);
    chmodSync(partition, 0o600);
    expect(await spanIds(start())).toEqual([1]);
    expect(readdirSync(data())).not.toContain("quarantine");
  });
});
