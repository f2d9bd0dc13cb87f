import { beforeEach, describe, expect, it } from "vitest";
import { at, EPOCH, keyValues, logsRequest, type SimpleLog } from "../../test/kit/simple-otlp.ts";
import { logsOf } from "../../test/kit/stores.ts";
import { LimitError } from "../base/work-scope.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { createApi } from "./api.ts";
import type { WireLog, WireLogLine, WireLogSummary, WireLogTable } from "./contract.ts";

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
let reported: unknown[];
beforeEach(() => {
  store = new MemoryStore();
  reported = [];
  api = createApi({
    reader: store,
    documents: store.documents,
    info: () => ({ version: "1.2.3", startedAtMillis: 5, ports: {} }),
    reportError: (_id, error) => reported.push(error),
  });
});

const put = async (...logs: SimpleLog[]) => void (await store.append(logsOf(logsRequest(...logs))));
const ask = async (path: string, parameters: Record<string, string | string[]> = {}, init?: RequestInit) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) for (const one of [value].flat()) query.append(name, one);
  return api.request(`/api/v1/${path}?${query.toString()}`, init);
};
const get = async (path: string, parameters: Record<string, string | string[]> = {}): Promise<any> =>
  (await ask(path, parameters)).json();
const lines = async (path: string, parameters: Record<string, string> = {}): Promise<any[]> => {
  const response = await ask(path, parameters, { headers: { accept: "application/x-ndjson" } });
  return (await response.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
};
/** Answers of more than so many records don't fit, as a store's of long lines. */
const fitOnly = (most: number): void => {
  const findLogs = store.findLogs.bind(store);
  store.findLogs = async (search, signal, onProgress) => {
    const found = await findLogs(search, signal);
    let left = most;
    for (const batch of found) {
      if (batch.count > left) throw new LimitError("size", "its answer needs more than it may");
      left -= batch.count;
      onProgress?.({ settled: [batch], share: 0.5 });
    }
    onProgress?.({ settled: [], share: 1 });
    return found;
  };
};
const bodies = (logs: readonly WireLog[]) => logs.map(({ body }) => body);
const RANGE = { start: String(EPOCH), end: String(at(59_999)) };

describe("GET /api/v1/logs", () => {
  it("gives shorter pages of lines that are too long for one, and all of them", async () => {
    for (let i = 0; i < 9; i++) await put({ body: `line ${i}`, time: i >> 1 });
    const newest = bodies((await get("logs")).logs);
    fitOnly(2);
    for (const ask of [
      async (cursor: string) => get("logs", { cursor, limit: "100" }),
      async (cursor: string) => {
        const found = (await lines("logs", { cursor, limit: "100" })) as WireLogLine[];
        return { logs: found.flatMap((line) => ("log" in line ? [line.log] : [])), ...(found.at(-1) as object) };
      },
    ]) {
      const paged: string[] = [];
      for (let cursor: string | undefined = ""; cursor !== undefined && paged.length < 20;) {
        const page = (await ask(cursor)) as { logs: WireLog[]; cursor?: string; error?: unknown };
        expect(page.error).toBeUndefined();
        paged.push(...bodies(page.logs));
        cursor = page.cursor;
      }
      expect(paged).toEqual(newest);
    }
    fitOnly(0);
    const response = await ask("logs", { limit: "1" });
    expect(response.status).toBe(422);
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain("needs more than");
  });

  it("gives pages that leave nothing out and repeat nothing, in both orders, whole and as lines", async () => {
    // Nine records, three of them of one time.
    for (let i = 0; i < 9; i++) await put({ body: `line ${i}`, time: i >= 3 && i < 6 ? 3 : i, service: "a" });
    const newest = bodies((await get("logs", { limit: "1000" })).logs);
    expect(newest).toHaveLength(9);
    for (const order of ["newest", "oldest"]) {
      const whole = bodies((await get("logs", { order })).logs);
      expect(whole.map((body) => Number(body.slice(5))).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      for (const limit of ["1", "2", "4", "9"]) {
        const paged: string[] = [];
        const streamed: string[] = [];
        for (let cursor = ""; ;) {
          const page = await get("logs", { limit, order, cursor });
          paged.push(...bodies(page.logs));
          expect(page.truncated).toBe(page.cursor !== undefined);
          const stream = (await lines("logs", { limit, order, cursor })) as WireLogLine[];
          for (const line of stream) if ("log" in line) streamed.push(line.log.body);
          expect(stream.at(-1)).toMatchObject({ progress: 1 });
          expect((stream.at(-1) as { cursor?: string }).cursor).toBe(page.cursor);
          if (page.cursor === undefined) break;
          cursor = page.cursor as string;
        }
        expect(paged).toEqual(whole);
        expect(streamed).toEqual(whole);
      }
    }
  });

  it("keeps to the limit of the query over pages, and names the fields it asks for", async () => {
    for (let i = 0; i < 5; i++) await put({ body: `line ${i}`, time: i });
    const query = "line | fields service, x.y | limit 3";
    const first = await get("logs", { query, limit: "2" });
    expect([bodies(first.logs), first.fields]).toEqual([
      ["line 4", "line 3"],
      ["service", "x.y"],
    ]);
    const second = await get("logs", { query, limit: "2", cursor: first.cursor });
    expect([bodies(second.logs), second.cursor]).toEqual([["line 2"], undefined]);
  });

  it("says which field may have been meant when nothing was found", async () => {
    await put({ body: "a", time: 1, service: "s", attributes: { "http.route": "/pay" } });
    expect((await get("logs", { query: "servce:s" })).hint).toBe(
      "no record has had servce lately; did you mean service?",
    );
    expect((await get("logs", { query: "a http.rout:/pay" })).hint).toMatch(/did you mean http\.route\?$/);
    expect((await lines("logs", { query: "htp.route:/pay" })).at(-1)).toMatchObject({
      progress: 1,
      hint: expect.stringMatching(/http\.route/),
    });
    for (const query of ["http.route:/nothing", "zzz:1", "nothing", "-servce:s"])
      expect((await get("logs", { query })).hint).toBeUndefined();
  });

  it("says what is wrong with a parameter or a query, and where", async () => {
    const cases: [string, Record<string, string>, RegExp, number | undefined][] = [
      ["logs", { query: "a level:wran" }, /cannot find the level "wran"/, 8],
      ["logs/summary", { query: "a (" }, /missing before the end/, 3],
      ["logs/table", { query: "a" }, /counts nothing/, 1],
      ["logs/table", { query: "| patterns" }, /a table of patterns/, 10],
      ["logs/table", { query: "| count every 1ms", ...RANGE }, /cannot count every 1ms/, 14],
      ["logs", { order: "best" }, /order="best"/, undefined],
      ["logs", { cursor: "x" }, /cannot read the cursor "x"/, undefined],
      ["logs/context", {}, /the parameter id is missing/, undefined],
      ["logs/context", { id: "x" }, /cannot read the log id "x"/, undefined],
      ["logs/export", { format: "xls" }, /format="xls"/, undefined],
      ["logs/tail", { query: '"' }, /not closed/, 0],
    ];
    for (const [path, parameters, message, position] of cases) {
      const response = await ask(path, parameters);
      const { error } = (await response.json()) as any;
      expect([response.status, error.position], path).toEqual([400, position]);
      expect(error.message).toMatch(message);
    }
    expect(reported).toEqual([]);
  });
});

describe("GET /api/v1/logs/summary and table", () => {
  it("count all records by level and time, as lines each more complete", async () => {
    await put(
      { body: "a", time: 1000, severity: 17 },
      { body: "b", time: 2000, severity: 9 },
      { body: "c", time: 50_000, severity: 0 },
    );
    const summary = (await get("logs/summary", { ...RANGE, buckets: "6" })) as WireLogSummary;
    expect(summary).toEqual({
      progress: 1,
      total: 3,
      startMillis: Number(EPOCH / 1_000_000n),
      stepMillis: 10_000,
      levels: { error: [1, 0, 0, 0, 0, 0], info: [1, 0, 0, 0, 0, 0], unset: [0, 0, 0, 0, 0, 1] },
    });
    expect((await lines("logs/summary", { ...RANGE, buckets: "6" })).at(-1)).toEqual(summary);
    const unbounded = (await get("logs/summary", { query: "level:*" })) as WireLogSummary;
    expect([unbounded.total, Object.keys(unbounded.levels)]).toEqual([2, ["info", "error"]]);
    expect(await get("logs/summary", { query: "nothing" })).toMatchObject({ progress: 1, total: 0, levels: {} });
  });

  it("give columns with units, rows and series", async () => {
    await put(
      { body: "a", time: 1000, service: "x", attributes: { duration_ms: 5 } },
      { body: "b", time: 2000, service: "x", attributes: { duration_ms: 7 } },
    );
    const table = (await get("logs/table", {
      query: "| count as n, avg(duration_ms) by service every 30s",
      ...RANGE,
    })) as WireLogTable;
    expect(table).toEqual({
      progress: 1,
      columns: [
        { name: "service", kind: "text" },
        { name: "n", kind: "number" },
        { name: "avg(duration_ms)", kind: "number", unit: "ms" },
      ],
      rows: [["x", 2, 6]],
      series: {
        startMillis: Number(EPOCH / 1_000_000n),
        stepMillis: 30_000,
        values: [
          [
            [2, 0],
            [6, null],
          ],
        ],
      },
      matched: 2,
      otherGroups: 0,
    });
  });
});

describe("GET /api/v1/logs/facets and fields", () => {
  it("tell the values of fields apart, those that were named or those that tell most", async () => {
    for (let i = 0; i < 12; i++)
      await put({
        body: `line ${i}`,
        time: i,
        service: i % 3 === 0 ? "a" : "b",
        attributes: { route: `/r${i % 2}`, same: 1, stack: `Error\n  at ${i % 3}`, ...(i < 4 ? { few: i % 2 } : {}) },
      });
    const any = await get("logs/facets");
    expect(any.facets.map(({ field }: any) => field)).toEqual(["service", "level", "route", "few"]);
    expect(any).toMatchObject({ total: 12, sampled: 1 });
    const named = await get("logs/facets", { field: ["few", "host"], limit: "1", query: "line" });
    expect(named.facets).toEqual([
      { field: "few", values: [{ text: "0", count: 2 }], other: 2, absent: 8 },
      { field: "host", values: [], other: 0, absent: 12 },
    ]);
    const { facets } = await get("logs/facets", { field: "stack" });
    expect(facets[0]).toMatchObject({ values: [{ count: 4 }, { count: 4 }, { count: 4 }], other: 0 });
    const { fields } = await get("logs/fields");
    expect(fields).toContainEqual({ name: "route", kind: "attribute", count: 12 });
    expect(fields).toContainEqual({ name: "few", kind: "attribute", count: 4 });
    expect(fields).toContainEqual({ name: "body", kind: "field", count: 12 });
  });
});

describe("GET /api/v1/logs/context", () => {
  it("gives the lines around a record, of its instance only, in order of time", async () => {
    for (let i = 0; i < 7; i++) {
      await put({ body: `a ${i}`, time: i < 5 ? 10 + (i >> 1) : 20 + i, service: "a" });
      await put({ body: `b ${i}`, time: 10 + i, service: "b" });
    }
    const { logs } = await get("logs", { query: "service:a", order: "oldest" });
    const all = bodies(logs);
    for (const [i, log] of (logs as WireLog[]).entries()) {
      const context = await get("logs/context", { id: log.id, before: "2", after: "3" });
      expect(context.log).toEqual(log);
      expect(bodies(context.before)).toEqual(all.slice(Math.max(0, i - 2), i));
      expect(bodies(context.after)).toEqual(all.slice(i + 1, i + 4));
    }
    expect((await ask("logs/context", { id: "1-aaaaaaaaaaaaaaaa" })).status).toBe(404);
  });
});

describe("whatever was logged", () => {
  const HOSTILE = [
    "\u001b[31mred\u001b[0m\u0007",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "@SUM(1)",
    "-1+1",
    'a,b;"c"\r\nd',
    "\u0000\u0001 binary \u2028 \ufeff",
    '{"a":"\\ud800","__proto__":{"b":1},"constructor":2}',
    "{".repeat(30_000),
    "x".repeat(3_000_000),
    "é".repeat(40_000),
  ];

  it("is valid JSON in every answer, and a long body is cut within characters", async () => {
    for (const [i, body] of HOSTILE.entries())
      await put({ body, time: i, attributes: { text: body, [body.slice(0, 50)]: 1 } });
    const response = await ask("logs");
    const { logs } = (await response.json()) as { logs: WireLog[] };
    expect(logs).toHaveLength(HOSTILE.length);
    for (const [i, log] of logs.toReversed().entries()) {
      expect(HOSTILE[i].startsWith(log.body)).toBe(true);
      expect(log.bodyBytes).toBe(HOSTILE[i].length > 65_536 || i === 10 ? Buffer.byteLength(HOSTILE[i]) : undefined);
      expect(JSON.stringify(log).length).toBeLessThan(400_000);
    }
    expect(logs.at(-8)?.bodyFields).toEqual(JSON.parse('{"a":"\\ufffd","__proto__.b":"1","constructor":"2"}'));
    const long = logs.find(({ bodyBytes }) => bodyBytes === 3_000_000) as WireLog;
    const whole = await get("logs/context", { id: long.id, before: "0", after: "0", whole: "1" });
    expect([whole.log.body.length, whole.log.bodyBytes]).toEqual([3_000_000, undefined]);
    expect(whole.log.attributes[0].value.stringValue).toHaveLength(3_000_000);
    await lines("logs");
    for (const path of ["logs/facets", "logs/fields", "logs/summary"]) expect((await ask(path)).status).toBe(200);
    expect((await get("logs/table", { query: "| count by text, body" })).rows).toHaveLength(HOSTILE.length);
    expect(reported).toEqual([]);
  });

  it("makes a page shorter rather than larger than a client can hold, and the next one goes on", async () => {
    for (let i = 0; i < 300; i++) await put({ body: `${i} ${"x".repeat(70_000)}`, time: i });
    let seen = 0;
    let pages = 0;
    for (let cursor: string | undefined = ""; cursor !== undefined; pages++) {
      const page = await get("logs", { limit: "1000", cursor });
      expect(JSON.stringify(page).length).toBeLessThan(17_000_000);
      seen += page.logs.length as number;
      cursor = page.cursor as string | undefined;
    }
    expect([seen, pages]).toEqual([300, 2]);
    const table = await get("logs/table", { query: "| count by body" });
    expect(table.rows.every(([body]: [string]) => body.length < 5000)).toBe(true);
    expect((await get("logs/facets", { field: "body" })).facets[0]).toMatchObject({ values: [], other: 300 });
  });

  it("is stored and shown with bytes that are no UTF-8 replaced", async () => {
    const request = logsOf(logsRequest({ body: "QQQQ and more", time: 1 }));
    const bytes = Buffer.from(request.bytes);
    bytes.set([0xff, 0xc3, 0x28, 0xed], bytes.indexOf("QQQQ"));
    await store.append({ ...request, bytes, received: undefined });
    const text = await (await ask("logs")).text();
    expect(JSON.parse(text).logs[0].body).toMatch(/^\ufffd.*and more$/);
    expect((await ask("logs/export", { format: "csv" })).status).toBe(200);
  });

  it("makes a CSV that is valid and that a spreadsheet runs nothing of", async () => {
    for (const [i, body] of HOSTILE.entries()) await put({ body, time: i, attributes: { n: -5 } });
    const response = await ask("logs/export", { field: ["time", "body", "n"], order: "oldest" });
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="logs-[\dT-]+\.csv"$/);
    expect(response.headers.get("x-total")).toBe(String(HOSTILE.length));
    const rows = parseCsv(await response.text());
    expect(rows[0]).toEqual(["time", "body", "n"]);
    expect(rows[1]).toEqual(["2026-01-01T00:00:00.000000000Z", "\\u001b[31mred\\u001b[0m\\u0007", "-5"]);
    expect(rows.slice(3, 7).map(([, body]) => body)).toEqual([
      `'=HYPERLINK("http://x","y")`,
      "'@SUM(1)",
      "'-1+1",
      'a,b;"c"\r\nd',
    ]);
    expect(rows.every((row) => row.length === 3)).toBe(true);
    expect(rows).toHaveLength(HOSTILE.length + 1);
    expect(rows.slice(9).map(([, body]) => body.length)).toEqual([30_000, 3_000_000, 40_000]);
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error("no CSV");
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe("GET /api/v1/logs/export", () => {
  it("streams any number of records page by page, as the query asks", async () => {
    for (let i = 0; i < 6; i++)
      await put(
        ...Array.from({ length: 500 }, (_, k) => ({
          body: `line ${i * 500 + k}`,
          time: i * 500 + k,
          attributes: { k },
        })),
      );
    const all = await (await ask("logs/export", { format: "ndjson", order: "oldest" })).text();
    const logs = all
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as WireLog);
    expect(bodies(logs)).toEqual(Array.from({ length: 3000 }, (_, i) => `line ${i}`));
    const few = await ask("logs/export", { format: "ndjson", query: "k<10 | fields k | limit 7" });
    expect(few.headers.get("x-total")).toBe("7");
    expect((await few.text()).trimEnd().split("\n")[0]).toBe('{"k":"9"}');
    let asked = 0;
    const findLogs = store.findLogs.bind(store);
    store.findLogs = (...args) => (asked++, findLogs(...args));
    const reader = (await ask("logs/export", { format: "ndjson" })).body?.getReader();
    await reader?.read();
    expect(asked).toBe(1);
    await reader?.cancel();
  });
});

describe("GET /api/v1/logs/tail", () => {
  it("sends records as they come, tells the rate, and keeps no more than it shows", async () => {
    const response = await ask("logs/tail", { query: "level>=warn" });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    const until = async (expression: RegExp) => {
      while (!expression.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    };
    await until(/^retry: \d+\n\n/);
    await put({ body: "no", time: 1, severity: 9 }, { body: "yes\ndata: injected", time: 2, severity: 17 });
    await until(/event: log\ndata: (.*)\n\n/);
    const [, data] = /event: log\ndata: (.*)\n\n/.exec(text) ?? [];
    expect(bodies(JSON.parse(data) as WireLog[])).toEqual(["yes\ndata: injected"]);
    await put(...Array.from({ length: 1000 }, (_, i) => ({ body: `many ${i}`, time: 10 + i, severity: 17 })));
    await until(/"skipped":[1-9]/);
    const rates = [...text.matchAll(/event: rate\ndata: (.*)\n\n/g)].map(([, rate]) => JSON.parse(rate));
    expect(rates.at(-1)).toMatchObject({ skipped: 800 });
    expect(rates.at(-1).perSecond).toBeGreaterThan(100);
    const shown = [...text.matchAll(/event: log\ndata: (.*)\n\n/g)].flatMap(
      ([, each]) => JSON.parse(each) as WireLog[],
    );
    expect(shown).toHaveLength(201);
    expect(shown.at(-1)?.body).toBe("many 999");
    await reader.cancel();
  });
});

describe("/api/v1/log-searches", () => {
  const send = async (method: string, path: string, body: unknown) => {
    const response = await api.request(`/api/v1/log-searches${path}`, { method, body: JSON.stringify(body) });
    return { status: response.status, body: (response.status === 204 ? undefined : await response.json()) as any };
  };

  it("are saved, changed and deleted", async () => {
    const { status, body } = await send("POST", "", { title: " B ", query: "level:error", columns: ["service"] });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        title: "B",
        query: "level:error",
        columns: ["service"],
        savedAtMillis: expect.any(Number),
      },
    ]);
    await send("POST", "", { title: "A", query: "" });
    expect((await get("log-searches")).searches.map(({ title }: any) => title)).toEqual(["A", "B"]);
    expect((await send("PUT", `/${body.id}`, { title: "C", query: "x" })).body).toMatchObject({
      id: body.id,
      title: "C",
    });
    expect((await send("PUT", "/nobody", { title: "C", query: "x" })).status).toBe(404);
    expect((await send("DELETE", `/${body.id}`, undefined)).status).toBe(204);
    expect((await send("DELETE", `/${body.id}`, undefined)).status).toBe(404);
    expect((await get("log-searches")).searches).toHaveLength(1);
  });

  it("must have a title and a query that can be run", async () => {
    for (const [document, message] of [
      [[], /no object/],
      [{ title: "", query: "" }, /title/],
      [{ title: "x", query: 5 }, /query must be a text/],
      [{ title: "x", query: "level:wran" }, /cannot find the level/],
      [{ title: "x", query: "", columns: [""] }, /columns/],
      [{ title: "x", query: "", color: 1 }, /no member "color"/],
    ] as const) {
      const { status, body } = await send("POST", "", document);
      expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
    }
  });
});

it("keeps attributes of resources and scopes apart from the record's own", async () => {
  await store.append(
    logsOf({
      resourceLogs: [
        {
          resource: { attributes: keyValues({ "service.name": "s", "host.name": "h" }) },
          scopeLogs: [
            {
              scope: { name: "lib", attributes: keyValues({ build: 7 }) },
              logRecords: [
                {
                  timeUnixNano: "5",
                  observedTimeUnixNano: "9",
                  body: { stringValue: "b" },
                  attributes: keyValues({ own: [1, { a: true }] }),
                  eventName: "e",
                },
              ],
            },
          ],
        },
      ],
    }),
  );
  const { logs } = await get("logs", { query: "host:h build:7 scope:lib event_name:e" });
  expect(logs).toMatchObject([
    { timeUnixNano: "5", observedTimeUnixNano: "9", scope: "lib", eventName: "e", attributes: [{ key: "own" }] },
  ]);
  expect(logs[0].resource.map(({ key }: any) => key)).toEqual(["service.name", "host.name"]);
  const csv = await (await ask("logs/export", { field: ["own", "host", "event_name"] })).text();
  expect(csv.split("\r\n")[1]).toBe('"[1,{""a"":true}]",h,e');
});
