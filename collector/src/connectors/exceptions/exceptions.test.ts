import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { logBatch, spanBatch, type RecordsOptions } from "../../../test/kit/batches.ts";
import { FakeClock } from "../../../test/kit/fake-clock.ts";
import { metricPoints, type MetricPoint } from "../../../test/kit/metric-points.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { EXCEPTION_STACKS, EXCEPTIONS, type ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { exceptionsConnector } from "./factory.ts";

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));
afterEach(() => clock.restore());
await exceptionsConnector.load?.();

const START = 1_700_000_000_000_000_000n;
const TRACE = "0102030405060708090a0b0c0d0e0f10";
const SPAN = "0102030405060708";

/** A span with an exception event `second` seconds after the start. */
function failed(
  type: string,
  message: string,
  second = 0,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    name: "charge",
    traceId: TRACE,
    spanId: SPAN,
    startTimeUnixNano: String(START),
    endTimeUnixNano: String(START),
    events: [
      { name: "retry", timeUnixNano: String(START) },
      {
        name: "exception",
        timeUnixNano: String(START + BigInt(second) * 1_000_000_000n),
        attributes: {
          "exception.type": type,
          "exception.message": message,
          "exception.stacktrace": `${type}: ${message}\n    at pay (/app/pay.js:1:1)`,
        },
      },
    ],
    ...more,
  };
}

function of(service: string, version: string, ...records: Record<string, unknown>[]): RecordsOptions {
  return { resource: { "service.name": service, "service.version": version }, records };
}

async function create(yaml = "", store = new MemoryStore()) {
  const settings = testSettings("connector", "exceptions");
  const host = {
    ...settings.host,
    extension: (id: string) => (id === "storage" ? { capability: { writer: store } } : undefined),
  };
  const sinks = createSinks();
  const connector = exceptionsConnector.create(
    { ...settings, host },
    readConfig(exceptionsConnector.config, yaml),
    sinks,
  );
  await connector.start?.();
  return {
    store,
    settings,
    spans: async (...parts: RecordsOptions[]) => connector.traces?.consume(spanBatch(...parts)),
    logs: async (...parts: RecordsOptions[]) => connector.logs?.consume(logBatch(...parts)),
    /** Flushes by stopping; the connector counts on. */
    flush: async (): Promise<MetricPoint[]> => {
      await connector.shutdown?.(Date.now() + 1000);
      return metricPoints(sinks.metrics.batches.splice(0));
    },
    records: async (): Promise<ExceptionRecord[]> => {
      const all = await store.documents.list(EXCEPTIONS);
      return all
        .map(({ value }) => value as ExceptionRecord)
        .sort((a, b) => (`${a.type} ${a.message}` < `${b.type} ${b.message}` ? -1 : 1));
    },
  };
}

/** service type value, sorted. */
function lines(points: readonly MetricPoint[]): string[] {
  return points
    .map(({ attributes, value, isEnd }) => {
      const label = attributes["otel.metric.overflow"] ? "overflow" : attributes["exception.type"];
      return `${attributes["service.name"]} ${label} ${isEnd ? "end" : value}`;
    })
    .sort();
}

