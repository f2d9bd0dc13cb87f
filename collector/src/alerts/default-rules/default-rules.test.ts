/** The default rules over weeks of a simulated shop: silent in its rhythm, and with a word for each fault within a minute. */
import { expect, test } from "vitest";
import {
  SHOP_OPERATIONS,
  SimulatedShop,
  type SimulatedFault,
  type SimulatedOperation,
} from "../../../test/kit/simulated-shop.ts";
import { queryVectorOf } from "../evaluate/query-vector.ts";
import { RuleGroupEvaluator } from "../evaluate/rule-group-evaluator.ts";
import { RuleKinds } from "../kinds/rule-kinds.ts";
import { parseRules } from "../rules/parse-rules.ts";
import { DEFAULT_RULES } from "./default-rules.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A Thursday. */
const NOW = Date.UTC(2026, 10, 26, 10, 0, 0);

const usual = new SimulatedShop({ startMillis: NOW - 15 * DAY, endMillis: NOW + DAY, stepMillis: 15_000 });

function open(shop: SimulatedShop) {
  const kinds = new RuleKinds({ reader: shop.reader, documents: shop.documents });
  const { groups, issues } = parseRules(DEFAULT_RULES);
  expect(issues).toEqual([]);
  const query = queryVectorOf({ reader: shop.reader.metrics });
  const groupsOf = groups.map(
    (group) => new RuleGroupEvaluator(group, { query, find: kinds.find, write: async () => undefined }),
  );
  /** By rule and subject, when it began to fire and with which sentence. */
  const said = new Map<string, { at: number; summary: string }>();
  const evaluate = async (from: number, until: number, step = 15_000) => {
    for (let at = from; at <= until; at += step)
      for (const group of groupsOf) {
        await group.evaluate(at);
        for (const { lastError, alerts } of group.rules) {
          expect(lastError).toBeUndefined();
          for (const { state, labels, annotations } of alerts) {
            const { alertname, service_name: service, span_name: operation = "", server = "" } = labels;
            const key = [alertname, service, operation || server].filter(Boolean).join(" ");
            if (state === "firing" && !said.has(key)) said.set(key, { at, summary: annotations.summary });
          }
        }
      }
  };
  return { evaluate, said };
}

test("24 hours of normal traffic with its rhythm raise nothing", async () => {
  const { evaluate, said } = open(usual);
  await evaluate(NOW, NOW + DAY, 5 * MINUTE);
  expect([...said]).toEqual([]);
}, 60_000);

/** What fires within a minute of a fault, by rule and subject, with its sentence. */
async function saidOf(fault: Omit<SimulatedFault, "fromMillis">, millis = MINUTE): Promise<Record<string, string>> {
  const from = NOW + 20 * MINUTE;
  const { evaluate, said } = open(usual.withFaults([{ fromMillis: from, ...fault }], 5000));
  await evaluate(NOW + 12 * MINUTE + 7000, from);
  expect([...said]).toEqual([]);
  await evaluate(from + 7000, from + millis);
  return Object.fromEntries(Array.from(said, ([key, { summary }]) => [key, summary]));
}

const on = (name: string, change: Partial<SimulatedOperation>): Omit<SimulatedFault, "fromMillis"> => ({
  operations: ({ service, operation }) => (name === `${service} ${operation}` ? change : undefined),
});
const edge = (to: string, change: { calls?: number; failed?: number }): Omit<SimulatedFault, "fromMillis"> => ({
  edges: (_, server) => (server === to ? change : undefined),
});

