/** Samples of a group are written together, and early where a later rule asks for them. */
import { expect, test } from "vitest";
import { CollectedLog } from "../../../test/kit/stores.ts";
import { labelsOf } from "../../model/labels.ts";
import { SampleBuffer } from "./sample-buffer.ts";

function open(write: (names: string[]) => Promise<void> = async () => {}) {
  const written: string[][] = [];
  const log = new CollectedLog();
  const buffer = new SampleBuffer(async (samples) => {
    const names = samples.map(({ labels }) => labels[1]);
    await write(names);
    written.push(names);
  }, log);
  const query = buffer.before(async () => []);
  const add = (name: string) => buffer.add([{ labels: labelsOf({ __name__: name }), timestampMillis: 0, value: 1 }]);
  return { buffer, query, add, written, log };
}

test.each([
  ["sum(job:up:sum)", true],
  ['{job="a"}', true],
  ['sum({job="a"})', true],
  ['{__name__=~"job.*"}', true],
  ['sum(rate(other{job="a"}[5m])) > 1', false],
  ["vector(1)", false],
])("before %s the samples that wait are written: %s", async (text, isEarly) => {
  const { buffer, query, add, written } = open();
  await add("job:up:sum");
  await query(text, 0);
  expect(written).toEqual(isEarly ? [["job:up:sum"]] : []);
  await buffer.flush();
  await buffer.flush();
  expect(written).toEqual([["job:up:sum"]]);
});

test("a write that fails costs its samples and is told of", async () => {
  let isFull = true;
  const { buffer, add, written, log } = open(async () => {
    if (isFull) throw new Error("disk full");
  });
  await add("a");
  await buffer.flush();
  isFull = false;
  await add("b");
  await buffer.flush();
  expect(written).toEqual([["b"]]);
  expect(log.lines).toMatchObject([{ level: "warn", fields: { samples: 1, error: "disk full" } }]);
});
