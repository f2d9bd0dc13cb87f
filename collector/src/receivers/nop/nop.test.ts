import { expect, test } from "vitest";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { nopReceiver } from "./factory.ts";

test("receives nothing", async () => {
  const sinks = createSinks();
  const receiver = nopReceiver.create(testSettings("receiver"), {}, sinks);
  await receiver.start?.();
  await receiver.shutdown?.(Date.now());
  expect(sinks.traces.batches).toEqual([]);
});
