import { afterEach, beforeEach, expect, test } from "vitest";
import { logBatch, spanBatch, spansOf } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError } from "../../component/errors.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { batchConfig } from "./config.ts";
import { batchProcessor } from "./factory.ts";

await batchProcessor.load?.();

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => clock.restore());

function create(yaml: string) {
  const sinks = createSinks();
  const settings = testSettings("processor", "batch");
  const processor = batchProcessor.create(settings, readConfig(batchConfig, yaml), sinks);
  /** Sends a batch; the answer, once it is there, is in `answers` under its place. */
  const answers: unknown[] = [];
  const send = (batch: SpanBatch) => {
    const place = answers.push("waiting") - 1;
    void processor.traces?.consume(batch).then(
      (partial) => (answers[place] = partial ?? "taken"),
      (error: unknown) => (answers[place] = error),
    );
  };
  return { sinks, settings, processor, answers, send };
}

const spans = (count: number) => spanBatch({ records: Array.from({ length: count }, () => ({})) });
const counts = (batches: readonly { count: number }[]) => batches.map(({ count }) => count);

test("sends what has gathered when the time is over, and only then acknowledges", async () => {
  const { sinks, answers, send } = create("{timeout: 200ms, send_batch_size: 100}");
  const [a, b] = [spans(2), spans(3)];
  send(a);
  await clock.advance(150);
  send(b);
  expect([answers, sinks.traces.batches]).toEqual([["waiting", "waiting"], []]);
  await clock.advance(50);
  expect(counts(sinks.traces.batches)).toEqual([5]);
  expect(answers).toEqual(["taken", "taken"]);
  expect(spansOf(sinks.traces.batches[0])).toEqual([...spansOf(a), ...spansOf(b)]);
});

test("sends at once when there is enough", async () => {
  const { sinks, answers, send } = create("{timeout: 1h, send_batch_size: 5}");
  send(spans(4));
  send(spans(3));
  await clock.advance(0);
  expect([counts(sinks.traces.batches), answers]).toEqual([[7], ["taken", "taken"]]);
});

test("waits for the answer before it acknowledges", async () => {
  const { sinks, answers, send } = create("{timeout: 10ms}");
  const stored = Promise.withResolvers<undefined>();
  sinks.traces.answer = () => stored.promise;
  send(spans(1));
  await clock.advance(10);
  expect([counts(sinks.traces.batches), answers]).toEqual([[1], ["waiting"]]);
  stored.resolve(undefined);
  await clock.advance(0);
  expect(answers).toEqual(["taken"]);
});

test("a failure reaches everyone whose records were in the batch", async () => {
  const { sinks, answers, send } = create("{timeout: 10ms}");
  const failure = new PermanentError("cannot store that");
  sinks.traces.answer = () => failure;
  send(spans(1));
  send(spans(1));
  await clock.advance(10);
  expect(answers).toEqual([failure, failure]);
});

test("a batch that is alone stays the very same object", async () => {
  const { sinks, send } = create("{timeout: 10ms}");
  const alone = spans(3);
  send(alone);
  await clock.advance(10);
  expect(sinks.traces.batches[0]).toBe(alone);
});

test("larger batches are split, what is left over waits, and each caller hears of all its parts", async () => {
  const { sinks, answers, send } = create("{timeout: 1s, send_batch_size: 4, send_batch_max_size: 4}");
  send(spans(3));
  send(spans(7));
  await clock.advance(0);
  expect([counts(sinks.traces.batches), answers]).toEqual([
    [4, 4],
    ["taken", "waiting"],
  ]);
  await clock.advance(1000);
  expect([counts(sinks.traces.batches), answers]).toEqual([
    [4, 4, 2],
    ["taken", "taken"],
  ]);
});

