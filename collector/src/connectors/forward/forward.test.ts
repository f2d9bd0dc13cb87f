import { expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { forwardConnector } from "./factory.ts";

test("hands every batch on as it is, to its own signal", async () => {
  const sinks = createSinks();
  const connector = forwardConnector.create(testSettings("connector"), {}, { traces: sinks.traces });
  const batch = spanBatch({ records: [{}] });
  await connector.traces?.consume(batch);
  expect(sinks.traces.batches[0]).toBe(batch);
  expect(connector.logs).toBeUndefined();
});
