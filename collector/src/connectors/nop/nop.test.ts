import { expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { nopConnector } from "./factory.ts";

test("joins any signal with any, and lets nothing through", async () => {
  const sinks = createSinks();
  expect(nopConnector.pairs).toHaveLength(9);
  await nopConnector.create(testSettings("connector"), {}, sinks).traces?.consume(spanBatch({ records: [{}] }));
  expect(sinks.traces.batches).toEqual([]);
});
