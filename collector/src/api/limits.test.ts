import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { at, logsRequest, tracesRequest, traceIdOf } from "../../test/kit/simple-otlp.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../../test/kit/stores.ts";
import { NO_LIMITS, type WorkLimits } from "../base/work-scope.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import type { StoreReader, StoreWriter } from "../store/store.ts";
import { createApi } from "./api.ts";
import { PARTIAL_HEADER } from "./limits.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const TRACES = 40;

/** Forty traces of three spans; in the embedded engine each in a block of its own. */
async function fill(writer: StoreWriter): Promise<void> {
  for (let trace = 1; trace <= TRACES; trace++) {
    const spans = [1, 2, 3].map((id) => ({ trace, id, service: "shop", name: "GET /", start: trace * 1000 }));
    await writer.append(spansOf(tracesRequest(...spans)));
  }
}

function apiOver(reader: StoreReader, limits: Partial<WorkLimits>) {
  const api = createApi({
    reader,
    documents: new MemoryStore().documents,
    info: () => ({ version: "1", startedAtMillis: 0, ports: {} }),
    limits: { ...NO_LIMITS, ...limits },
    reportError: () => {},
  });
  return async (path: string, isCancelled?: () => boolean) => {
    const response = await api.request(path, {}, { isCancelled });
    return { status: response.status, headers: response.headers, body: (await response.json()) as any };
  };
}

async function sqlite() {
  const directory = tempDirectory();
  closing.push(directory.remove);
  const store = openSqlite(directory.path, { seal: { records: 1 } });
  closing.push(() => store.close());
  await fill(store.writer);
  return store;
}

describe("query limits", () => {
  it("refuse an answer of more rows than may be held, and say what to do", async () => {
    const store = new MemoryStore();
    await fill(store);
    for (const reader of [store, (await sqlite()).reader]) {
      const get = apiOver(reader, { maxRows: 30 });
      const { status, body } = await get("/api/v1/traces?limit=20");
      expect([status, body.error.message]).toEqual([
        422,
        "cannot answer this query: its answer needs more than 30 rows",
      ]);
      expect(body.error.hint).toMatch(/limit.*max_rows/);
      expect((await get("/api/v1/traces?limit=5")).body.traces.length).toBe(5);
      const legacy = await get("/jaeger/api/traces?service=shop&limit=20");
      expect([legacy.status, legacy.body.data, legacy.body.errors[0].code]).toEqual([422, null, 422]);
      expect(legacy.body.errors[0].msg).toMatch(/more than 30 rows/);
    }
  });

  it("refuse a query that has to read more bytes than it may", async () => {
    const { reader } = await sqlite();
    const get = apiOver(reader, { maxBytes: 2000 });
    const { status, body } = await get("/api/v1/traces?attribute=no%3Dwhere&minDuration=1h&limit=20");
    expect(status).toBe(200);
    expect(body.traces).toEqual([]);
    const scan = await get("/api/v1/traces?limit=20");
    expect([scan.status, scan.body.error.message]).toEqual([
      422,
      "cannot answer this query: it has to read more than 1.95 KiB",
    ]);
    expect(scan.body.error.hint).toMatch(/max_bytes_scanned/);
    const trace = await get(`/api/v1/traces/${traceIdOf(3).toString("hex")}`);
    expect(trace.status).toBe(200);
  });

  it("refuse to count more logs than may be read, whole and as lines, and say how to narrow it", async () => {
    const directory = tempDirectory();
    closing.push(directory.remove);
    const store = openSqlite(directory.path, { seal: { records: 1 } });
    closing.push(() => store.close());
    for (let i = 0; i < 40; i++)
      await store.writer.append(
        logsOf(logsRequest({ body: `line ${i}`, time: i, service: "shop", attributes: { i } })),
      );
    const limits = { ...NO_LIMITS, maxBytes: 2000 };
    const parts = { documents: store.writer.documents, info: () => ({ version: "1", startedAtMillis: 0, ports: {} }) };
    const api = createApi({ reader: store.reader, ...parts, limits, reportError: () => {} });
    for (const path of ["logs", "logs/table", "logs/facets?"]) {
      const query = encodeURIComponent(path === "logs/table" ? "line | count by i" : "-i:5");
      const url = `/api/v1/${path}${path.includes("?") ? "&" : "?"}query=${query}`;
      const { status, body } = await apiOver(store.reader, limits)(url);
      expect([path, status, body.error?.message]).toEqual([
        path,
        422,
        expect.stringMatching(/^cannot answer this query: it has to read more than 1.95 KiB/),
      ]);
      expect(body.error.hint).toMatch(/narrow the time range/);
      if (path === "logs/facets?") continue;
      const response = await api.request(url, { headers: { accept: "application/x-ndjson" } });
      const last = JSON.parse((await response.text()).trimEnd().split("\n").at(-1) ?? "");
      expect(last.error).toMatchObject({ code: 422, hint: expect.stringMatching(/narrow/) });
    }
    expect((await apiOver(store.reader, limits)("/api/v1/logs?limit=3")).body.logs).toHaveLength(3);
  });

  it("end a query that takes too long with 503", async () => {
    const store = new MemoryStore();
    await fill(store);
    const slow = { ...bound(store), findTraces: () => new Promise<never>(() => {}) } as unknown as StoreReader;
    // A store that looks at the signal only: the timer ends it.
    slow.findTraces = (_filter, _limit, signal) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
    const get = apiOver(slow, { timeoutMillis: 5 });
    const { status, body } = await get("/api/v1/traces");
    expect([status, body.error.message]).toEqual([503, "cannot answer this query: it takes longer than 0.005 s"]);
    const v3 = await get(
      `/jaeger/api/v3/traces?query.service_name=shop&query.start_time_min=${iso(0)}&query.start_time_max=${iso(9)}`,
    );
    expect([v3.status, v3.body.error.httpCode]).toEqual([503, 503]);
  });
});

describe("cancellation", () => {
  it("stops between blocks, in the middle of a turn", async () => {
    const { reader } = await sqlite();
    let asked = 0;
    const get = apiOver(reader, {});
    expect((await get("/api/v1/traces?limit=40", () => ++asked > 1e9)).status).toBe(200);
    const whole = asked;
    asked = 0;
    const { status } = await get("/api/v1/traces?limit=40", () => ++asked > 10);
    expect(status).toBe(499);
    // Once it was seen nothing more is looked at.
    expect(asked).toBe(11);
    expect(whole).toBeGreaterThan(TRACES);
  });
});

describe("an answer that lacks something", () => {
  it("says so in a header", async () => {
    const store = await sqlite();
    const get = apiOver(store.reader, {});
    expect((await get("/api/v1/traces")).headers.get(PARTIAL_HEADER)).toBeNull();
    for (const path of store.writer.directory.listPartitions()) {
      const db = new Database(path);
      db.exec("UPDATE section SET data = zeroblob(20) WHERE id BETWEEN 80 AND 95");
      db.close();
    }
    const { status, headers } = await get("/api/v1/traces?limit=40");
    expect([status, headers.get(PARTIAL_HEADER)]).toEqual([
      200,
      "a part of the store cannot be read and was passed over",
    ]);
  });
});

function bound(store: MemoryStore): Record<string, unknown> {
  const names = Object.getOwnPropertyNames(MemoryStore.prototype).filter((name) => name !== "constructor");
  const methods = store as unknown as Record<string, (...args: unknown[]) => unknown>;
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => methods[name](...args)]));
}

function iso(seconds: number): string {
  return encodeURIComponent(new Date(Number(at(seconds * 1000)) / 1e6).toISOString());
}
