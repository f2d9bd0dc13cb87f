/** Whatever a condition holds, it compiles or is refused with a position inside it; what compiles can be asked. */
import { expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { Random } from "../../../test/kit/random.ts";
import { RecordView } from "../records/record-view.ts";
import { compileCondition } from "./compile-condition.ts";
import { ConditionError } from "./condition-error.ts";

const WORDS =
  'attributes name kind status code resource scope span IsMatch IsRootSpan nil true and or not ( ) [ ] . , == != < >= 1 -2.5 "a" "(?i)b" 0xff ='.split(
    " ",
  );

test("random conditions", () => {
  const record = new RecordView().at(
    spanBatch({ resource: { a: 1 }, records: [{ attributes: { a: ["x", { b: 1 }] } }] }),
    0,
  );
  let compiled = 0;
  for (let seed = 0; seed < 10_000; seed++) {
    const random = new Random(seed);
    const text = Array.from({ length: 1 + random.below(9) }, () => random.pick(WORDS)).join(" ");
    try {
      const condition = compileCondition(text, { context: "span" });
      compiled++;
      expect(typeof condition({ record }), text).toBe("boolean");
    } catch (error) {
      expect(error, text).toBeInstanceOf(ConditionError);
      expect((error as ConditionError).position).toBeLessThanOrEqual(text.length);
    }
  }
  expect(compiled).toBeGreaterThan(30);
});
