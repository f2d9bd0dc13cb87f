import Database from "better-sqlite3";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  appendFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logsRequest, traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../../../test/kit/stores.ts";
import { logSearch } from "../../../test/kit/log-searches.ts";
import { DataDirectoryError } from "./data-directory-error.ts";

describe("the embedded store after a crash", () => {
  let directory: ReturnType<typeof tempDirectory>;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    directory = tempDirectory();
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
    directory.remove();
  });

  const start = (path = join(directory.path, "data"), options = {}) => {
    const store = openSqlite(path, options);
    open.push(store);
    return store;
  };
  /** A copy of the data as a crash at this moment would leave it. */
  const crash = () => {
    const copy = join(directory.path, `crashed-${readdirSync(directory.path).length}`);
    cpSync(join(directory.path, "data"), copy, { recursive: true });
    rmSync(join(copy, "lock"), { force: true });
    return copy;
  };
  const journalFiles = (path: string) =>
    readdirSync(join(path, "journal/traces")).map((name) => join(path, "journal/traces", name));
  const idsOf = async (store: ReturnType<typeof start>, trace = 1) =>
    (await store.reader.readTrace(traceIdOf(trace)))
      .flatMap((batch) => Array.from({ length: batch.count }, (_, i) => batch.bytes[batch.spanId[i] + 7]))
      .sort((a, b) => a - b);
  const request = (id: number) => spansOf(tracesRequest({ trace: 1, id, service: "a" }));

  it("has everything acknowledged, from the journal and from sealed blocks, once", async () => {
    const first = start(undefined, { seal: { records: 4 } });
    for (let id = 1; id <= 10; id++) await first.writer.append(request(id));
    await first.writer.append(logsOf(logsRequest({ body: "line", time: 1 })));
    const again = start(crash());
    expect(await idsOf(again)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await again.reader.findLogs(logSearch(10))).length).toBe(1);
    expect(again.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("knows resends of requests from before the crash, sealed or not", async () => {
    const first = start(undefined, { seal: { records: 3 } });
    for (let id = 1; id <= 5; id++) await first.writer.append(request(id));
    const again = start(crash());
    for (let id = 1; id <= 5; id++) expect(await again.writer.append(request(id))).toBe("duplicate");
    expect(await again.writer.append(request(6))).toBe("stored");
  });

  it("cuts a torn tail and goes on", async () => {
    const first = start();
    for (let id = 1; id <= 3; id++) await first.writer.append(request(id));
    const path = crash();
    const [segment] = journalFiles(path);
    truncateSync(segment, readFileSync(segment).length - 5);
    const again = start(path);
    expect(await idsOf(again)).toEqual([1, 2]);
    expect(
      again.log.lines.some(
        ({ message, fields }) => message === "recovered the journal" && Number(fields.torn_bytes) > 0,
      ),
    ).toBe(true);
    await again.writer.append(request(4));
    expect(await idsOf(again)).toEqual([1, 2, 4]);
    const third = start(path.replace("crashed", "data"), {});
    await third.close();
    open.pop();
  });

  it("starts when the crash left an empty or headless segment", async () => {
    const first = start();
    await first.writer.append(request(1));
    const path = crash();
    writeFileSync(join(path, "journal/traces/0000000000000002.journal"), "GS");
    const again = start(path);
    await again.writer.append(request(2));
    expect(await idsOf(again)).toEqual([1, 2]);
  });

  it("names a segment damaged in the middle, sets it aside, and keeps what can be read of it", async () => {
    const first = start();
    for (let id = 1; id <= 5; id++) await first.writer.append(request(id));
    const path = crash();
    const [segment] = journalFiles(path);
    const bytes = readFileSync(segment);
    const record = Math.floor((bytes.length - 16) / 5);
    bytes[16 + record + 60] ^= 0xff;
    writeFileSync(segment, bytes);
    const again = start(path);
    expect(await idsOf(again)).toEqual([1, 3, 4, 5]);
    const [error] = again.log.lines.filter(({ level }) => level === "error");
    expect(error.message).toMatch(/cannot read all of a journal segment/);
    expect(error.fields).toMatchObject({
      file: segment,
      reason: expect.stringMatching(/bytes \d+ to \d+ are not readable/),
    });
    expect(readdirSync(join(path, "quarantine")).length).toBe(1);
    // The saved records are in a sealed block by now: another crash doesn't need the segment.
    rmSync(join(path, "quarantine"), { recursive: true });
    await again.close();
    open.splice(open.indexOf(again), 1);
    expect(await idsOf(start(path))).toEqual([1, 3, 4, 5]);
  });

  it("names a partition it cannot read, sets it aside, and serves the rest", async () => {
    const first = start();
    await first.writer.append(request(1));
    await first.close();
    open.pop();
    const partition = join(directory.path, "data/partitions/000001.db");
    cpSync(partition, join(directory.path, "data/partitions/000002.db"));
    writeFileSync(partition, "this is no database, whatever it says ".repeat(100));
    const again = start();
    expect(await idsOf(again)).toEqual([1]);
    expect(again.log.lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/set aside/), fields: { file: partition } },
    ]);
  });

  it("begins a new partition when the current one turns out to be damaged where it is written to", async () => {
    const first = start(undefined, { seal: { records: 1 } });
    for (let id = 1; id <= 20; id++) await first.writer.append(request(id));
    await first.close();
    open.pop();
    const partition = join(directory.path, "data/partitions/000001.db");
    const db = new Database(partition, { readonly: true });
    const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'section'").pluck().get() as number;
    db.close();
    const bytes = readFileSync(partition);
    writeFileSync(partition, bytes.fill(0x33, (page - 1) * 8192, page * 8192));
    const again = start();
    await again.writer.append(spansOf(tracesRequest({ trace: 2, id: 1, service: "b", attributes: { k: "v" } })));
    await again.close();
    open.pop();
    expect(again.log.lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/cannot write to a store file/), fields: { file: partition } },
    ]);
    const third = start();
    expect(await idsOf(third, 2)).toEqual([1]);
    const range = { start: 0n, end: 2n ** 64n - 1n };
    const found = await third.reader.findTraces({ range, attributes: [{ key: "k", value: "v" }] }, 10);
    expect(found.length).toBe(1);
  });

  it("passes over a block with a flipped bit, says so, and loses no other", async () => {
    const first = start(undefined, { seal: { records: 1 } });
    const flipped = spansOf(
      tracesRequest({ trace: 2, id: 1, service: "marker-service-name", attributes: { k: "A".repeat(300) } }),
    );
    await first.writer.append(flipped);
    for (let id = 1; id <= 3; id++) await first.writer.append(request(id));
    await first.close();
    open.pop();
    const partition = join(directory.path, "data/partitions/000001.db");
    const bytes = readFileSync(partition);
    const db = new Database(partition, { readonly: true });
    const chunk = db.prepare("SELECT data FROM span_chunk WHERE id = 65536").pluck().get() as Buffer;
    db.close();
    const found = bytes.indexOf(chunk);
    expect(found).toBeGreaterThan(0);
    bytes[found + chunk.length - 1] ^= 0x10;
    writeFileSync(partition, bytes);
    const again = start();
    expect(await idsOf(again, 1)).toEqual([1, 2, 3]);
    expect(await idsOf(again, 2)).toEqual([]);
    expect(again.log.lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/cannot read a part of the store/) },
    ]);
  });

  it.skipIf(process.platform !== "linux")(
    "does not wait for ever for a directory in a file system of the kernel's",
    () => {
      expect(() => openSqlite("/proc/goldspan/data")).toThrow(
        /cannot write to the data directory \/proc\/goldspan\/data: ENOENT.*name another in extensions\.storage\.directory/,
      );
    },
  );

  it("refuses a second collector on the same directory, and a directory it cannot write", async () => {
    start();
    expect(() => openSqlite(join(directory.path, "data"))).toThrow(DataDirectoryError);
    expect(() => openSqlite(join(directory.path, "data"))).toThrow(/another collector \(process \d+\) uses it/);
    mkdirSync(join(directory.path, "blocked"));
    writeFileSync(join(directory.path, "blocked/journal"), "");
    expect(() => openSqlite(join(directory.path, "blocked"))).toThrow(
      /cannot write to the data directory .* name another in extensions\.storage\.directory/,
    );
  });

  it("leaves an empty journal behind a clean stop", async () => {
    const first = start();
    await first.writer.append(request(1));
    await first.close();
    open.pop();
    expect(journalFiles(join(directory.path, "data"))).toEqual([]);
    expect(await idsOf(start())).toEqual([1]);
  });

  it("takes the data of a journal whose last record was not covered by any sync", async () => {
    const first = start();
    await first.writer.append(request(1));
    const path = crash();
    appendFileSync(journalFiles(path)[0], Buffer.alloc(4096));
    expect(await idsOf(start(path))).toEqual([1]);
  });
});
