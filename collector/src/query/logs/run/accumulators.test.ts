/** What the scripts cannot show with a handful of records: many groups, many values, many pieces. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../../test/kit/random.ts";
import { EVERY_LOG } from "../../../model/log-condition.ts";
import type { LogField } from "../../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import type { StoreReader } from "../../../store/store.ts";
import { planLogQuery } from "../plan/plan-query.ts";
import { GroupHits, NO_GROUP } from "./group-hits.ts";
import { assignBuckets, logBuckets, niceStepMillis } from "./log-buckets.ts";
import { tabulate, type LogTable } from "./tabulate.ts";

type FakeLog = Readonly<Record<string, string | undefined>>;

const START = 1_767_225_600_000_000_000n;

/** @param isDistinct texts once each; stores may repeat them */
function pieceOf(logs: readonly FakeLog[], isDistinct = true): LogPiece {
  const times = logs.map(({ at = "0" }) => START + BigInt(at) * 1_000_000n);
  return {
    count: logs.length,
    timeLow: Uint32Array.from(times, (time) => Number(time & 0xffffffffn)),
    timeHigh: Uint32Array.from(times, (time) => Number(time >> 32n)),
    severityNumber: new Uint8Array(logs.length),
    column: (field: LogField) => {
      const texts: string[] = [];
      const codes = Uint32Array.from(logs, (log) => {
        const text = log[field.kind === "attribute" ? field.key : field.kind];
        if (text === undefined) return ABSENT_TEXT;
        const known = isDistinct ? texts.indexOf(text) : -1;
        return known >= 0 ? known : texts.push(text) - 1;
      });
      return { codes, texts };
    },
    keys: () => [],
    batch: () => {
      throw new Error("nobody needs records to count them");
    },
  };
}

function readerOf(pieces: readonly LogPiece[]): Pick<StoreReader, "scanLogs" | "dataRange"> {
  return {
    scanLogs: async (_, visit) => {
      for (const [i, piece] of pieces.entries()) visit(piece, { share: (i + 1) / pieces.length, edge: 0n });
    },
    dataRange: async () => ({ start: START, end: START + 59_999_999_999n }),
  };
}

async function run(query: string, pieces: readonly LogPiece[]): Promise<LogTable> {
  const { table } = planLogQuery(query);
  if (!table) throw new Error(`${query} counts nothing`);
  const request = { condition: EVERY_LOG, table, range: { start: 0n, end: 2n ** 64n - 1n }, buckets: 60 };
  let last: LogTable | undefined;
  for await (const step of tabulate(readerOf(pieces), request)) last = step;
  return last as LogTable;
}

