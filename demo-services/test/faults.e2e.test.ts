/** Every fault, switched on in the running demo: it has its effect, and ends by itself. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../agents/node/test/kit/wait-for.ts";
import { FAULTS } from "../src/faults/fault-catalogue.ts";
import { type OrderAnswer, RunningShop } from "./kit/running-shop.ts";

const CHEAP = [{ sku: "oak-lamp-s", quantity: 1 }];
const DEAR = [{ sku: "glass-bowl-l", quantity: 2 }];
const FAULT_CLI = fileURLToPath(new URL("../src/fault.ts", import.meta.url));

let shop: RunningShop;
let folder: string;
const tested = new Set<string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shop-faults-"));
  shop = await RunningShop.start(["--rate", "10"], { SHOP_CONTROL_FILE: join(folder, "control.json") });
});

afterEach(async () => {
  await fetch(`${shop.url("control")}/faults`, { method: "DELETE" });
});

afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true });
  expect([...tested].sort(), "every fault has a test").toEqual(Object.keys(FAULTS).sort());
});

async function begin(fault: string, durationSeconds: number, parameters: Record<string, unknown> = {}): Promise<void> {
  tested.add(fault);
  await shop.fault({ fault, durationSeconds, ...parameters });
  expect(await shop.activeFaults()).toContain(fault);
}

/** Orders again and again until the answer is as wanted. */
async function orderUntil(
  what: string,
  lines: typeof CHEAP,
  wanted: (answer: OrderAnswer) => boolean,
): Promise<OrderAnswer> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await shop.order(lines);
    if (wanted(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`cannot see ${what} within 20 s`);
  }
}

async function getUntil(
  what: string,
  path: string,
  wanted: (status: number, millis: number) => boolean,
): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const started = performance.now();
    const { status } = await shop.get(path);
    if (wanted(status, performance.now() - started)) return;
    if (performance.now() > deadline) throw new Error(`cannot see ${what} within 20 s`);
  }
}

const isPaid = ({ status }: OrderAnswer): boolean => status === 201;

test("payment_errors: charges fail, then work again", async () => {
  await begin("payment_errors", 1.5, { ratio: 1 });
  await orderUntil("a failing payment", CHEAP, ({ body }) => body.error?.code === "payments_failed");
  await orderUntil("a paid order", CHEAP, isPaid);
  expect(await shop.activeFaults()).toEqual([]);
});

test("slow_query: reads have long SELECT spans with another text, then are quick again", async () => {
  await begin("slow_query", 2, { ratio: 1, millis: 200 });
  await getUntil("a slow page", "/products/oak-chair-s", (_status, millis) => millis > 150);
  const slow = await waitFor("the slow statement", () =>
    shop.receiver.spans.find(({ name, durationMillis }) => name === "SELECT items" && durationMillis > 120),
  );
  expect(slow.attributes["db.query.text"]).toContain("unindexed");
  await getUntil("a quick page", "/products/oak-chair-s", (_status, millis) => millis < 100);
});

test("event_loop_block: the service stalls and says so", async () => {
  await begin("event_loop_block", 2, { blockMillis: 500, everyMillis: 600 });
  const warning = await waitFor("the warning", () =>
    shop.receiver.logs.find(
      ({ body, resource }) => body === "event loop was blocked" && resource["service.name"] === "orders",
    ),
  );
  expect(warning.attributes.blockedMillis).toBeGreaterThan(200);
});

