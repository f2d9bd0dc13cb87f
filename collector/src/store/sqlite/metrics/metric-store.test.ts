/** What is the embedded engine's own about metrics: limits, restarts, merges, damage. */
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { metricsRequest, SERVICE, type SimplePoint } from "../../../../test/kit/simple-metrics.ts";
import { metricsOf, openSqlite, tempDirectory } from "../../../../test/kit/stores.ts";
import { labelValue } from "../../../model/labels.ts";
import type { Series } from "../../store.ts";
import type { SqliteStoreOptions } from "../writer.ts";

const T = 1_767_225_600_000;
const HOUR = 3_600_000;
const EVER = { start: 0, end: Number.MAX_SAFE_INTEGER };

describe("the embedded store of metrics", () => {
  let directory: ReturnType<typeof tempDirectory>;
  let store: ReturnType<typeof openSqlite>;
  let now = T;
  const open = (options: Partial<SqliteStoreOptions> = {}) => {
    store = openSqlite(directory.path, { now: () => now, ...options });
  };
  beforeEach(() => {
    now = T;
    directory = tempDirectory();
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  const send = (points: readonly SimplePoint[], service = "shop", name = "g") =>
    store.writer.appendMetrics(metricsOf(metricsRequest([{ name, points }], { ...SERVICE, "service.name": service })));
  const users = (from: number, to: number, time = T) =>
    Array.from({ length: to - from }, (_, i) => ({ time, value: i, attributes: { user: `u${from + i}` } }));
  const select = (name = "g") =>
    store.reader.metrics.selectSeries([{ name: "__name__", operator: "=", value: name }], EVER);
  const samplesOf = ({ timestamps, values }: Series) => Array.from(timestamps, (time, i) => [time - T, values[i]]);
  const rows = (sql: string) => {
    const db = new Database(`${directory.path}/partitions/000001.db`);
    try {
      return db.prepare(sql).pluck().get() as number;
    } finally {
      db.close();
    }
  };

  it("refuses series beyond a job's limit, tells whose they are, and takes those of others", async () => {
    open({ seriesLimits: { maxSeries: 0, maxSeriesPerJob: 3 } });
    expect(await send(users(0, 5))).toMatchObject({
      rejected: 2,
      message: expect.stringMatching(
        /cannot store 2 data points, the first: a new series of "g": a limit of series is reached/,
      ),
    });
    expect(await send(users(0, 2), "other")).toMatchObject({ rejected: 0 });
    expect(await send(users(0, 5, T + 1000))).toMatchObject({ rejected: 2 });
    expect(await select()).toHaveLength(5);
    const { refused, series } = await store.reader.metrics.reportCardinality(10);
    expect({ refused, series }).toEqual({ refused: [{ name: "shop", count: 2 }], series: 5 });
  });

  it("refuses series beyond the limit of all", async () => {
    open({ seriesLimits: { maxSeries: 3, maxSeriesPerJob: 0 } });
    expect(await send(users(0, 2))).toMatchObject({ rejected: 0 });
    expect(await send(users(0, 2), "other")).toMatchObject({ rejected: 1 });
  });

  it("reads every series after a sender made up label names by the thousand", async () => {
    open();
    await send([{ time: T, value: 1 }]);
    const made = (series: number) =>
      Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`n${series}_${i}`, "x"]));
    await send(
      Array.from({ length: 25 }, (_, i) => ({ time: T, value: i, attributes: made(i) })),
      "explosion",
      "wide",
    );
    await store.close();
    open();
    expect((await select()).map(samplesOf)).toEqual([[[0, 1]]]);
    expect(await select("wide")).toHaveLength(25);
    expect(rows("SELECT max(length(data)) FROM series_page")).toBeLessThan(1_000_000);
  });

  it("refuses attributes that are too long, by name, and reads exemplars with many labels", async () => {
    open();
    const attributes = { long: "x".repeat(2 ** 20) };
    const points = [
      { time: T, value: 1, attributes },
      { time: T, value: 2 },
    ];
    expect(await send(points)).toMatchObject({
      rejected: 1,
      message: expect.stringMatching(/a data point of "g" has attributes of \d+ bytes, more than 1048576/),
    });
    const many = Array.from({ length: 600 }, (_, i) => ({ key: `k${i}`, value: { stringValue: "v" } }));
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const exemplars = [
      {
        timeUnixNano: String(T * 1e6),
        asDouble: 1,
        traceId: Buffer.from(traceId, "hex").toString("base64"),
        filteredAttributes: many,
      },
    ];
    await send([{ time: T + 1, value: 3, exemplars }]);
    await store.close();
    open();
    const found = await store.reader.metrics.selectExemplars({ selections: [], range: EVER, limit: 0 });
    expect(found.map(({ exemplars: [{ labels }] }) => labels)).toEqual([["trace_id", traceId]]);
  });

  it("keeps one exemplar of a series in half a minute where there are very many, so that the last minute has some as well", async () => {
    open();
    const exemplar = (millis: number) => ({ timeUnixNano: String(BigInt(T + millis) * 1_000_000n), asDouble: millis });
    const at = (time: number, user: string, exemplars: ReturnType<typeof exemplar>[]) => {
      return { time, value: 1, attributes: { user }, exemplars };
    };
    const many = Array.from({ length: 5000 }, (_, i) => exemplar(i));
    await send([at(T + 5000, "a", many)]);
    const later = [34_000, 34_998, 34_999, 50_000, 64_999].map(exemplar);
    await send([at(T + 65_000, "a", later), at(T + 65_000, "b", [exemplar(60_000)])]);
    const found = await store.reader.metrics.selectExemplars({ selections: [], range: EVER, limit: 0 });
    const kept = (user: string) =>
      found.flatMap(({ labels, exemplars }) =>
        labelValue(labels, "user") === user ? exemplars.map(({ value }) => value) : [],
      );
    expect(kept("a").slice(0, 5000)).toEqual(many.map(({ asDouble }) => asDouble));
    expect(kept("a").slice(5000)).toEqual([34_999, 64_999]);
    expect(kept("b")).toEqual([60_000]);
  });

  it("lets go of series that had no sample for an hour, and takes new ones in their place", async () => {
    open({ seriesLimits: { maxSeries: 4, maxSeriesPerJob: 0 }, sealMetrics: { records: 1 } });
    await send(users(0, 4));
    for (now = T; now <= T + 2 * HOUR; now += HOUR / 2)
      await send([{ time: now + 1, value: 1, attributes: { user: "u0" } }]);
    expect(store.writer.openSeries).toBe(1);
    expect(await send(users(10, 13, now))).toMatchObject({ rejected: 0 });
    expect(await select()).toHaveLength(7);
    // What stays keeps its order of time.
    expect(await send([{ time: T, value: 1, attributes: { user: "u0" } }])).toMatchObject({ rejected: 1 });
  });

  it("lets go of a few idle series when new ones are turned away", async () => {
    open({ seriesLimits: { maxSeries: 5, maxSeriesPerJob: 0 }, sealMetrics: { records: 1 } });
    await send(users(0, 5));
    for (now = T; now <= T + 2 * HOUR; now += HOUR / 2) await send(users(0, 4, now + 1));
    expect(store.writer.openSeries).toBe(5);
    expect(await send(users(5, 6, now))).toMatchObject({ rejected: 1 });
    now += 1000;
    await send(users(0, 4, now));
    // It is written behind the seal of what was there before.
    expect(await send(users(5, 6, now + 1))).toMatchObject({ rejected: 0 });
    expect(await select()).toHaveLength(6);
  });

  it("knows after a restart how new its series are", async () => {
    open();
    await send([{ time: T + 5000, value: 1 }]);
    await store.close();
    open();
    expect(await send([{ time: T + 4000, value: 2 }])).toMatchObject({ rejected: 1 });
    expect(
      await send([
        { time: T + 5000, value: 1 },
        { time: T + 6000, value: 3 },
      ]),
    ).toMatchObject({ rejected: 0 });
    expect((await select()).map(samplesOf)).toEqual([
      [
        [5000, 1],
        [6000, 3],
      ],
    ]);
    // One series, by its labels, in one partition.
    expect(rows("SELECT sum(series_count) FROM series_page")).toBe(1);
  });

  it("tells a repeated sample from another one of its time after a restart, whatever its kind", async () => {
    const native = (count: number) => ({ count: String(count), sum: 1, scale: 0, zeroCount: String(count) });
    const sendAll = (value: number, time: number, more = 0) =>
      store.writer.appendMetrics(
        metricsOf(
          metricsRequest([
            { name: "g", points: [{ time, value }] },
            { name: "ended", points: [{ time, flags: 1 }] },
            { name: "n", type: "exponentialHistogram", points: [{ time, ...native(value) }] },
            { name: "d", type: "sum", delta: true, points: [{ start: time - 1, time, value }] },
            // Another request than the one before, as the same samples of another shard are.
            { name: "more", points: [{ time: T + more, value: 1 }] },
          ]),
        ),
      );
    open();
    expect(await sendAll(1, T)).toMatchObject({ rejected: 0 });
    await store.close();
    open();
    expect(await sendAll(1, T, 1)).toMatchObject({ outcome: "stored", rejected: 0 });
    expect(await sendAll(2, T, 2)).toMatchObject({
      rejected: 2,
      message: expect.stringMatching(/first: g\{.*duplicate sample for timestamp/),
    });
    expect((await select()).map(samplesOf)).toEqual([[[0, 1]]]);
  });

  it("begins a counter of deltas anew after a restart, in a way that increases see", async () => {
    const add = (start: number, time: number, value: number) =>
      store.writer.appendMetrics(
        metricsOf(
          metricsRequest([
            { name: "hits", type: "sum", delta: true, points: [{ start: T + start, time: T + time, value }] },
          ]),
        ),
      );
    open();
    await add(0, 1000, 5);
    await store.close();
    open();
    await add(1000, 2000, 9);
    expect((await select("hits_total")).map(samplesOf)).toEqual([
      [
        [0, 0],
        [1000, 5],
        [1001, 0],
        [2000, 9],
      ],
    ]);
  });

  it("keeps deltas that the journal brings back as they were", async () => {
    const add = (start: number, time: number, value: number) =>
      store.writer.appendMetrics(
        metricsOf(
          metricsRequest([
            { name: "hits", type: "sum", delta: true, points: [{ start: T + start, time: T + time, value }] },
          ]),
        ),
      );
    open();
    await add(0, 1000, 5);
    await add(1000, 2000, 9);
    const before = (await select("hits_total")).map(samplesOf);
    // As a crash leaves it: nothing sealed.
    const { writer, reader } = store;
    writer.directory.close();
    open();
    expect((await select("hits_total")).map(samplesOf)).toEqual(before);
    await reader.close();
  });

  it("writes a series' labels once for a partition, and merges its samples into one run", async () => {
    open({ sealMetrics: { records: 1 } });
    for (let n = 0; n < 9; n++)
      await send([{ time: T + n * 1000, value: n, attributes: { a: n % 2 === 0 ? "x" : "y" } }]);
    await expect.poll(() => store.writer.openRecords).toBe(0);
    while (await store.writer.maintenance.step());
    expect(rows("SELECT count(*) FROM block WHERE signal = 3 AND replaced_by IS NULL")).toBe(1);
    expect(rows("SELECT sum(series_count) FROM series_page")).toBe(2);
    const found = await select();
    expect(Object.fromEntries(found.map((series) => [labelValue(series.labels, "a"), samplesOf(series)]))).toEqual({
      x: [
        [0, 0],
        [2000, 2],
        [4000, 4],
        [6000, 6],
        [8000, 8],
      ],
      y: [
        [1000, 1],
        [3000, 3],
        [5000, 5],
        [7000, 7],
      ],
    });
  });

  it("joins a series' samples over partitions, and numbers its series afresh in each", async () => {
    open();
    await send([
      { time: T, value: 1, attributes: { a: "x" } },
      { time: T, value: 2, attributes: { a: "y" } },
    ]);
    now = T + 121_000;
    store.writer.tick();
    now = T + 25 * HOUR;
    await send([{ time: now, value: 3, attributes: { a: "y" } }]);
    now += 121_000;
    store.writer.tick();
    await send([{ time: now, value: 4, attributes: { a: "y" } }]);
    expect(store.writer.directory.listPartitions()).toHaveLength(2);
    const found = await select();
    expect(Object.fromEntries(found.map((series) => [labelValue(series.labels, "a"), [...series.values]]))).toEqual({
      x: [1],
      y: [2, 3, 4],
    });
  });

  it("passes over a chunk that is damaged, says so, and serves the rest", async () => {
    open({ sealMetrics: { records: 1 } });
    await send([{ time: T, value: 1 }]);
    await send([{ time: T + 1000, value: 2 }]);
    await store.close();
    const db = new Database(`${directory.path}/partitions/000001.db`);
    db.prepare("UPDATE metric_chunk SET data = x'0102030405060708090a0b0c0d' WHERE id = 1 * 65536").run();
    db.close();
    let damage = 0;
    open({ onDamage: () => damage++ });
    expect((await select()).map(samplesOf)).toEqual([[[1000, 2]]]);
    expect(damage).toBe(1);
  });
});
