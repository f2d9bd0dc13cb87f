/** Questions about what is open, from one thread to another. */
import { expect, test } from "vitest";
import type { HeadRequest } from "../store/sqlite/head.ts";
import { HeadQuestions } from "./head-questions.ts";

const samples = (value: string): HeadRequest => ({
  kind: "metrics",
  request: { kind: "samples", matchers: [{ name: "__name__", operator: "=", value }], range: { start: 0, end: 1 } },
});

function open(answer: (request: HeadRequest) => unknown = (request) => JSON.stringify(request)) {
  const messages: number[] = [];
  const { ask } = new HeadQuestions({
    call: async <T>(_: string, requests: unknown) => {
      messages.push((requests as HeadRequest[]).length);
      return (requests as HeadRequest[]).map(answer) as T;
    },
  });
  return { ask, messages };
}

test("for samples that are asked at one moment go as one message, each with its own answer", async () => {
  const { ask, messages } = open();
  const requests = Array.from({ length: 40 }, (_, i) => samples(`m${i}`));
  expect(await Promise.all(requests.map(ask))).toEqual(requests.map((request) => JSON.stringify(request)));
  expect(messages).toEqual([32, 8]);
  await ask(samples("later"));
  expect(messages).toEqual([32, 8, 1]);
});

test("of other kinds go alone and at once", async () => {
  const { ask, messages } = open();
  const asked = [ask(samples("m")), ask({ kind: "storage" })];
  expect(messages).toEqual([1]);
  await Promise.all(asked);
  expect(messages).toEqual([1, 1]);
});

test("fail together where the other thread fails", async () => {
  const { ask } = open(() => {
    throw new Error("closed");
  });
  const answers = await Promise.allSettled([ask(samples("a")), ask(samples("b"))]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
