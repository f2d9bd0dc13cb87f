import { expect, test } from "vitest";
import { logsRequest } from "../../../../test/kit/simple-otlp.ts";
import { logsOf } from "../../../../test/kit/stores.ts";
import { OpenLogBlock } from "./open-log-block.ts";

const batch = logsOf(
  logsRequest(
    ...Array.from({ length: 3000 }, (_, i) => ({
      body: `line ${i}`,
      service: `s${i % 7}`,
      trace: i % 500,
      attributes: { user: `u${i}`, route: `/r/${i % 40}`, text: "x".repeat(i % 90) },
    })),
  ),
);

test("a block for few records begins small, grows as it must, and holds the same", () => {
  const [small, large] = [new OpenLogBlock(1, "few records"), new OpenLogBlock(1)];
  const sizeOf = ({ attributes, rest, traceIds, bodies }: OpenLogBlock) =>
    [attributes.ids, rest, traceIds, bodies].reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect([sizeOf(small) < 32_768, sizeOf(large) > 250_000]).toEqual([true, true]);
  for (const block of [small, large]) block.appendLogs(batch);
  const told = (block: OpenLogBlock) => {
    const { count, attributes, attributeCount, dictionary, bodyStarts, traceCount, sizeBytes, groupServices } = block;
    const starts = [...attributes.starts.subarray(0, count + 1)];
    const ids = [...attributes.ids.subarray(0, attributeCount)];
    const bodies = Buffer.from(block.bodies.subarray(0, bodyStarts[count])).toString();
    return { count, starts, ids, size: dictionary.size, bodies, traceCount, sizeBytes, groupServices };
  };
  expect(told(small)).toEqual(told(large));
  expect(told(small).count).toBe(3000);
});