test("memory_growth: the resident size grows up to its bound, and the memory is let go", async () => {
  const residentMebibytes = async (): Promise<number> => {
    const metrics = await (await fetch(`${shop.url("gateway")}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1024 / 1024;
  };
  const before = await residentMebibytes();
  await begin("memory_growth", 60, { mebibytesPerSecond: 64, mostMebibytes: 64 });
  const deadline = performance.now() + 10_000;
  while ((await residentMebibytes()) < before + 50 && performance.now() < deadline);
  expect(await residentMebibytes()).toBeGreaterThan(before + 50);
  await waitFor("the warning", () => shop.receiver.logs.find(({ body }) => body === "price cache keeps growing"));
  await fetch(`${shop.url("control")}/faults?fault=memory_growth`, { method: "DELETE" });
  expect(await shop.activeFaults()).toEqual([]);
});

test("dead_dependency: connections are refused, then not any more", async () => {
  await begin("dead_dependency", 1.5);
  await getUntil("a refused connection", "/products", (status) => status === 503);
  expect((await shop.get("/readyz")).body).toMatchObject({
    checks: { inventory: expect.stringContaining("ECONNREFUSED") },
  });
  const client = await waitFor("the client span", () =>
    shop.receiver.spans.find(
      ({ kind, attributes }) =>
        kind === 3 && attributes["error.type"] !== undefined && attributes["url.path"] === "/items",
    ),
  );
  expect(client.statusCode).toBe(2);
  await getUntil("an answer again", "/products", (status) => status === 200);
});

test("hanging_dependency: answers do not come, then come again", async () => {
  await begin("hanging_dependency", 1.5, { service: "inventory" });
  await expect(fetch(`${shop.url("inventory")}/items`, { signal: AbortSignal.timeout(300) })).rejects.toThrow(
    /timeout/,
  );
  await getUntil("an answer again", "/products", (status) => status === 200);
});

test("retry_storm: one order makes many charges", async () => {
  await begin("retry_storm", 4, { attempts: 12, timeoutMillis: 1 });
  const { traceId } = await orderUntil("a failed order", CHEAP, ({ status }) => status >= 500);
  const { spans } = await shop.trace(traceId, 3);
  const attempts = spans.filter(({ kind, attributes }) => kind === 3 && attributes["url.path"] === "/charges");
  expect(attempts.length).toBeGreaterThan(8);
  await orderUntil("a paid order", CHEAP, isPaid);
});

test("traffic_drop: the traffic stops without errors, then comes back", async () => {
  const roots = (): number =>
    shop.receiver.spans.filter(({ attributes }) => attributes["http.route"] === "/products").length;
  await begin("traffic_drop", 2.5);
  let seen = roots();
  let quietSince = performance.now();
  await waitFor("a second of silence", () => {
    if (roots() !== seen) [seen, quietSince] = [roots(), performance.now()];
    return performance.now() - quietSince > 1_000 || undefined;
  });
  await waitFor("traffic again", () => roots() > seen || undefined);
});

test("bad_release: a new process with a new version fails for some, then the old version is back", async () => {
  await begin("bad_release", 2, { service: "payments" });
  await orderUntil("a failing order", DEAR, ({ body }) => body.error?.code === "payments_failed");
  const error = await waitFor("the bug's log", () =>
    shop.receiver.logs.find(({ attributes }) => attributes["exception.type"] === "TypeError"),
  );
  expect(error.resource).toMatchObject({ "service.name": "payments", "service.version": "1.5.0" });
  expect((await shop.order(CHEAP)).status).toBe(201);
  await orderUntil("a paid order", DEAR, isPaid);
  await waitFor("spans of three processes of payments", () => {
    const processes = shop.receiver.spans.flatMap(({ resource }) =>
      resource["service.name"] === "payments" ? [resource["process.pid"]] : [],
    );
    return new Set(processes).size === 3 || undefined;
  });
});

test("new_error: orders fail with an exception nobody has seen before", async () => {
  await begin("new_error", 1, { ratio: 1 });
  await orderUntil("a failed order", CHEAP, ({ status }) => status === 502);
  const error = await waitFor("its log", () =>
    shop.receiver.logs.find(({ attributes }) => attributes["exception.type"] === "LoyaltyPointsOverflowError"),
  );
  expect(error.resource["service.name"]).toBe("orders");
  await orderUntil("a paid order", CHEAP, isPaid);
});

test("the command line switches faults on and off and lists them", () => {
  const cli = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [FAULT_CLI, ...args], {
      env: { PATH: process.env.PATH, SHOP_CONTROL_FILE: join(folder, "control.json") },
      encoding: "utf8",
      timeout: 20_000,
    });
  expect(cli("payment-errors", "--for", "30s", "--set", "ratio=0.1")).toMatchObject({
    status: 0,
    stdout: "on: payment_errors in payments for 30 s ratio=0.1\n",
  });
  expect(cli("list").stdout).toMatch(
    /^active:\n {2}payment_errors in payments for \d+ s ratio=0.1\navailable:\n {2}payment-errors/,
  );
  expect(cli("clear").stdout).toBe("cleared\n");
  expect(cli("list").stdout).toMatch(/^active:\n {2}none\n/);
  expect(cli("payment-error")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^cannot switch the fault on: there is no fault "payment-error"/),
  });
});
