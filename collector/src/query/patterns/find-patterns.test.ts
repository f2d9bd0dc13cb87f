import { expect, test } from "vitest";
import { logBatch } from "../../../test/kit/batches.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { EVERY_LOG } from "../../model/log-condition.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { StoreReader } from "../../store/store.ts";
import { planLogQuery } from "../logs/plan/plan-query.ts";
import { findPatterns, type PatternSearch, type PatternStep } from "./find-patterns.ts";
import { ShapeTable } from "./shape-table.ts";

const START = 1_700_000_000_000;
const RANGE = { start: BigInt(START) * 1_000_000n, end: BigInt(START + 60_000) * 1_000_000n };
const NAMES = ["ada", "bob", "eve", "kim", "lea", "max"];

/** Bodies as programs write them. */
const BODIES = Array.from(
  { length: 300 },
  (_, i) =>
    [
      `Connection refused by 10.0.${i % 8}.1:5432 after ${i} ms`,
      `user ${NAMES[i % 6]} paid order-${i} in "EUR"`,
      `${NAMES[(i * 7) % 6]} has left the channel`,
      JSON.stringify({ level: "info", msg: `stock of "item ${i}" is low: größer\nnext`, sku: i }),
      JSON.stringify({ level: "warn", message: `tab\there ${i}`, at: i }),
      `GET /api/v1/users/${i}/orders?limit=20 200 ${i % 90}ms`,
      `\u001b[33mslow query\u001b[0m (${i} rows)`,
      `Fehler: Gerät ${i} überhitzt`,
      `{"broken json ${i}`,
      `${i}`,
      "",
    ][i % 11],
);

async function storeOf(): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (let at = 0; at < BODIES.length; at += 50)
    await store.append(
      logBatch({
        resource: { "service.name": at < 150 ? "shop" : "cart" },
        records: BODIES.slice(at, at + 50).map((body, i) => ({
          timeUnixNano: String(RANGE.start + BigInt(at + i) * 100_000_000n),
          severityNumber: 9,
          body,
        })),
      }),
    );
  return store;
}

async function bodiesFound(reader: StoreReader, condition: LogCondition): Promise<string[]> {
  const found: string[] = [];
  await reader.scanLogs({ range: RANGE, condition, order: "newest" }, (piece) => {
    if (!piece) return;
    const { codes, texts } = piece.column({ kind: "body" });
    for (let i = 0; i < piece.count; i++) found.push(texts[codes[i]]);
  });
  return found;
}

async function allPatterns(store: StoreReader, search: PatternSearch): Promise<PatternStep> {
  let last: PatternStep | undefined;
  for await (const step of findPatterns(store, search)) last = step;
  return last as PatternStep;
}

test("every record is in one pattern, and a pattern's query finds all its lines", async () => {
  const store = await storeOf();
  const { patterns, total, other, progress } = await allPatterns(store, {
    range: RANGE,
    condition: EVERY_LOG,
    limit: 1000,
    buckets: { most: 60 },
  });
  expect({ total, other, progress }).toEqual({ total: 300, other: 0, progress: 1 });
  expect(patterns.length).toBeLessThan(30);
  for (const { pattern, query, condition, count, trend } of patterns) {
    expect(
      trend.reduce((sum, each) => sum + each, 0),
      pattern,
    ).toBe(count);
    const found = await bodiesFound(store, condition);
    expect((await bodiesFound(store, planLogQuery(query).condition)).sort(), query).toEqual([...found].sort());
    const own = found.filter((body) => fits(pattern, body));
    expect(own.length, `${pattern}: ${query}`).toBeGreaterThanOrEqual(count);
  }
  expect(patterns.map(({ pattern }) => pattern)).toEqual(
    expect.arrayContaining([
      "Connection refused by <*> after <*> ms",
      `user <*> paid order-<*> in "<*>"`,
      "<*> has left the channel",
      `stock of "<*>" is low: größer <*>`,
      "slow query (<*> rows)",
    ]),
  );
});

/** Whether a line has the words of a pattern in its order. */
function fits(pattern: string, body: string): boolean {
  const table = new ShapeTable(1);
  const [shape] = table.shapeOf(body) === 0 ? table.shapes : [];
  const wanted = pattern.split(" ");
  return wanted.every((token) => token === "<*>" || shape.includes(token) || shape.includes(`\ue000${token}`));
}

test("patterns are of what meets the condition, within the range", async () => {
  const store = await storeOf();
  const { condition } = planLogQuery(`service:cart "has left"`);
  const { patterns, total } = await allPatterns(store, {
    range: { start: RANGE.start, end: RANGE.start + 20_000_000_000n },
    condition,
    limit: 10,
    buckets: { stepMillis: 5000 },
  });
  expect(patterns.map(({ pattern, services }) => [pattern, services])).toEqual([
    ["<*> has left the channel", ["cart"]],
  ]);
  expect(total).toBe(patterns[0].count);
});

test("the last step has progress 1, and of nothing there are no patterns", async () => {
  const steps = [];
  for await (const step of findPatterns(new MemoryStore(), {
    range: RANGE,
    condition: EVERY_LOG,
    limit: 10,
    buckets: { most: 10 },
  }))
    steps.push(step);
  expect(steps.at(-1)).toMatchObject({ progress: 1, patterns: [], total: 0, other: 0, sampled: 1 });
});
