import { expect, test } from "vitest";
import { spanBatch } from "../../test/kit/batches.ts";
import { testSettings } from "../../test/kit/settings.ts";
import { createSinks } from "../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "./errors.ts";
import { observeReceiver } from "./observe-receiver.ts";

const three = spanBatch({ records: [{}, {}, {}] });

/** Samples after one batch of three spans was answered so. */
async function check(
  answer: Error | { rejected: number; message: string } | undefined,
  expected: Record<string, number>,
) {
  const settings = testSettings("receiver", "otlp/in");
  const sinks = createSinks();
  sinks.traces.answer = () => answer;
  const { traces } = observeReceiver(settings, "grpc", sinks);
  await traces?.consume(three).catch(() => undefined);
  const samples = await settings.samples("_spans");
  const labels = '{receiver="otlp/in",transport="grpc"}';
  expect(samples).toEqual(
    ["accepted", "refused", "failed"].map(
      (outcome) => `otelcol_receiver_${outcome}_spans${labels} ${expected[outcome] ?? 0}`,
    ),
  );
}

test("counts what the pipeline took, refused and failed at, under the Collector's names", async () => {
  await check(undefined, { accepted: 3 });
  await check({ rejected: 1, message: "one is bad" }, { accepted: 2, refused: 1 });
  await check(new RetryableError("cannot now"), { refused: 3 });
  await check(new PermanentError("cannot ever"), { refused: 3 });
  await check(new TypeError("a mistake"), { failed: 3 });
});

test("calls the items of logs and metrics as the Collector does", async () => {
  const settings = testSettings("receiver", "otlp");
  observeReceiver(settings, "http", createSinks());
  expect(await settings.samples("accepted_log_records")).toEqual([
    'otelcol_receiver_accepted_log_records{receiver="otlp",transport="http"} 0',
  ]);
  expect(await settings.samples("accepted_metric_points")).toHaveLength(1);
});
