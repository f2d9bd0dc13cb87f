/** Exceptions through the API: what the connector noticed of batches, and what the store has of them. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { logBatch, spanBatch, type RecordsOptions } from "../../test/kit/batches.ts";
import { FakeClock } from "../../test/kit/fake-clock.ts";
import { readConfig } from "../../test/kit/read-config.ts";
import { testSettings } from "../../test/kit/settings.ts";
import { createSinks } from "../../test/kit/sink.ts";
import { exceptionsConnector } from "../connectors/exceptions/factory.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { createApi } from "./api.ts";
import type { WireExceptionDetail, WireExceptionGroups } from "./contract.ts";

const NOW = 1_700_000_000_000;
let clock: FakeClock;
beforeEach(() => (clock = new FakeClock(NOW)));
afterEach(() => clock.restore());
await exceptionsConnector.load?.();

let ids = 0;

/** A span that ended `secondsAgo` with an exception, in a trace of its own. */
function failed(
  type: string,
  message: string,
  secondsAgo: number,
  name = "charge",
  status = 2,
): Record<string, unknown> {
  const nanos = String(BigInt(Date.now() - secondsAgo * 1000) * 1_000_000n);
  const id = (++ids).toString(16);
  return {
    name,
    traceId: id.padStart(32, "a"),
    spanId: id.padStart(16, "b"),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    status: { code: status },
    events: [
      {
        name: "exception",
        timeUnixNano: nanos,
        attributes: {
          "exception.type": type,
          "exception.message": message,
          "exception.stacktrace": `${type}: ${message}\n    at pay (/app/pay.js:1:1)\n    at run (node:internal/a:1:1)`,
        },
      },
    ],
  };
}

function of(service: string, version: string, ...records: Record<string, unknown>[]): RecordsOptions {
  return { resource: { "service.name": service, "service.version": version }, records };
}

async function create({ connected = true } = {}) {
  const store = new MemoryStore();
  const settings = testSettings("connector", "exceptions");
  const host = { ...settings.host, extension: () => ({ capability: { writer: store } }) };
  const sinks = createSinks();
  const connector = exceptionsConnector.create(
    { ...settings, host },
    readConfig(exceptionsConnector.config, ""),
    sinks,
  );
  await connector.start?.();
  const api = createApi({
    reader: store,
    documents: store.documents,
    info: () => ({ version: "1", startedAtMillis: 0, ports: {} }),
    reportError: (_id, error) => {
      throw error;
    },
  });
  return {
    spans: async (...parts: RecordsOptions[]) => {
      await store.append(spanBatch(...parts));
      if (connected) await connector.traces?.consume(spanBatch(...parts));
    },
    logs: async (...parts: RecordsOptions[]) => {
      await store.append(logBatch(...parts));
      if (connected) await connector.logs?.consume(logBatch(...parts));
    },
    /** Flushes by stopping; the connector counts on. */
    flush: async () => {
      await connector.shutdown?.(Date.now() + 1000);
      for (const batch of sinks.metrics.batches.splice(0)) await store.appendMetrics(batch);
    },
    list: async (query = "") => {
      const response = await api.request(`/api/v1/exceptions?${query}`);
      return (await response.json()) as WireExceptionGroups;
    },
    detail: async (fingerprint: string, query = "") => {
      const response = await api.request(`/api/v1/exceptions/${fingerprint}?${query}`);
      return { status: response.status, body: (await response.json()) as WireExceptionDetail };
    },
    request: async (path: string) => api.request(path),
  };
}

const brief = ({ groups }: WireExceptionGroups) =>
  groups.map(({ service, type, message, count }) => `${service} ${type}: ${message} ${count}`);

