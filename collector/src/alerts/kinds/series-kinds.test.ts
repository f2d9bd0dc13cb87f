/** Kinds that ask of series over time: objectives and their budgets, series and services that stopped, what survives a restart. */
import { describe, expect, test } from "vitest";
import { SimulatedShop, type SimulatedFault } from "../../../test/kit/simulated-shop.ts";
import { recordOf } from "../../model/labels.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";
import type { KindRule } from "../evaluate/alerting-rule.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { BaselineSource, SloSource } from "../rules/rule-source.ts";
import { RuleKinds } from "./rule-kinds.ts";
import { sloStatus } from "./slo.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 26, 10);

const OPERATIONS = [
  { service: "gateway", operation: "GET /", rate: 5, medianSeconds: 0.05, errorShare: 0.0005 },
  { service: "orders", operation: "POST /", rate: 2, medianSeconds: 0.05, errorShare: 0.0005 },
];

const usual = new SimulatedShop({
  startMillis: NOW - 8 * DAY,
  endMillis: NOW + 4 * HOUR,
  stepMillis: 15_000,
  operations: OPERATIONS,
});

function ruleOf(source: string): KindRule {
  const { groups, issues } = parseRules(`groups:\n- name: g\n  rules:\n  - {alert: A, ${source}}`);
  expect(issues).toEqual([]);
  return groups[0].rules[0] as KindRule;
}

function open(shop: SimulatedShop, documents: DocumentStore = shop.documents) {
  const kinds = new RuleKinds({ reader: shop.reader, documents });
  const find = async (source: string, at: number) => {
    const found = await kinds.find(ruleOf(source), at);
    return found?.map(({ labels, value, details }) => ({ labels: { ...recordOf(labels) }, value, details }));
  };
  /** The first answer that is one. */
  const settle = async (source: string, at: number) => {
    for (let time = at - 60 * MINUTE; time < at; time += MINUTE) await kinds.find(ruleOf(source), time);
    return find(source, at);
  };
  return { kinds, find, settle };
}

describe("an objective", () => {
  const SLO = "slo: {service: gateway, objective: 99.9%, window: 30d}";
  const failing = (errorShare: number, more: Partial<SimulatedFault> = {}): SimulatedShop =>
    usual.withFaults([
      { fromMillis: NOW, operations: ({ service }) => (service === "gateway" ? { errorShare } : undefined), ...more },
    ]);

  test("that is kept is silent", async () => {
    expect(await open(usual).settle(SLO, NOW)).toEqual([]);
  });

  test("pages when 2 % of the budget burn in an hour, until the short window is good again", async () => {
    // A twentieth of all requests burns 50 times as fast as allowed: 14.4 in the long window after 20 minutes.
    const { settle, find } = open(failing(0.05, { untilMillis: NOW + 40 * MINUTE }));
    expect(await settle(SLO, NOW + 5 * MINUTE)).toEqual([]);
    const [page] = (await find(SLO, NOW + 30 * MINUTE)) ?? [];
    expect(page).toMatchObject({
      labels: { service_name: "gateway", severity: "page" },
      details: { objective: 0.999, long_window: 3600, short_window: 300 },
    });
    expect(page.value).toBeGreaterThan(14.4);
    expect(page.details?.summary).toMatch(/^gateway: the error budget of 99\.9 % of requests without error burns \d+/);
    const pages = async (minute: number) =>
      (await find(SLO, NOW + minute * MINUTE))
        ?.filter(({ labels }) => labels.severity === "page")
        .map(({ details }) => details?.long_window);
    // Too much in six hours it still is, until the last half an hour was good.
    expect([await pages(40), await pages(46), await pages(75)]).toEqual([[3600], [21_600], []]);
  });

  test("makes a ticket of a slow burn", async () => {
    const slow = usual.withFaults([
      {
        fromMillis: NOW - 20 * HOUR,
        operations: ({ service }) => (service === "gateway" ? { errorShare: 0.005 } : undefined),
      },
    ]);
    const found = await open(slow, new SimulatedShop({ startMillis: 0, endMillis: 0 }).documents).settle(SLO, NOW);
    expect(found?.map(({ labels }) => labels.severity)).toEqual(["ticket"]);
  });

  test("may be about how long requests take", async () => {
    const slow = usual.withFaults([
      { fromMillis: NOW, operations: ({ service }) => (service === "orders" ? { medianSeconds: 2 } : undefined) },
    ]);
    const latency = (bound: string) => `slo: {service: orders, objective: 99%, indicator: {latency: ${bound}}}`;
    const { settle, find } = open(slow);
    expect(await settle(latency("400ms"), NOW)).toEqual([]);
    expect(await find(latency("400ms"), NOW + 30 * MINUTE)).toContainEqual(
      expect.objectContaining({ labels: { service_name: "orders", severity: "page" } }),
    );
    expect(await settle(latency("10s"), NOW + 30 * MINUTE)).toEqual([]);
  });

  test("tells how much of its budget is left, over time", async () => {
    const { kinds, settle } = open(failing(0.2), new SimulatedShop({ startMillis: 0, endMillis: 0 }).documents);
    await settle(SLO, NOW);
    const source = ruleOf(SLO).source as SloSource;
    const before = await sloStatus(kinds.tools(), kinds.slo(source), source, NOW);
    for (let at = NOW; at <= NOW + HOUR; at += MINUTE) await kinds.find(ruleOf(SLO), at);
    const after = await sloStatus(kinds.tools(), kinds.slo(source), source, NOW + HOUR);
    expect(before).toMatchObject({ state: "ok", text: "99.9 % of requests without error over 30 d" });
    expect(before.attained).toBeCloseTo(0.9995, 3);
    // Of eight days an hour is 1/192, of which a fifth failed.
    expect(after.attained).toBeCloseTo(0.9995 - 0.2 / 193, 3);
    expect(after).toMatchObject({ state: "page" });
    expect(after.burnRates.find(({ windowMillis }) => windowMillis === HOUR)?.rate).toBeCloseTo(200, -1.5);
    const { timesMillis, remaining } = after.burnDown;
    expect([timesMillis.at(-1), remaining.at(-1)]).toEqual([NOW + HOUR, after.budgetRemaining]);
    expect(remaining.filter((value) => value === null).length).toBeGreaterThan(80);
    const known = remaining.filter((value) => value !== null);
    expect(known.every((value, i) => i === 0 || value <= known[i - 1] + 1e-9)).toBe(true);
  });

  test("a restart reads no hour again that is a document", async () => {
    const { settle } = open(usual);
    const before = await settle(SLO, NOW);
    let asked = 0;
    const counting = {
      ...usual.reader,
      metrics: {
        ...usual.reader.metrics,
        selectSeries: async (...request: Parameters<StoreReader["metrics"]["selectSeries"]>) => {
          if (request[1].start < NOW - 5 * HOUR) asked++;
          return usual.reader.metrics.selectSeries(...request);
        },
      },
    } as unknown as StoreReader;
    const again = new RuleKinds({ reader: counting, documents: usual.documents });
    expect([await again.find(ruleOf(SLO), NOW + MINUTE), asked]).toEqual([before, 0]);
  });
});