test.each<[string, Omit<SimulatedFault, "fromMillis">, string, RegExp]>([
  [
    "payment errors",
    on("payments POST /charges", { errorShare: 0.7 }),
    "UnusualErrors payments POST /charges",
    /^payments POST \/charges: [\d.]+ % of requests fail, normally 0\.\d+ %$/,
  ],
  [
    "a release with a bug in a fifth of its requests",
    on("orders POST /orders", { errorShare: 0.2 }),
    "UnusualErrors orders POST /orders",
    /% of requests fail/,
  ],
  [
    "a slow query",
    on("inventory GET /items/:sku", { medianSeconds: 0.4 }),
    "UnusualLatency inventory GET /items/:sku",
    /^inventory GET \/items\/:sku: p95 is \d+ ms, normally \d+(\.\d)? ms$/,
  ],
  [
    "a blocked event loop",
    { lagSeconds: (service) => (service === "orders" ? 0.6 : undefined) },
    "Saturation orders",
    /^orders: event loop of orders:9464 \d+(\.\d)? % full, normally/,
  ],
  [
    "memory that grows",
    { memory: (service, seconds) => (service === "gateway" ? Math.min(192, 4 * seconds) * 2 ** 20 : 0) },
    "MemoryGrowth gateway",
    /^gateway: takes \d+ MiB of memory, normally \d+(\.\d)? MiB$/,
  ],
  ["a dead dependency", edge("inventory", { failed: 1 }), "DeadDependency orders inventory", /^orders to inventory: /],
  [
    "a retry storm",
    edge("payments", { calls: 6 }),
    "RetryStorm orders payments",
    /^orders to payments: [\d.]+ calls for each request, normally 0\.\d+$/,
  ],
  [
    "traffic that stays away",
    { operations: () => ({ rate: 0 }) },
    "TrafficDrop gateway",
    /^gateway: [\d.]+\/s requests/,
  ],
])("within a minute it tells of %s", async (_, fault, rule, words) => {
  expect(await saidOf(fault)).toEqual(expect.objectContaining({ [rule]: expect.stringMatching(words) }));
});

test("whoever calls from outside and sends no spans is no service that depends on another", async () => {
  expect(await saidOf(edge("gateway", { failed: 1 }))).toEqual({});
});

test("a service that is gone is missed after five minutes", async () => {
  expect(await saidOf({ gone: ["orders"] }, 6 * MINUTE)).toMatchObject({
    "TrafficDrop orders": expect.stringMatching(/^orders: /),
    "ServiceAbsent orders": expect.stringMatching(/^orders: has sent nothing for 5(\.\d)? min$/),
  });
});

test("a collector that was away is no drop, and nobody is absent for it", async () => {
  const from = NOW + 20 * MINUTE;
  const gone = ["gateway", "orders", "inventory", "payments", "mailer"];
  const { evaluate, said } = open(usual.withFaults([{ fromMillis: from, untilMillis: from + 2 * MINUTE, gone }], 5000));
  await evaluate(NOW + 15 * MINUTE, from + 10 * MINUTE);
  expect([...said]).toEqual([]);
});

test("an hour of history is enough to begin with", async () => {
  const fault = { fromMillis: NOW + 70 * MINUTE, ...on("inventory GET /items/:sku", { medianSeconds: 0.4 }) };
  const shop = new SimulatedShop({ startMillis: NOW, endMillis: NOW + 80 * MINUTE, faults: [fault] });
  const { evaluate, said } = open(shop);
  await evaluate(NOW + 20 * MINUTE, NOW + 70 * MINUTE, MINUTE);
  expect([...said]).toEqual([]);
  await evaluate(NOW + 70 * MINUTE + 7000, NOW + 71 * MINUTE);
  expect([...said.keys()]).toEqual(["UnusualLatency inventory GET /items/:sku"]);
});

test("of a store without history only what is plainly broken is told", async () => {
  const young = { startMillis: NOW, endMillis: NOW + 30 * MINUTE };
  const healthy = open(new SimulatedShop(young));
  await healthy.evaluate(NOW + MINUTE, NOW + 20 * MINUTE);
  expect([...healthy.said.keys()]).toEqual([]);
  const fault = { fromMillis: NOW + 5 * MINUTE, ...on("payments POST /charges", { errorShare: 0.9 }) };
  const broken = open(new SimulatedShop({ ...young, faults: [fault] }));
  await broken.evaluate(NOW + MINUTE, NOW + 8 * MINUTE);
  expect([...broken.said.keys()]).toEqual(["UnusualErrors payments POST /charges"]);
});

test("an idle shop is silent", async () => {
  const operations = SHOP_OPERATIONS.map((one) => ({ ...one, rate: one.rate / 200, errorShare: 0.1 }));
  const { evaluate, said } = open(new SimulatedShop({ startMillis: NOW - 3 * DAY, endMillis: NOW + DAY, operations }));
  await evaluate(NOW, NOW + 60 * MINUTE, MINUTE);
  expect([...said.keys()]).toEqual([]);
});