describe("exceptions through the API", () => {
  test("are groups with counts, trend, versions, first and last seen, most frequent first", async () => {
    const { spans, flush, list } = await create();
    await spans(
      of("pay", "1", failed("CardError", "no route 1", 600), failed("CardError", "no route 2", 60)),
      of("cart", "7", failed("TypeError", "x is undefined", 30)),
    );
    await spans(of("pay", "2", failed("CardError", "no route 3", 10)));
    await flush();
    const found = await list("buckets=6");
    expect(brief(found)).toEqual(["pay CardError: no route 3 3", "cart TypeError: x is undefined 1"]);
    expect(found).toMatchObject({ total: 2, truncated: false, stepMillis: 600_000 });
    expect(found.groups[0]).toMatchObject({
      culprit: "pay (pay.js)",
      versions: ["2", "1"],
      firstSeenUnixNano: String(BigInt(NOW - 600_000) * 1_000_000n),
      lastSeenUnixNano: String(BigInt(NOW - 10_000) * 1_000_000n),
      exampleTraceId: expect.stringMatching(/^a+\d$/),
    });
    expect(found.groups[0].trend.reduce((sum, each) => sum + each)).toBe(3);
    expect(found.groups[0].trend.length).toBe(6);
  });

  test("count in the range asked for, and tell when they were first seen ever", async () => {
    const { spans, flush, list } = await create();
    await spans(of("pay", "1", failed("CardError", "no route", 0), failed("CardError", "no route", 0)));
    await flush();
    for (let minute = 0; minute < 180; minute++) {
      await clock.advance(60_000);
      if (minute >= 150) await spans(of("pay", "2", failed("CardError", "no route", 0)));
      await flush();
    }
    const found = await list();
    expect(brief(found)).toEqual(["pay CardError: no route 30"]);
    expect(found.groups[0].firstEverUnixNano).toBe(String(BigInt(NOW) * 1_000_000n));
    expect(BigInt(found.groups[0].firstSeenUnixNano)).toBeGreaterThan(BigInt(NOW + 149 * 60_000) * 1_000_000n);
    const end = NOW + 100 * 60_000;
    expect(brief(await list(`start=${NOW - 60_000}&end=${end}`))).toEqual(["pay CardError: no route 2"]);
    expect(brief(await list(`start=${NOW + 60_000}&end=${end}`))).toEqual([]);
  });

  test("are chosen by service and by the conditions of the query language", async () => {
    const { spans, list, flush } = await create();
    await spans(
      of("pay", "1", failed("CardError", "no route", 9)),
      of("cart", "7", failed("TypeError", "x is undefined", 9)),
    );
    await flush();
    const types = async (query: string) => (await list(query)).groups.map(({ type }) => type).sort();
    expect(await types("service=cart")).toEqual(["TypeError"]);
    expect(await types("query=service:pay")).toEqual(["CardError"]);
    expect(await types("query=undefined")).toEqual(["TypeError"]);
    expect(await types("query=-undefined")).toEqual(["CardError"]);
    expect(await types("query=exception.type:*Error%20version:7")).toEqual(["TypeError"]);
    expect(await types("query=level:info")).toEqual([]);
    expect((await list("limit=1")).total).toBe(2);
  });

  test("have a page: occurrences of spans and logs, operations, the newest stack trace", async () => {
    const { spans, logs, list, detail, flush } = await create();
    // Handled ones, too: the span did not fail.
    await spans(
      of("pay", "1", failed("CardError", "no route 1", 9), failed("CardError", "no route 2", 8, "refund", 0)),
    );
    await spans(of("pay", "1", failed("CardError", "no route 3", 7), failed("OtherError", "no route 3", 6)));
    await logs(
      of("pay", "2", {
        timeUnixNano: String(BigInt(NOW - 1000) * 1_000_000n),
        attributes: {
          "exception.type": "CardError",
          "exception.message": "no route 4",
          "exception.stacktrace": "CardError: no route 4\n    at pay (/srv/pay.js:9:9)",
        },
      }),
    );
    await flush();
    const group = (await list()).groups.find(({ type }) => type === "CardError");
    const { body } = await detail(group?.fingerprint ?? "");
    expect(body.group).toMatchObject({ count: 4, versions: ["2", "1"] });
    expect(body.stacktrace).toContain("/srv/pay.js:9:9");
    expect(body.occurrences.map(({ message, source, version }) => `${source} ${version} ${message}`)).toEqual([
      "log 2 no route 4",
      "span 1 no route 3",
      "span 1 no route 2",
      "span 1 no route 1",
    ]);
    expect(body.operations).toEqual([
      { name: "charge", count: 2 },
      { name: "refund", count: 1 },
    ]);
  });

  test("of error logs without a type are found by their message", async () => {
    const { logs, list, detail, flush } = await create();
    const error = (body: string) => ({ timeUnixNano: String(BigInt(NOW) * 1_000_000n), severityNumber: 17, body });
    await logs(
      of("pay", "1", error("cannot charge order 1"), error("cannot charge order 2"), error("cannot refund order 1")),
    );
    await flush();
    const { groups } = await list("query=charge");
    expect(groups).toMatchObject([{ type: "", message: "cannot charge order 2", count: 2 }]);
    expect((await detail(groups[0].fingerprint)).body.occurrences.length).toBe(2);
  });

  test("are known when their spans are gone, with the first stack trace", async () => {
    const one = await create();
    await one.spans(of("pay", "1", failed("CardError", "no route", 9)));
    await one.flush();
    const [{ fingerprint }] = (await one.list()).groups;
    const { body } = await one.detail(fingerprint, `start=${NOW - 1000}&end=${NOW}`);
    expect(body).toMatchObject({ group: { count: 0, type: "CardError" }, occurrences: [] });
    expect(body.stacktrace).toContain("at pay (/app/pay.js:1:1)");
  });

  test("are found in the store where no connector notices them", async () => {
    const { spans, logs, list, detail } = await create({ connected: false });
    await spans(of("pay", "1", failed("CardError", "no route 1", 9), failed("CardError", "no route 2", 8)));
    await logs(of("pay", "1", { timeUnixNano: String(BigInt(NOW) * 1_000_000n), severityNumber: 17, body: "oops" }));
    const found = await list();
    expect(brief(found)).toEqual(["pay CardError: no route 2 2", "pay : oops 1"]);
    expect(found.groups[0].firstEverUnixNano).toBeUndefined();
    expect((await detail(found.groups[0].fingerprint)).body.occurrences.length).toBe(2);
  });

  test("that never came are not found", async () => {
    const { detail, request } = await create();
    expect((await detail("0123456789abcdef")).status).toBe(404);
    expect((await request("/api/v1/exceptions?query=level:")).status).toBe(400);
    expect((await request("/api/v1/exceptions?limit=0")).status).toBe(400);
  });
});