describe("groups", () => {
  it("are the same whether texts are few or many, distinct or repeated, of one field or of three", () => {
    const random = new Random(5);
    const logs = Array.from({ length: 3000 }, (): FakeLog => ({
      a: random.chance(0.1) ? undefined : String(random.below(5)),
      b: String(random.below(900)),
      c: random.chance(0.5) ? undefined : "x",
    }));
    const naive = (keys: readonly string[]) => {
      const counts: Record<string, number> = {};
      for (const log of logs) {
        const name = JSON.stringify(keys.map((key) => log[key] ?? null));
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    };
    for (const keys of [[], ["a"], ["b"], ["a", "b"], ["a", "b", "c"]])
      for (const isDistinct of [true, false]) {
        const groups = new GroupHits(planned(keys), 100_000);
        const counts: Record<string, number> = {};
        for (const part of [logs.slice(0, 700), logs.slice(700)]) {
          const into = new Uint32Array(part.length);
          groups.assign(pieceOf(part, isDistinct), into);
          for (const group of into) {
            const name = JSON.stringify(groups.keys[group]);
            counts[name] = (counts[name] ?? 0) + 1;
          }
        }
        expect(counts).toEqual(naive(keys));
      }
  });

  it("tell texts apart whatever is in them", () => {
    const groups = new GroupHits(planned(["a", "b"]), 100);
    groups.assign(
      pieceOf([{ a: "x", b: "-1:y" }, { a: "x-", b: "1:y" }, { a: "" }, { b: "" }, {}]),
      new Uint32Array(5),
    );
    expect(groups.keys).toEqual([
      ["x", "-1:y"],
      ["x-", "1:y"],
      ["", null],
      [null, ""],
      [null, null],
    ]);
  });

  it("are bounded; those that find no place are counted, once each", () => {
    const groups = new GroupHits(planned(["a"]), 2);
    const into = new Uint32Array(6);
    groups.assign(pieceOf(["p", "q", "r", "p", "s", "r"].map((a) => ({ a }))), into);
    expect([...into]).toEqual([0, 1, NO_GROUP, 0, NO_GROUP, NO_GROUP]);
    expect(groups.otherGroups).toBe(2);
  });

  it("beyond the rows of an answer are told", async () => {
    const pieces = [pieceOf(Array.from({ length: 1500 }, (_, i) => ({ u: `u${i}` })))];
    const { rows, otherGroups, matched } = await run("| count by u", pieces);
    expect([rows.length, otherGroups, matched]).toEqual([1000, 500, 1500]);
    const long = await run("| count by u every 1s", pieces);
    expect(long.rows.length + long.otherGroups).toBe(1500);
  });
});

function planned(keys: readonly string[]) {
  return planLogQuery(`| count ${keys.length > 0 ? `by ${keys.join(", ")}` : ""}`).table?.by ?? [];
}

describe("functions", () => {
  const random = new Random(9);
  const values = Array.from({ length: 20_000 }, () => Math.round(Math.exp(random.next() * 12) * 1000) / 1000 - 50);
  const pieces = [0, 1, 2].map((part) =>
    pieceOf(
      values
        .filter((_, i) => i % 3 === part)
        .map((value, i) => ({ x: String(value), at: String((i * 9) % 60_000), id: `id-${i % 6000}-${part}` })),
      false,
    ),
  );

  it("give quantiles within half a percent, over all and in each bucket", async () => {
    const sorted = Float64Array.from(values).sort();
    const { rows, series } = await run("| p50(x), p90(x), p99(x), quantile(0, x), quantile(1, x) every 10s", pieces);
    for (const [i, share] of [0.5, 0.9, 0.99, 0, 1].entries()) {
      const exact = sorted[Math.round(share * (sorted.length - 1))];
      expect(Math.abs(Number(rows[0][i]) / exact - 1)).toBeLessThan(0.006);
    }
    expect(series?.count).toBe(6);
    for (const value of series?.values[0][0] ?? [])
      expect(Math.abs(Number(value) / Number(rows[0][0]) - 1)).toBeLessThan(0.5);
  });

  it("sum without losing what is small, and find the extremes", async () => {
    const { rows } = await run("| sum(x), avg(x), min(x), max(x), count(x)", pieces);
    const sum = values.reduce((total, value) => total + value, 0);
    expect(Number(rows[0][0])).toBeCloseTo(sum, 3);
    expect(Number(rows[0][1])).toBeCloseTo(sum / values.length, 6);
    expect(rows[0].slice(2)).toEqual([Math.min(...values), Math.max(...values), values.length]);
    const tenths = [pieceOf(Array.from({ length: 100_000 }, () => ({ x: "0.1" })))];
    expect((await run("| sum(x)", tenths)).rows[0][0]).toBe(10_000);
  });

  it("count distinct texts exactly while they are few, else within five percent", async () => {
    const few = [
      pieceOf(
        Array.from({ length: 9000 }, (_, i) => ({ id: `${i % 4000}` })),
        false,
      ),
    ];
    expect((await run("| count_unique(id)", few)).rows[0][0]).toBe(4000);
    const { rows, series } = await run("| count_unique(id) every 30s", pieces);
    expect(Math.abs(Number(rows[0][0]) / 18_000 - 1)).toBeLessThan(0.05);
    expect(series?.values[0][0].length).toBe(2);
  });
});

describe("time buckets", () => {
  it("are aligned to their width and hold each hit once", () => {
    const range = { start: START + 7_000_000_000n, end: START + 59_999_999_999n };
    const buckets = logBuckets(range, 10_000);
    expect(buckets).toEqual({ startMillis: Number(START / 1_000_000n), stepMillis: 10_000, count: 6 });
    const into = new Uint32Array(5);
    assignBuckets(pieceOf([7000, 9999, 10_000, 59_999, 12_345].map((at) => ({ at: String(at) }))), buckets, into);
    expect([...into]).toEqual([0, 0, 1, 5, 1]);
  });

  it("are of widths that people read, as many as were asked for at most", () => {
    const cases: [seconds: number, most: number, millis: number][] = [
      [3600, 60, 60_000],
      [3600, 100, 60_000],
      [900, 60, 15_000],
      [86_400, 60, 1_800_000],
      [0.05, 60, 1],
      [0, 60, 1],
      [86_400 * 365 * 50, 60, 11 * 28 * 86_400_000],
    ];
    for (const [seconds, most, millis] of cases)
      expect(niceStepMillis({ start: 0n, end: BigInt(seconds * 1e9) }, most)).toBe(millis);
  });
});
