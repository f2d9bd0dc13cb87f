import { afterEach, expect, test, vi } from "vitest";
import { queryRange } from "./prometheus.ts";

afterEach(() => vi.unstubAllGlobals());

const { signal } = new AbortController();
const TIMES = { start: 10_000, end: 30_000, step: 10_000 };

/** Answers by the last part of the path; remembers what was asked. */
function answerWith(answers: Readonly<Record<string, object>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    const { pathname, searchParams } = new URL(address, "http://ui");
    const path = pathname.slice(pathname.lastIndexOf("/") + 1);
    asked.push(`${path} ${[...searchParams.values()].slice(1).join(" ")}`);
    const data = answers[path];
    const body = data ? { status: "success", data } : { status: "error", errorType: "bad_data", error: "no" };
    return new Response(JSON.stringify(body), {
      status: data ? 200 : 400,
      headers: { "content-type": "application/json" },
    });
  });
  return asked;
}

const matrix = (...result: object[]): object => ({ resultType: "matrix", result });

test("a range whose end is no step has the values there, too", async () => {
  const asked = answerWith({
    query_range: matrix({ metric: { a: "1", b: "2" }, values: [[10, "1"]] }, { metric: { a: "gone" }, values: [] }),
    query: {
      resultType: "vector",
      result: [
        { metric: { a: "new" }, value: [34, "5"] },
        { metric: { b: "2", a: "1" }, value: [34, "3"] },
        { metric: { a: "wide" }, histogram: [34, { count: "2", sum: "4" }] },
      ],
    },
  });
  const { data } = await queryRange("x", { ...TIMES, last: 34_000 }, signal);
  expect(asked.toSorted()).toEqual(["query 34", "query_range 10 30 10"]);
  expect(data.result).toEqual([
    {
      metric: { a: "1", b: "2" },
      values: [
        [10, "1"],
        [34, "3"],
      ],
    },
    { metric: { a: "gone" }, values: [] },
    { metric: { a: "new" }, values: [[34, "5"]] },
    { metric: { a: "wide" }, histograms: [[34, { count: "2", sum: "4" }]] },
  ]);
});

test("a scalar goes on as the series that it is in a range", async () => {
  answerWith({
    query_range: matrix({ metric: {}, values: [[30, "2"]] }),
    query: { resultType: "scalar", result: [34, "2"] },
  });
  const { data } = await queryRange("1 + 1", { ...TIMES, last: 34_000 }, signal);
  expect(data.result).toEqual([
    {
      metric: {},
      values: [
        [30, "2"],
        [34, "2"],
      ],
    },
  ]);
});

test("a range that ends with a step is one question, and one whose end has no answer stands without", async () => {
  const range = matrix({ metric: {}, values: [[30, "2"]] });
  const asked = answerWith({ query_range: range });
  expect((await queryRange("x", TIMES, signal)).data).toEqual(range);
  expect(asked).toEqual(["query_range 10 30 10"]);
  expect((await queryRange("x", { ...TIMES, last: 34_000 }, signal)).data).toEqual(range);
});

test("what is wrong with the range is told", async () => {
  answerWith({ query: { resultType: "vector", result: [] } });
  await expect(queryRange("x[5m]", { ...TIMES, last: 34_000 }, signal)).rejects.toThrow("no");
});
