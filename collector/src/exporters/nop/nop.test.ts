import { expect, test } from "vitest";
import { spanBatch } from "../../../test/kit/batches.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { nopExporter } from "./factory.ts";

test("takes everything", async () => {
  const exporter = nopExporter.create(testSettings("exporter"), {});
  expect(await exporter.traces?.consume(spanBatch({ records: [{}] }))).toBeUndefined();
});
