import Database from "better-sqlite3";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { at, tracesRequest } from "../../../../test/kit/simple-otlp.ts";
import { openSqlite, spansOf, tempDirectory } from "../../../../test/kit/stores.ts";

let directory: ReturnType<typeof tempDirectory>;
let store: ReturnType<typeof openSqlite>;
beforeEach(async () => {
  directory = tempDirectory();
  store = openSqlite(directory.path, { seal: { records: 40 } });
  let id = 0;
  for (let block = 0; block < 12; block++) {
    const spans = Array.from({ length: 40 }, (_, i) => ({
      trace: block + 1,
      id: ++id,
      service: `service ${i % 3}`,
      name: `operation ${i % 7}`,
      start: block * 30_000 + i * 700,
      durationMs: (i * 37) % 500,
      error: i % 11 === 0,
    }));
    await store.writer.append(spansOf(tracesRequest(...spans)));
    await expect.poll(() => store.writer.openRecords).toBe(0);
  }
});
afterEach(async () => {
  await store.close();
  directory.remove();
});

function change(...statements: string[]): void {
  const db = new Database(join(directory.path, "partitions/000001.db"));
  for (const sql of statements) db.exec(sql);
  db.close();
}

const sums = async () => {
  const ranges = [
    { start: 0n, end: 2n ** 63n },
    { start: at(45_000), end: at(290_000) },
  ];
  const asked = ranges.flatMap((range) =>
    [1, 9].map((buckets) => store.reader.summarizeOperations(range, { buckets })),
  );
  const one = store.reader.summarizeOperations(ranges[1], { buckets: 2, service: "service 1" });
  const byName = (a: { service: string; operation: string }, b: { service: string; operation: string }) =>
    a.service.localeCompare(b.service) || a.operation.localeCompare(b.operation);
  // The order in which shares are added up shows in the last digits.
  const rounded = (values: Float64Array) => Array.from(values, (value) => value.toFixed(6));
  return (await Promise.all([...asked, one])).map((list) =>
    list.sort(byName).map((sum) => ({ ...sum, counts: rounded(sum.counts), errorCounts: rounded(sum.errorCounts) })),
  );
};

it("sums the same from packs and from rows: of blocks without packs, of partitions without any", async () => {
  const fromPacks = await sums();
  expect(fromPacks[0].reduce((sum, { count }) => sum + count, 0)).toBe(480);
  // Packs are what was read: these have no rows behind them.
  change("CREATE TABLE kept AS SELECT * FROM operation_block", "DELETE FROM operation_block");
  expect(await sums()).toEqual(fromPacks);
  change("INSERT INTO operation_block SELECT * FROM kept", "DELETE FROM operation_pack WHERE id % 3 = 0");
  expect(await sums()).toEqual(fromPacks);
  change("DROP TABLE operation_pack");
  expect(await sums()).toEqual(fromPacks);
});

it("sums the rows of a block whose pack is damaged, and reports it once", async () => {
  const before = await sums();
  change("UPDATE operation_pack SET data = zeroblob(length(data)) WHERE id = 5");
  expect(await sums()).toEqual(before);
  expect(store.log.lines.filter(({ message }) => message.startsWith("cannot read a part"))).toHaveLength(1);
});
