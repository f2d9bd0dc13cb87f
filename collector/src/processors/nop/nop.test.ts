import { expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { nopProcessor } from "./factory.ts";

test("hands every batch on as it is", async () => {
  const sinks = createSinks();
  const processor = nopProcessor.create(testSettings(), {}, { traces: sinks.traces });
  const batch = spanBatch({ records: [{}] });
  await processor.traces?.consume(batch);
  expect(sinks.traces.batches[0]).toBe(batch);
  expect(processor.logs).toBeUndefined();
});