test("when a part fails, the rest of that caller's records is not sent", async () => {
  const { sinks, answers, send } = create("{timeout: 1s, send_batch_size: 4, send_batch_max_size: 4}");
  sinks.traces.answer = () => (sinks.traces.batches.length === 1 ? new PermanentError("no") : undefined);
  send(spans(6));
  await clock.advance(0);
  expect(answers).toEqual([new PermanentError("no")]);
  send(spans(1));
  await clock.advance(1000);
  expect([counts(sinks.traces.batches), answers[1]]).toEqual([[4, 1], "taken"]);
});

test("rejections are told to everyone who may be meant", async () => {
  const { sinks, answers, send } = create("{timeout: 10ms}");
  sinks.traces.answer = () => ({ rejected: 2, message: "two are bad" });
  send(spans(1));
  send(spans(5));
  await clock.advance(10);
  expect(answers).toEqual([
    { rejected: 1, message: "two are bad" },
    { rejected: 2, message: "two are bad" },
  ]);
});

test("timeout 0 and size 0 send every request at once", async () => {
  for (const yaml of ["timeout: 0s", "send_batch_size: 0"]) {
    const { sinks, send } = create(yaml);
    send(spans(1));
    send(spans(2));
    await clock.advance(0);
    expect(counts(sinks.traces.batches)).toEqual([1, 2]);
  }
});

test("shutdown sends what waits, waits for the answers, and sends what comes later at once", async () => {
  const { sinks, processor, answers, send } = create("timeout: 1h");
  const stored = Promise.withResolvers<undefined>();
  sinks.traces.answer = () => stored.promise;
  send(spans(2));
  let stopped = false;
  const stopping = processor.shutdown?.(clock.now + 1000).then(() => (stopped = true));
  await clock.advance(0);
  expect([counts(sinks.traces.batches), stopped]).toEqual([[2], false]);
  stored.resolve(undefined);
  await stopping;
  send(spans(1));
  await clock.advance(0);
  expect([counts(sinks.traces.batches), answers]).toEqual([
    [2, 1],
    ["taken", "taken"],
  ]);
});

test("logs gather as well, and metrics requests are put one behind the other", async () => {
  const { sinks, processor } = create("timeout: 10ms");
  void processor.logs?.consume(logBatch({ records: [{ body: "a" }] }));
  void processor.logs?.consume(logBatch({ records: [{ body: "b" }] }));
  const metrics = (byte: number): MetricBatch => ({
    signal: "metrics",
    format: "otlp",
    bytes: Uint8Array.of(0x0a, 0x01, byte),
    count: 2,
  });
  void processor.metrics?.consume(metrics(1));
  void processor.metrics?.consume(metrics(2));
  await clock.advance(10);
  expect(counts(sinks.logs.batches)).toEqual([2]);
  expect(sinks.metrics.batches).toEqual([
    { signal: "metrics", format: "otlp", bytes: Uint8Array.of(0x0a, 1, 1, 0x0a, 1, 2), count: 4 },
  ]);
});

test("counts what made it send", async () => {
  const { settings, send } = create("{timeout: 10ms, send_batch_size: 3}");
  send(spans(3));
  send(spans(1));
  await clock.advance(10);
  expect(await settings.samples("_trigger_send")).toEqual([
    'otelcol_processor_batch_batch_size_trigger_send{processor="batch"} 1',
    'otelcol_processor_batch_timeout_trigger_send{processor="batch"} 1',
  ]);
  expect(await settings.samples("batch_send_size_sum")).toEqual([
    'otelcol_processor_batch_batch_send_size_sum{processor="batch"} 4',
  ]);
});

test("a mistake in the configuration is said", () => {
  expect(tryConfig(batchConfig, "{send_batch_size: 10, send_batch_max_size: 5}").issues).toEqual([
    "send_batch_max_size: must not be smaller than send_batch_size (10)",
  ]);
  expect(tryConfig(batchConfig, "metadata_keys: [tenant]").issues[0]).toContain("metadata_keys: is not supported");
  expect(tryConfig(batchConfig, "timeout: -1s").issues).toEqual([
    'timeout: expected a duration of at least 0s, got "-1s"',
  ]);
});
