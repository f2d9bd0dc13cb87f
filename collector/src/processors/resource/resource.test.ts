import { expect, test } from "vitest";
import { logBatch, logsOf, spanBatch, spansOf } from "../../../test/kit/batches.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { resourceConfig } from "./config.ts";
import { resourceProcessor } from "./factory.ts";

await resourceProcessor.load?.();

function create(attributes: string) {
  const sinks = createSinks();
  const config = readConfig(resourceConfig, `attributes: [${attributes}]`);
  return { sinks, processor: resourceProcessor.create(testSettings(), config, sinks) };
}

test("changes the attributes of every resource and leaves the records alone", async () => {
  const { sinks, processor } = create("{key: env, value: prod, action: upsert}, {key: host.name, action: delete}");
  const batch = spanBatch(
    {
      resource: { "service.name": "a", "host.name": "h" },
      scope: { name: "lib" },
      records: [{ attributes: { env: "span" } }],
    },
    { records: [{}] },
  );
  await processor.traces?.consume(batch);
  const [first, second] = spansOf(sinks.traces.batches[0]);
  expect(first).toMatchObject({
    resource: { "service.name": "a", env: "prod" },
    scope: { name: "lib" },
    attributes: { env: "span" },
  });
  expect(second.resource).toEqual({ env: "prod" });
  expect(sinks.traces.batches[0].received).toBeUndefined();
});

test("does the same for logs", async () => {
  const { sinks, processor } = create("{key: env, value: prod, action: upsert}");
  await processor.logs?.consume(logBatch({ records: [{ body: "x" }] }));
  expect(logsOf(sinks.logs.batches[0])[0].resource).toEqual({ env: "prod" });
});

test("hands on the batch itself when nothing matches", async () => {
  const { sinks, processor } = create("{key: none, value: x, action: update}, {key: gone, action: delete}");
  const batch = spanBatch({ resource: { "service.name": "a" }, records: [{}] });
  await processor.traces?.consume(batch);
  expect(sinks.traces.batches[0]).toBe(batch);
});
