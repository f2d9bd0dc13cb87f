/** Kinds that ask of records: log counts, spans that meet a search, log records that stopped, exceptions nobody saw before. */
import { describe, expect, test } from "vitest";
import { EPOCH, logsRequest, tracesRequest, type SimpleLog, type SimpleSpan } from "../../../test/kit/simple-otlp.ts";
import { logsOf, spansOf } from "../../../test/kit/stores.ts";
import { EXCEPTIONS, type ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import { labelsOf, recordOf } from "../../model/labels.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import type { KindRule } from "../evaluate/alerting-rule.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { RuleKinds } from "./rule-kinds.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const START = Number(EPOCH / 1_000_000n);

async function open({ spans = [], logs = [] }: { spans?: readonly SimpleSpan[]; logs?: readonly SimpleLog[] } = {}) {
  const store = new MemoryStore();
  for (const span of spans) await store.append(spansOf(tracesRequest(span)));
  for (const log of logs) await store.append(logsOf(logsRequest(log)));
  const kinds = new RuleKinds({ reader: store, documents: store.documents });
  /** Labels and values of what is found so long after EPOCH. */
  const find = async (source: string, at: number) => {
    const { groups, issues } = parseRules(`groups:\n- name: g\n  rules:\n  - {alert: A, ${source}}`);
    expect(issues).toEqual([]);
    const found = await kinds.find(groups[0].rules[0] as KindRule, START + at);
    return found?.map(({ labels, value, details }) => ({ labels: { ...recordOf(labels) }, value, details }));
  };
  const values = async (source: string, at: number) =>
    (await find(source, at))?.map(({ labels, value }) => [...Object.values(labels), value]);
  return { store, find, values };
}

describe("logs", () => {
  const logs: SimpleLog[] = [
    { body: "card declined", service: "payments", severity: 17, time: 10 * MINUTE, attributes: { ms: 10 } },
    { body: "card declined", service: "payments", severity: 17, time: 11 * MINUTE, attributes: { ms: 30 } },
    { body: "no stock", service: "orders", severity: 17, time: 11 * MINUTE },
    { body: "fine", service: "orders", severity: 9, time: 11 * MINUTE },
  ];

  test("are counted in the window, by fields", async () => {
    const { values } = await open({ logs });
    expect(await values("logs: {query: 'level:error', window: 5m, by: [service]}", 12 * MINUTE)).toEqual([
      ["payments", 2],
      ["orders", 1],
    ]);
    expect(await values("logs: {query: 'level:error', window: 5m, by: [service], above: 1}", 12 * MINUTE)).toEqual([
      ["payments", 2],
    ]);
    expect(await values("logs: {query: 'level:error', window: 90s}", 12 * MINUTE)).toEqual([[2]]);
    expect(await values("logs: {query: 'level:error', window: 5m}", 20 * MINUTE)).toEqual([]);
  });

  test("too few are found as well, none included", async () => {
    const { values } = await open({ logs });
    expect(await values("logs: {query: 'service:orders', window: 5m, below: 1}", 12 * MINUTE)).toEqual([]);
    expect(await values("logs: {query: 'service:orders', window: 5m, below: 1}", 20 * MINUTE)).toEqual([[0]]);
  });

  test("a query that counts by itself gives its own number; a sentence names what and where", async () => {
    const { find } = await open({ logs });
    expect(await find("logs: {query: 'declined | avg(ms) by service', window: 5m, above: 15}", 12 * MINUTE)).toEqual([
      {
        labels: { service_name: "payments" },
        value: 20,
        details: expect.objectContaining({
          summary: "payments: avg(ms) of log records is 20 in 5 min that meet declined | avg(ms) by service",
        }),
      },
    ]);
  });
});

describe("traces", () => {
  const spans = Array.from({ length: 20 }, (_, i): SimpleSpan => ({
    trace: i + 1,
    id: 1,
    service: i < 15 ? "gateway" : "orders",
    name: "GET /",
    kind: 2,
    start: 10 * MINUTE + i * 1000,
    durationMs: i < 15 ? 100 + i : 2000,
    error: i % 5 === 0,
    attributes: { "http.route": i < 10 ? "/a" : "/b" },
  }));

  test("spans are counted and measured from the index", async () => {
    const { values } = await open({ spans });
    const at = 12 * MINUTE;
    expect(await values("traces: {query: 'service:gateway', by: [service, operation]}", at)).toEqual([
      ["gateway", "GET /", 15],
    ]);
    expect(await values("traces: {query: 'error', by: [service]}", at)).toEqual([
      ["gateway", 3],
      ["orders", 1],
    ]);
    expect(await values("traces: {query: 'service:gateway', measure: error_ratio, above: 10%}", at)).toEqual([[0.2]]);
    expect(await values("traces: {query: 'service:gateway', measure: rate, window: 5m}", at)).toEqual([[0.05]]);
    expect(await values("traces: {query: 'kind:client'}", at)).toEqual([]);
    expect(await values("traces: {query: 'kind:client', measure: count, below: 1}", at)).toEqual([[0]]);
    const [[slow]] = (await values("traces: {query: 'name:\"GET /\"', measure: p95, above: 1s}", at)) as number[][];
    expect(slow).toBeCloseTo(2, 0);
  });

  test("conditions on attributes and durations look at the spans themselves", async () => {
    const { values } = await open({ spans });
    const at = 12 * MINUTE;
    expect(await values("traces: {query: 'http.route:/a', by: [service]}", at)).toEqual([["gateway", 10]]);
    expect(await values("traces: {query: 'http.route:/b', measure: error_ratio, above: 0}", at)).toEqual([[0.2]]);
    expect(await values("traces: {query: 'http.route:/a', measure: max, above: 100ms}", at)).toEqual([[0.109]]);
    expect(await values("traces: {query: 'duration>1s', by: [service]}", at)).toEqual([["orders", 5]]);
    expect(await values("traces: {query: 'http.route:/none', measure: p95, above: 0}", at)).toEqual([]);
  });

  test("fewer spans than min_count are no measure", async () => {
    const { values } = await open({ spans });
    const rule = (least: number) =>
      `traces: {query: 'service:orders', measure: p50, above: 1s, min_count: ${least}, by: [service]}`;
    expect(await values(rule(6), 12 * MINUTE)).toEqual([]);
    expect(await values(rule(5), 12 * MINUTE)).toHaveLength(1);
  });
});

describe("absence of log records", () => {
  const beats = (service: string, until: number): SimpleLog[] =>
    Array.from({ length: until }, (_, minute) => ({ body: "beat", service, time: minute * MINUTE }));

  test("those that stopped are missed, until that is long ago", async () => {
    const { find, values } = await open({ logs: [...beats("cron", 20), ...beats("web", 200)] });
    const rule = "absence: {logs: 'beat', by: [service], after: 5m, within: 1h}";
    for (const minute of [22, 24]) expect(await values(rule, minute * MINUTE)).toEqual([]);
    expect(await find(rule, 26 * MINUTE)).toEqual([
      {
        labels: { service_name: "cron" },
        value: 420,
        details: expect.objectContaining({ summary: "cron: no log record for 7 min that meets beat" }),
      },
    ]);
    expect(await values(rule, 50 * MINUTE)).toEqual([["cron", 31 * 60]]);
    expect(await values(rule, 100 * MINUTE)).toEqual([]);
  });

  test("silence right after a start is no absence: nobody may have listened", async () => {
    const { values } = await open({ logs: beats("cron", 20) });
    const rule = "absence: {logs: 'service:cron', after: 5m, within: 1h}";
    expect(await values(rule, 30 * MINUTE)).toBeUndefined();
    expect(await values(rule, 36 * MINUTE)).toEqual([[660]]);
  });
});

describe("new errors", () => {
  const nanos = (millis: number) => String(BigInt(START + millis) * 1_000_000n);
  const version = (name: string, from: number, until: number) => ({
    name,
    firstSeenUnixNano: nanos(from),
    lastSeenUnixNano: nanos(until),
  });

  async function shop(...records: (Partial<ExceptionRecord> & { fingerprint: string; noticedAtMillis: number })[]) {
    const opened = await open({ spans: [{ trace: 1, id: 1, service: "orders", start: 0 }] });
    for (const record of records) {
      const whole: ExceptionRecord = {
        service: "orders",
        type: "TypeError",
        message: "x is not a function",
        culprit: "total (cart.ts)",
        count: 3,
        firstSeenUnixNano: nanos(record.noticedAtMillis),
        lastSeenUnixNano: nanos(record.noticedAtMillis),
        versions: [],
        source: "span",
        ...record,
        noticedAtMillis: START + record.noticedAtMillis,
      };
      await opened.store.documents.put(EXCEPTIONS, record.fingerprint, whole);
      for (let minute = 0; minute < 60; minute++)
        opened.store.metrics.add(
          labelsOf({ __name__: "exceptions_total", fingerprint: record.fingerprint, service_name: whole.service }),
          START + 2 * DAY + minute * MINUTE,
          whole.count,
        );
    }
    return opened;
  }

  test("a fingerprint nobody saw before is told for a while", async () => {
    const { find, values } = await shop(
      { fingerprint: "known", noticedAtMillis: HOUR },
      { fingerprint: "fresh", noticedAtMillis: 2 * DAY + 10 * MINUTE },
    );
    expect(await values("new_error: {}", 2 * DAY + 9 * MINUTE)).toEqual([]);
    expect(await find("new_error: {}", 2 * DAY + 11 * MINUTE)).toEqual([
      {
        labels: { service_name: "orders", exception_type: "TypeError", fingerprint: "fresh" },
        value: 3,
        details: expect.objectContaining({
          kind: "new",
          summary: "orders: new TypeError in total (cart.ts), 3 times: x is not a function",
        }),
      },
    ]);
    expect(await values("new_error: {min_count: 5}", 2 * DAY + 11 * MINUTE)).toEqual([]);
    expect(await values("new_error: {service: 'pay.*'}", 2 * DAY + 11 * MINUTE)).toEqual([]);
    expect(await values("new_error: {window: 15m}", 2 * DAY + 26 * MINUTE)).toEqual([]);
  });

  test("one that was met later than the clock says is told when its own time came", async () => {
    const backfilled = { noticedAtMillis: 5 * DAY, firstSeenUnixNano: nanos(2 * DAY + 10 * MINUTE) };
    const { values } = await shop({ fingerprint: "old", ...backfilled });
    expect(await values("new_error: {}", 2 * DAY + 9 * MINUTE)).toEqual([]);
    expect(await values("new_error: {}", 2 * DAY + 11 * MINUTE)).toHaveLength(1);
    expect(await values("new_error: {window: 15m}", 2 * DAY + 26 * MINUTE)).toEqual([]);
  });

  test("a store that has just begun learns what is usual", async () => {
    const { values } = await shop({ fingerprint: "first", noticedAtMillis: 2 * DAY + 10 * MINUTE });
    expect(await values("new_error: {learning: 3d}", 2 * DAY + 11 * MINUTE)).toEqual([]);
    expect(await values("new_error: {learning: 1d}", 2 * DAY + 11 * MINUTE)).toHaveLength(1);
  });

  test("one that was gone and is back with a release is told, one that goes on is not", async () => {
    const now = 2 * DAY + 10 * MINUTE;
    const { find } = await shop(
      {
        fingerprint: "back",
        noticedAtMillis: HOUR,
        versions: [version("2.0", now, now), version("1.0", HOUR, 2 * HOUR)],
      },
      {
        fingerprint: "goes on",
        noticedAtMillis: HOUR,
        versions: [version("2.0", now, now), version("1.0", HOUR, now - MINUTE)],
      },
    );
    const found = await find("new_error: {}", now + MINUTE);
    expect(found).toMatchObject([{ labels: { fingerprint: "back" }, details: { kind: "returned", version: "2.0" } }]);
    expect(found?.[0].details?.summary).toContain("back with 2.0 (last in 1.0): TypeError");
    expect(await find("new_error: {returned_after: 0}", now + MINUTE)).toEqual([]);
  });
});
