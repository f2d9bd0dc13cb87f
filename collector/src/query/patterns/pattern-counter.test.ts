import { expect, test } from "vitest";
import { logBatch } from "../../../test/kit/batches.ts";
import type { LogPiece } from "../../model/log-piece.ts";
import { selectRecords } from "../../model/edit-select.ts";
import { anyValueText } from "../../wire/otlp/attribute-text.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { PatternCounter } from "./pattern-counter.ts";

const START = 1_700_000_000_000;

interface Line {
  readonly body?: string;
  readonly service?: string;
  readonly second?: number;
  readonly severity?: number;
}

/** Records as a piece of a store, with each text as often as it occurs. */
function piece(lines: readonly Line[]): LogPiece {
  const batch = logBatch(
    ...lines.map(({ body, service = "shop", second = 0, severity = 9 }) => ({
      resource: { "service.name": service },
      records: [
        {
          timeUnixNano: String(BigInt(START + second * 1000) * 1_000_000n),
          severityNumber: severity,
          ...(body === undefined ? {} : { body }),
        },
      ],
    })),
  );
  const codes = Uint32Array.from(lines, ({ body }, i) => (body === undefined ? 0xffffffff : i));
  return {
    count: batch.count,
    timeLow: batch.timeLow,
    timeHigh: batch.timeHigh,
    severityNumber: batch.severityNumber,
    column: (field) =>
      field.kind === "body"
        ? { codes, texts: lines.map(({ body = "" }) => body) }
        : { codes: batch.group, texts: batch.groups.map(({ resource }) => resourceNames(resource).service) },
    keys: () => [],
    batch: (hits) => selectRecords(batch, hits),
  };
}

function counterOf(pieces: readonly Line[][], linesAtFull?: number): PatternCounter {
  const counter = new PatternCounter({ startMillis: START, stepMillis: 10_000, count: 3, linesAtFull });
  for (const lines of pieces) counter.add(piece(lines));
  return counter;
}

function bodyOf({
  example,
}: {
  example: { bytes: Uint8Array; bodyOffset: Uint32Array; bodyLength: Uint32Array };
}): string {
  return anyValueText(example.bytes, example.bodyOffset[0], example.bodyOffset[0] + example.bodyLength[0]);
}

test("patterns have counts, trend, most severe level, services, the newest line and a query", () => {
  const report = counterOf([
    [
      { body: "took 9 ms", second: 29, service: "cart", severity: 13 },
      { body: "took 5 ms", second: 25 },
      { body: `{"msg":"order 7 placed"}`, second: 11 },
    ],
    [{ body: "took 7 ms", second: 3 }, { second: 1 }],
  ]).report(10);
  expect(report).toMatchObject({ total: 5, other: 1, sampled: 1 });
  expect(report.patterns.map(({ example: _, condition: __, ...rest }) => rest)).toEqual([
    {
      pattern: "took <*> ms",
      count: 3,
      severityNumber: 13,
      services: ["cart", "shop"],
      trend: [1, 0, 2],
      query: `"took" "ms"`,
    },
    {
      pattern: "order <*> placed",
      count: 1,
      severityNumber: 9,
      services: ["shop"],
      trend: [0, 1, 0],
      query: `service:shop "order" "placed"`,
    },
  ]);
  expect(report.patterns.map(bodyOf)).toEqual(["took 9 ms", `{"msg":"order 7 placed"}`]);
});

test("what the limit leaves out is counted", () => {
  const report = counterOf([[{ body: "a" }, { body: "a" }, { body: "b" }, { body: "c" }]]).report(1);
  expect(report.patterns.map(({ pattern }) => pattern)).toEqual(["a"]);
  expect(report).toMatchObject({ total: 4, other: 2 });
});

test("pieces in any order give the same patterns and examples", () => {
  const names = ["ada", "bob", "eve", "kim", "lea", "max"];
  const lines = names.flatMap((name, i) => [
    { body: `user ${name} logged in`, second: i },
    { body: `user ${name} paid ${i} EUR`, second: i + 10, severity: 9 + i },
  ]);
  const whole = counterOf([lines]).report(10).patterns;
  const apart = counterOf(lines.toReversed().map((line) => [line])).report(10).patterns;
  expect(apart.map((each) => ({ ...each, example: bodyOf(each) }))).toEqual(
    whole.map((each) => ({ ...each, example: bodyOf(each) })),
  );
  expect(whole.map(({ pattern }) => pattern)).toEqual(["user <*> logged in", "user <*> paid <*> EUR"]);
});

test("beyond the budget some lines stand for all, and the report says so", () => {
  const lines = Array.from({ length: 4000 }, (_, i) => ({ body: i % 4 === 0 ? `slow ${i} ms` : `fast ${i} ms` }));
  const chunks = Array.from({ length: 40 }, (_, i) => lines.slice(i * 100, (i + 1) * 100));
  const report = counterOf(chunks, 500).report(10);
  expect(report.total).toBe(4000);
  expect(report.sampled).toBeLessThan(0.5);
  expect(report.patterns.map(({ pattern }) => pattern)).toEqual(["fast <*> ms", "slow <*> ms"]);
  const sum = report.patterns.reduce((all, { count }) => all + count, 0);
  expect(sum).toBeGreaterThan(3900);
  expect(sum).toBeLessThan(4100);
});

test("lists of any length are one pattern", () => {
  const report = counterOf([[{ body: "ids 1" }, { body: "ids 1 2" }, { body: "ids 1 2 3" }]]).report(10);
  expect(report.patterns.map(({ pattern, count }) => `${count} ${pattern}`)).toEqual(["3 ids <*>"]);
});