describe("the exceptions connector", () => {
  test("counts exception events of spans by fingerprint, with an exemplar", async () => {
    const { spans, flush } = await create();
    await spans(of("pay", "1", failed("CardError", "no route 1"), failed("CardError", "no route 2"), { name: "fine" }));
    await spans(
      of("pay", "1", failed("CardError", "no route 3"), failed("TypeError", "x")),
      of("cart", "1", failed("CardError", "no route 1")),
    );
    const points = await flush();
    expect(lines(points)).toEqual(["cart CardError 1", "pay CardError 3", "pay TypeError 1"]);
    expect(points[0]).toMatchObject({
      name: "exceptions",
      kind: "sum",
      temporality: "cumulative",
      exemplars: [{ traceId: TRACE, spanId: SPAN }],
    });
    expect(points[0].attributes.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  test("remembers when, in which versions and in which trace each was seen", async () => {
    const { spans, flush, records, store } = await create();
    await spans(of("pay", "1", failed("CardError", "no route 1", 5), failed("CardError", "no route 2", 9)));
    await spans(of("pay", "2", failed("CardError", "no route 3", 7)));
    await flush();
    const [record] = await records();
    expect(record).toMatchObject({
      service: "pay",
      type: "CardError",
      message: "no route 2",
      culprit: "pay (pay.js)",
      count: 3,
      firstSeenUnixNano: String(START + 5_000_000_000n),
      lastSeenUnixNano: String(START + 9_000_000_000n),
      source: "span",
      traceId: TRACE,
      spanId: SPAN,
    });
    expect(record.versions.map(({ name }) => name)).toEqual(["1", "2"]);
    expect(await store.documents.get(EXCEPTION_STACKS, record.fingerprint)).toContain("at pay (/app/pay.js:1:1)");
  });

  test("counts one that comes again with the same words for its own service, version, time and trace", async () => {
    const { spans, flush, records } = await create();
    const other = { traceId: "ff".repeat(16), spanId: "ee".repeat(8) };
    for (let i = 0; i < 3; i++) await spans(of("pay", "1", failed("CardError", "gone", 3 * i + 1)));
    await spans(of("cart", "1", failed("CardError", "gone", 2)));
    await spans(of("pay", "2", failed("CardError", "gone", 4)), of("pay", "1", failed("CardError", "gone", 9, other)));
    expect(lines(await flush())).toEqual(["cart CardError 1", "pay CardError 5"]);
    const [cart, pay] = (await records()).sort((a, b) => (a.service < b.service ? -1 : 1));
    expect(cart).toMatchObject({ count: 1, traceId: TRACE, spanId: SPAN });
    expect(pay).toMatchObject({
      count: 5,
      message: "gone",
      firstSeenUnixNano: String(START + 1_000_000_000n),
      lastSeenUnixNano: String(START + 9_000_000_000n),
      ...other,
    });
    expect(pay.versions.map(({ name }) => name)).toEqual(["1", "2"]);
    // What has no time of its own has its span's.
    const untimed = failed("CardError", "gone");
    const [, event] = untimed.events as Record<string, unknown>[];
    for (const start of [20n, 30n])
      await spans(
        of("untimed", "1", {
          ...untimed,
          events: [{ ...event, timeUnixNano: "0" }],
          startTimeUnixNano: String(START + start),
        }),
      );
    await flush();
    expect((await records()).find(({ service }) => service === "untimed")).toMatchObject({
      count: 2,
      firstSeenUnixNano: String(START + 20n),
      lastSeenUnixNano: String(START + 30n),
    });
  });

  test("knows after a restart what it had seen before", async () => {
    const before = await create();
    await before.spans(of("pay", "1", failed("CardError", "no route 1", 5)));
    await before.flush();
    const after = await create("", before.store);
    await after.spans(of("pay", "2", failed("CardError", "no route 2", 60)));
    expect(lines(await after.flush())).toEqual(["pay CardError 1"]);
    expect(await after.records()).toMatchObject([
      { count: 2, firstSeenUnixNano: String(START + 5_000_000_000n), versions: [{ name: "2" }, { name: "1" }] },
    ]);
    expect(await after.settings.samples("new_fingerprints_total")).toEqual([expect.stringMatching(/ 0$/)]);
    expect(await before.settings.samples("new_fingerprints_total")).toEqual([expect.stringMatching(/ 1$/)]);
  });

  test("counts log records with exception attributes or the event name, and errors by their message", async () => {
    const { logs, flush, records } = await create();
    const attributes = { "exception.type": "CardError", "exception.message": "no route 1" };
    await logs(
      of(
        "pay",
        "1",
        { severityNumber: 9, attributes, traceId: TRACE, spanId: SPAN },
        { severityNumber: 9, eventName: "exception", body: "RangeError: too far" },
        { severityNumber: 17, body: "cannot charge order 17" },
        { severityNumber: 21, body: "cannot charge order 18" },
        {
          severityNumber: 17,
          body: "oops",
          attributes: { err: { type: "DbError", message: "gone", stack: "DbError: gone\n    at q (/app/db.js:1:1)" } },
        },
        { severityNumber: 13, body: "slow" },
        { severityText: "ERROR", body: "out of paper" },
        { severityText: "warn", body: "little paper" },
      ),
    );
    expect(lines(await flush())).toEqual(["pay  1", "pay  2", "pay CardError 1", "pay DbError 1", "pay RangeError 1"]);
    expect((await records()).map(({ type, message, culprit, source }) => [type, message, culprit, source])).toEqual([
      ["", "cannot charge order 18", "", "log"],
      ["", "out of paper", "", "log"],
      ["CardError", "no route 1", "", "log"],
      ["DbError", "gone", "q (db.js)", "log"],
      ["RangeError", "too far", "", "log"],
    ]);
  });

  test("leaves errors without exception attributes alone when told so", async () => {
    const { logs, flush } = await create("error_logs: false");
    await logs(of("pay", "1", { severityNumber: 17, body: "broken" }, { attributes: { "exception.type": "E" } }));
    expect(lines(await flush())).toEqual(["pay E 1"]);
  });

  test("gives a service so many places and counts the rest together", async () => {
    const { spans, flush, records } = await create("max_fingerprints_per_service: 2");
    await spans(
      of("pay", "1", ..."abcde".split("").map((type) => failed(type, "x"))),
      of("cart", "1", failed("a", "x")),
    );
    expect(lines(await flush())).toEqual(["cart a 1", "pay a 1", "pay b 1", "pay overflow 3"]);
    expect((await records()).length).toBe(3);
  });

  test("forgets what was not seen for longest when there are too many, in the store as well", async () => {
    const { spans, flush, records } = await create("max_fingerprints: 3");
    await spans(of("pay", "1", ..."abc".split("").map((type, i) => failed(type, "x", i))));
    await flush();
    await spans(of("pay", "1", failed("d", "x", 9)));
    expect(lines(await flush())).toEqual(["pay a end", "pay d 1"]);
    expect((await records()).map(({ type }) => type)).toEqual(["b", "c", "d"]);
  });

  test("ends series that are not used any more, and begins them anew", async () => {
    const { spans, flush, records } = await create("metrics_expiration: 1m");
    await spans(of("pay", "1", failed("a", "x")));
    expect(lines(await flush())).toEqual(["pay a 1"]);
    expect(await flush()).toEqual([]);
    await clock.advance(61_000);
    expect(lines(await flush())).toEqual(["pay a end"]);
    await spans(of("pay", "1", failed("a", "x")));
    expect(lines(await flush())).toEqual(["pay a 1"]);
    expect(await records()).toMatchObject([{ count: 2 }]);
  });

  test("says which store it lacks", async () => {
    await expect(create("storage: other")).rejects.toThrow('cannot find the store "other"');
    await expect(create('storage: ""')).resolves.toBeDefined();
  });

  test("keeps counting when the store does not take documents, and writes them later", async () => {
    const { spans, flush, records, store, settings } = await create();
    const full = new Error("disk full");
    vi.spyOn(store.documents, "putAll").mockRejectedValueOnce(full);
    await spans(of("pay", "1", failed("a", "x")));
    expect(lines(await flush())).toEqual(["pay a 1"]);
    expect(settings.lines.map(({ msg, reason }) => [msg, reason])).toEqual([
      ["cannot remember exceptions; it is tried again", "disk full"],
    ]);
    await flush();
    expect((await records()).length).toBe(1);
  });
});
