import { describe, expect, it } from "vitest";
import type { TraceRunRow } from "../partition/schema.ts";
import { planRuns } from "./plan-runs.ts";

let nextId = 1;
const run = (level: number, first: number, last: number, entries: number): TraceRunRow => ({
  id: nextId++,
  level,
  first_block: first,
  last_block: last,
  entry_count: entries,
  page_count: 1,
});

/** What the store makes of a plan. */
function apply(runs: readonly TraceRunRow[], plan: NonNullable<ReturnType<typeof planRuns>>): TraceRunRow[] {
  const merged = run(
    plan.level,
    Math.min(...plan.runs.map((each) => each.first_block)),
    Math.max(...plan.runs.map((each) => each.last_block)),
    plan.runs.reduce((sum, each) => sum + each.entry_count, 0),
  );
  return [...runs.filter((each) => !plan.runs.includes(each)), merged].sort((a, b) => a.first_block - b.first_block);
}

function grow(blocks: number, entries: number, isComplete = false) {
  let runs: TraceRunRow[] = [];
  let rewritten = 0;
  let most = 0;
  const settle = (isDone: boolean) => {
    for (let plan = planRuns(runs, isDone); plan; plan = planRuns(runs, isDone)) {
      rewritten += plan.runs.reduce((sum, each) => sum + each.entry_count, 0);
      runs = apply(runs, plan);
    }
    most = Math.max(most, runs.length);
  };
  for (let block = 1; block <= blocks; block++) {
    runs.push(run(0, block, block, entries));
    settle(false);
  }
  if (isComplete) settle(true);
  return { runs, most, rewrites: rewritten / (blocks * entries) };
}

describe("the plan of a merge of runs", () => {
  it("takes eight of a level, and leaves fewer alone", () => {
    const runs = Array.from({ length: 7 }, (_, i) => run(0, i + 1, i + 1, 10));
    expect(planRuns(runs, false)).toBeUndefined();
    const eight = [...runs, run(0, 8, 8, 10)];
    expect(planRuns(eight, false)).toEqual({ level: 1, runs: eight });
  });

  it("keeps a full partition's runs few, and writes an entry some ten times at most", () => {
    const { most, rewrites } = grow(1800, 850);
    expect(most).toBeLessThanOrEqual(7 + 7 + 3);
    expect(rewrites).toBeLessThan(10);
  });

  it("makes one of all when no more come", () => {
    expect(grow(1800, 850, true).runs).toMatchObject([{ level: 2, first_block: 1, last_block: 1800 }]);
    expect(grow(3, 850, true).runs.length).toBe(1);
    expect(planRuns([run(0, 1, 1, 5)], true)).toBeUndefined();
  });

  it("makes no run of more entries than a merge can hold", () => {
    const { runs, rewrites } = grow(3000, 8192, true);
    expect(runs.length).toBeLessThan(18);
    expect(Math.max(...runs.map((each) => each.entry_count))).toBeLessThanOrEqual(2_000_000);
    expect(rewrites).toBeLessThan(10);
  });

  it("makes no run that reaches over more blocks than a distance can say", () => {
    const runs = [1, 30_000, 60_000, 70_000].map((first) => run(2, first, first + 100, 10));
    expect(planRuns(runs, false)).toBeUndefined();
    expect(planRuns(runs, true)?.runs).toEqual(runs.slice(1));
  });
});
