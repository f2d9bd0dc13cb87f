/** What the engines tell about themselves: records and times in both, bytes in the embedded one, held against what was sent. */
import { afterEach, describe, expect, it } from "vitest";
import { oracleEncode } from "../../test/kit/oracle.ts";
import { Random } from "../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../test/kit/random-otlp.ts";
import { gaugesRequest } from "../../test/kit/simple-metrics.ts";
import { at, logsRequest, tracesRequest } from "../../test/kit/simple-otlp.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { SpanBatch } from "../model/span-batch.ts";
import {
  engines,
  logsOf,
  metricsOf,
  openSqlite,
  spansOf,
  tempDirectory,
  type StoreUnderTest,
} from "../../test/kit/stores.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

function opened<S extends StoreUnderTest>(store: S): S {
  open.push(store);
  return store;
}

function sqlite(records = 1_000_000) {
  const directory = tempDirectory();
  let now = 1_000_000;
  const store = openSqlite(directory.path, { seal: { records }, now: () => now });
  const close = () => store.close().finally(directory.remove);
  /** Appends, and seals. */
  const put = async (batch: SpanBatch | LogBatch) => {
    const outcome = await store.writer.append(batch);
    store.writer.tick();
    return outcome;
  };
  return opened({ ...store, close, put, pass: (millis: number) => (now += millis) });
}

describe.each(engines())("$name", ({ open: openEngine }) => {
  it("counts records by signal and by service, with the time they are of", async () => {
    const { writer, reader } = opened(openEngine());
    const spans = [1, 2, 3].map((id) => ({ trace: id, id, service: id < 3 ? "shop" : "mail", start: id * 1000 }));
    await writer.append(spansOf(tracesRequest(...spans)));
    await writer.append(logsOf(logsRequest({ body: "hello", service: "shop", time: 5000 })));
    const report = await reader.reportStorage({ limit: 10 });
    const sealed = report.signals.reduce((sum, { records }) => sum + records, 0);
    // What is in an open block isn't accounted yet.
    if (sealed < 4) return expect(report.open.records).toBe(4 - sealed);
    expect(report.signals.map(({ signal, records }) => [signal, records])).toEqual([
      ["traces", 3],
      ["logs", 1],
      ["metrics", 0],
    ]);
    const services = report.services.map(({ signal, name, records }) => `${signal} ${name} ${records}`);
    expect(services.sort()).toEqual(["logs shop 1", "traces mail 1", "traces shop 2"]);
    const [traces, logs] = report.signals;
    expect([traces.data?.start, logs.data?.start]).toEqual([at(1000), at(5000)]);
    const shop = report.services.find(({ name, signal }) => name === "shop" && signal === "traces");
    expect(shop?.data?.start).toBe(at(1000));
    expect((await reader.reportStorage({ limit: 1 })).otherServices).toBe(2);
  });
});

describe.each(engines())("$name", ({ open: openEngine }) => {
  it("counts samples and series, by the job they are of", async () => {
    const { writer, reader } = opened(openEngine());
    await writer.appendMetrics(
      metricsOf(
        gaugesRequest("load", [
          [1000, 1],
          [2000, 2],
        ]),
      ),
    );
    await writer.appendMetrics(metricsOf(gaugesRequest("heat", [[5000, 1]])));
    const { signals, services, open: head } = await reader.reportStorage({ limit: 10 });
    const metrics = signals.find(({ signal }) => signal === "metrics");
    const sealed = metrics?.records ?? 0;
    expect(head.series).toBe(2);
    if (sealed < 3) return expect(head.records).toBe(3 - sealed);
    expect(metrics?.data?.start).toBe(1_000_000_000n);
    const jobs = services.map(({ signal, name, records }) => `${signal} ${name} ${records}`);
    if (metrics?.blocks) expect(jobs).toEqual(["metrics shop 3"]);
  });
});

