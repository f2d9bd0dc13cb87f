import { expect, it } from "vitest";
import { encodeV1, v1Labels } from "../../../test/kit/remote-write.ts";
import { SeriesMemo } from "./series-memo.ts";

it("forgets everything when it has grown too large, and learns again", () => {
  const memo = new SeriesMemo();
  const bytes = encodeV1({ timeseries: [{ labels: v1Labels({ __name__: "up" }) }] });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  memo.labels.refs = [memo.symbols.intern(Buffer.from("__name__"), 0, 8), memo.symbols.intern(Buffer.from("up"), 0, 2)];
  const learned = memo.learn(bytes, 2, bytes.length);
  expect(memo.find(view, 2, bytes.length)).toBe(learned);
  expect([...memo.refs.subarray(memo.firstOf(learned), memo.endOf(learned))]).toEqual([1, 2]);
  memo.forgetIfLarge();
  expect(memo.find(view, 2, bytes.length)).toBe(learned);
  memo.forgetIfLarge(1000);
  expect(memo.find(view, 2, bytes.length)).toBe(-1);
  expect(memo.symbols.size).toBe(1);
});
