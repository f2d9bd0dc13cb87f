import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { logsRequest, traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../../../test/kit/stores.ts";

const SPANS = 3000;
let directory: ReturnType<typeof tempDirectory>;

beforeEach(() => {
  directory = tempDirectory();
});
afterEach(() => directory.remove());

it("lets readers be answered between the parts of a seal of logs", async () => {
  const store = openSqlite(directory.path, { seal: { records: 100 } });
  const seen: number[] = [];
  store.writer.betweenSteps = () => seen.push(store.writer.openRecords);
  try {
    await store.writer.append(logsOf(logsRequest(...Array.from({ length: 100 }, (_, i) => ({ body: `line ${i}` })))));
    await expect.poll(() => store.writer.openRecords).toBe(0);
    expect(seen.filter((open) => open === 100).length).toBeGreaterThan(10);
  } finally {
    await store.close();
  }
});

it("answers readers in the middle of a seal: each span is open or sealed, and not both", async () => {
  const store = openSqlite(directory.path, { seal: { records: SPANS } });
  const sealedUpTo = (lastBlockId: number) => {
    const path = join(directory.path, "partitions/000001.db");
    if (lastBlockId === 0 || !existsSync(path)) return 0;
    const db = new Database(path, { readonly: true });
    try {
      return db.prepare("SELECT sum(record_count) FROM block WHERE id <= ?").pluck().get(lastBlockId) as number;
    } finally {
      db.close();
    }
  };
  const seen: number[] = [];
  const look = () => {
    const traceIds = Array.from({ length: SPANS / 10 }, (_, n) => traceIdOf(n + 1));
    const { lastBlockId, spans } = store.writer.answer({ kind: "spans", traceIds, detail: "skeleton" });
    seen.push((spans?.count ?? 0) + sealedUpTo(lastBlockId));
  };
  store.writer.betweenSteps = look;
  try {
    const spans = Array.from({ length: SPANS }, (_, i) => ({ trace: 1 + (i % (SPANS / 10)), id: i + 1, service: "a" }));
    await store.writer.append(spansOf(tracesRequest(...spans)));
    await expect.poll(() => store.writer.openRecords).toBe(0);
    look();
    // Of the seal alone: before each of its chunks and sections, and before the block is written.
    expect(seen.filter((count) => count === SPANS).length).toBeGreaterThan(10);
    expect(new Set(seen)).toEqual(new Set([0, SPANS]));
  } finally {
    await store.close();
  }
});