describe("the embedded engine's account", () => {
  it("knows about what was sent, however odd the requests are", async () => {
    const store = sqlite(1);
    const random = new Random(7);
    const sent = { traces: 0, logs: 0, metrics: 0 };
    for (let i = 0; i < 40; i++) {
      const [traces, logs] = [randomTraces(random), randomLogs(random)];
      if ((await store.put(spansOf(traces))) === "stored") sent.traces += oracleEncode("traces", traces).length;
      if ((await store.put(logsOf(logs))) === "stored") sent.logs += oracleEncode("logs", logs).length;
    }
    const metrics = metricsOf(
      gaugesRequest("load", [
        [1000, 1],
        [2000, 2],
        [3000, 4],
      ]),
    );
    await store.writer.appendMetrics(metrics);
    store.writer.tick();
    sent.metrics = metrics.bytes.length;
    const { signals } = await store.reader.reportStorage({ limit: 10 });
    for (const { signal, rawBytes } of signals) {
      expect(rawBytes / sent[signal], signal).toBeGreaterThan(0.8);
      expect(rawBytes / sent[signal], signal).toBeLessThan(1.2);
    }
  });

  it("charges services and attribute keys for what they bring, dearest first", async () => {
    const store = sqlite(1);
    const dear = Array.from({ length: 200 }, (_, id) => ({
      trace: 1,
      id: id + 1,
      service: "dear",
      attributes: { "db.statement": `SELECT ${id} ${"abcdefgh".repeat(id % 7)}`, "http.method": "GET" },
    }));
    await store.put(spansOf(tracesRequest(...dear)));
    await store.put(spansOf(tracesRequest({ trace: 2, id: 1, service: "cheap" })));
    const { services, attributeKeys, signals, disk } = await store.reader.reportStorage({ limit: 10 });
    expect(services.map(({ name }) => name)).toEqual(["dear", "cheap"]);
    expect(attributeKeys[0]).toMatchObject({ name: "db.statement", records: 200, signal: "traces" });
    expect(attributeKeys.map(({ name }) => name)).toContain("http.method");
    expect(attributeKeys.map(({ name }) => name)).toContain("service.name");
    const raw = oracleEncode("traces", tracesRequest(...dear)).length;
    expect(Math.abs(services[0].rawBytes / raw - 1)).toBeLessThan(0.03);
    const stored = services.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    expect(Math.abs(stored - signals[0].storedBytes)).toBeLessThan(5);
    expect(signals[0].rawBytes / signals[0].storedBytes).toBeGreaterThan(2);
    expect([disk.partitions, disk.partitionBytes > 0, disk.journalBytes > 0]).toEqual([1, true, true]);
  });

  it("knows when the oldest and the newest came, over partitions and restarts", async () => {
    const store = sqlite(1);
    await store.put(spansOf(tracesRequest({ trace: 1, id: 1 })));
    store.pass(2 * 86_400_000);
    await store.put(spansOf(tracesRequest({ trace: 2, id: 1 })));
    const { signals, services, disk } = await store.reader.reportStorage({ limit: 10 });
    const arrivals = [1_000_000, 1_000_000 + 2 * 86_400_000];
    expect([signals[0].firstArrivalMillis, signals[0].lastArrivalMillis]).toEqual(arrivals);
    expect([services[0].firstArrivalMillis, services[0].lastArrivalMillis]).toEqual(arrivals);
    expect([disk.partitions, services[0].records]).toEqual([2, 2]);
  });

  it("is bounded, however many attribute keys come", async () => {
    const store = sqlite(1);
    for (let block = 0; block < 10; block++) {
      const attributes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key ${block} ${i}`, i]));
      await store.put(spansOf(tracesRequest({ trace: 1, id: block + 1, attributes })));
    }
    const { attributeKeys, otherAttributeKeys } = await store.reader.reportStorage({ limit: 10 });
    expect(attributeKeys[0]).toMatchObject({ name: "", records: expect.any(Number) });
    expect(otherAttributeKeys).toBeLessThan(3000);
  });
});
