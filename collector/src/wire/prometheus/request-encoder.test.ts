import { expect, test } from "vitest";
import { describeV2 } from "../../../test/kit/remote-write.ts";
import { RequestEncoder } from "./request-encoder.ts";
import { WriteRequestDecoder } from "./write-request.ts";

test("a request says what was written into it, and is taken as it is", () => {
  const encoder = new RequestEncoder();
  encoder.family("a", "counter", "All of it.", "");
  const labels = ["__name__", "a", "job", "x"];
  encoder.beginSeries(labels).sample(1.5, 1000, 500).sample(-1, -5).exemplar(["trace_id", "t"], 2, 9).endSeries();
  encoder.beginSeries(["__name__", "b"]).staleSample(7).endSeries();
  encoder
    .beginSeries(["__name__", "h"])
    .histogram(
      {
        schema: -2,
        zeroThreshold: 1e-128,
        zeroCount: 1,
        count: 4,
        sum: 2.5,
        positiveSpans: [{ offset: -3, length: 2 }],
        positiveBuckets: [1, 2],
        negativeSpans: [],
        negativeBuckets: [],
        counterResetHint: "gauge",
      },
      8,
      3,
    )
    .endSeries();
  const { bytes, ...counts } = encoder.finish();
  expect(counts).toEqual({ samples: 3, histograms: 1, exemplars: 1 });
  expect(describeV2(bytes)).toEqual([
    '{__name__="a"} is 1 "All of it." ""',
    '{__name__="a",job="x"} 1.5 @1000 from 500',
    '{__name__="a",job="x"} -1 @-5',
    '{__name__="a",job="x"} # {trace_id="t"} 2 @9',
    '{__name__="b"} NaN @7',
    '{__name__="h"} {"countFloat":4,"sum":2.5,"schema":-2,"zeroThreshold":1e-128,"zeroCountFloat":1,"positiveSpans":[{"offset":-3,"length":2}],"positiveCounts":[1,2],"resetHint":3} @8 from 3',
  ]);
  expect(Buffer.from(bytes).includes(Buffer.from("020000000000f07f", "hex"))).toBe(true);
  expect(new WriteRequestDecoder().decode("2.0", bytes)).toMatchObject({ batch: { bytes }, ...counts, rejected: 0 });
});
