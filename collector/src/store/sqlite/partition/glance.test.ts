import Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tracesRequest } from "../../../../test/kit/simple-otlp.ts";
import { openSqlite, spansOf, tempDirectory } from "../../../../test/kit/stores.ts";
import { glanceAt, readRecentDigests } from "./glance.ts";

let directory: ReturnType<typeof tempDirectory>;
let path: string;
beforeEach(async () => {
  directory = tempDirectory();
  path = join(directory.path, "partitions/000001.db");
  const store = openSqlite(directory.path, { seal: { records: 1 }, mergeUpToRecords: 1 });
  for (let id = 1; id <= 3; id++) await store.writer.append(spansOf(tracesRequest({ trace: id, id })));
  await store.close();
});
afterEach(() => directory.remove());

function change(sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

describe("a glance at a partition", () => {
  it("tells its newest block and how far its blocks cover the journals", () => {
    const glance = glanceAt(path);
    expect(glance).toMatchObject({ lastBlockId: 3, traces: 3, logs: 0, metrics: 0 });
    expect(glance?.lastSealedAtMillis).toBeGreaterThanOrEqual(glance?.createdAtMillis as number);
    expect(Buffer.concat(readRecentDigests(path)).length).toBe(3 * 16);
  });

  it.each([
    ["of another format", () => change("UPDATE meta SET value = 2 WHERE key = 'format'")],
    ["with replaced blocks", () => change("UPDATE block SET replaced_by = 3, replaced_at_millis = 1 WHERE id = 1")],
    ["with a log that was left behind", () => writeFileSync(`${path}-wal`, "left")],
    ["that is damaged", () => writeFileSync(path, readFileSync(path).fill(0x33, 0, 4096))],
    ["that is gone", () => directory.remove()],
  ])("has one %s opened for writing", (_, prepare) => {
    prepare();
    expect(glanceAt(path)).toBeUndefined();
  });
});