describe("absence", () => {
  const gone = usual.withFaults([{ fromMillis: NOW - 2 * HOUR, untilMillis: NOW + HOUR, gone: ["orders"] }]);

  test("a series that had samples before and has none now is missed", async () => {
    const { find } = open(gone);
    const rule = "absence: {series: 'up', after: 5m, within: 3h}";
    expect(await find(rule, NOW - 2 * HOUR + 4 * MINUTE)).toEqual([]);
    expect(await find(rule, NOW)).toMatchObject([
      { labels: { job: "orders", instance: "orders:9464" }, value: 7215, details: { series: "up" } },
    ]);
    expect(await find("absence: {series: 'up', after: 5m, within: 1h}", NOW)).toEqual([]);
    expect(await find(rule, NOW + HOUR + MINUTE)).toEqual([]);
  });

  test("a service is missed also by who has just begun, as long as others were heard", async () => {
    const rule = "absence: {service: .*, after: 5m, within: 1d}";
    const documents = new SimulatedShop({ startMillis: 0, endMillis: 0 }).documents;
    const { find } = open(gone, documents);
    let found = await find(rule, NOW);
    // Hours are read some at a time: until then nobody can tell.
    expect(found).toBeUndefined();
    for (let i = 1; found === undefined && i < 10; i++) found = await find(rule, NOW + i * 15_000);
    expect(found?.map(({ labels }) => labels)).toEqual([{ service_name: "orders" }]);
    expect(await find(rule, NOW + HOUR + MINUTE)).toEqual([]);
  });

  test("a service that was never there regularly, or is not asked for, is not missed", async () => {
    const { settle } = open(gone);
    expect(await settle("absence: {service: pay.*, after: 5m}", NOW)).toEqual([]);
  });
});

describe("what is normal", () => {
  test("is a band over a range, by the hour", async () => {
    const { kinds, settle } = open(usual);
    const baseline = "baseline: {signal: traffic, direction: both}";
    await settle(baseline, NOW);
    const source = ruleOf(baseline).source as BaselineSource;
    const range = { startMillis: NOW - HOUR, endMillis: NOW, stepMillis: 5 * MINUTE };
    const { timesMillis, lower, upper, center } = await kinds.band(source, { service_name: "gateway" }, range);
    expect(timesMillis).toHaveLength(13);
    for (const [i, middle] of center.entries()) {
      expect(middle).not.toBeNull();
      expect(lower[i]).toBeLessThan(middle as number);
      expect(upper[i]).toBeGreaterThan(middle as number);
    }
    const unknown = await kinds.band(source, { service_name: "nobody" }, range);
    expect(new Set(unknown.center)).toEqual(new Set([null]));
  });

  test("nothing is judged while history is still being read, and documents spare the reading", async () => {
    const rule = "baseline: {signal: error_ratio}";
    const documents = new SimulatedShop({ startMillis: 0, endMillis: 0 }).documents;
    expect(await open(usual, documents).find(rule, NOW)).toBeUndefined();
    await open(usual, documents).settle(rule, NOW);
    expect(await open(usual, documents).find(rule, NOW)).toEqual([]);
  });
});
