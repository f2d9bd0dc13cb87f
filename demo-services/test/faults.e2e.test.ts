/** Every fault, switched on in the running demo: it has its effect, and ends by itself. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shop-faults-"));
  shop = await RunningShop.start(["--rate", "10"], { SHOP_CONTROL_FILE: join(folder, "control.json") });
});

afterEach(async () => {
  await fetch(`${shop.url("control")}/faults`, { method: "DELETE" });
});

afterAll(async () => {
  await shop.stop();
  expect(shop.stderr).toMatch(/^(shop: fault \S+ is on in \S+ for \S+ s\n)*$/);
  rmSync(folder, { recursive: true });
});

const LONG_SECONDS = 60;

/** Switches a fault on for longer than its test takes. */
async function begin(fault: string, parameters: Record<string, unknown> = {}): Promise<void> {
  await shop.fault({ fault, durationSeconds: LONG_SECONDS, ...parameters });
  expect(await shop.activeFaults()).toContain(fault);
}

/** Gives the fault a short time instead, and waits until it has ended by itself. */
async function letEnd(fault: string, parameters: Record<string, unknown> = {}): Promise<void> {
  await shop.fault({ fault, durationSeconds: 0.2, ...parameters });
  const deadline = performance.now() + 10_000;
  while ((await shop.activeFaults()).includes(fault)) {
    if (performance.now() > deadline) throw new Error(`cannot see the end of ${fault} within 10 s`);
  }
}

/** Orders again and again until the answer is as wanted. */
async function orderUntil(
  what: string,
  lines: typeof CHEAP,
  wanted: (answer: OrderAnswer) => boolean,
): Promise<OrderAnswer> {
  let last = "no answer";
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const answer = await shop.order(lines);
    if (wanted(answer)) return answer;
    last = JSON.stringify(answer);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`cannot see ${what} within 30 s: ${last}; ${shop.stderr}`);
}

async function getUntil(
  what: string,
  path: string,
  wanted: (status: number, millis: number) => boolean,
): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const started = performance.now();
    const { status } = await shop.get(path);
    if (wanted(status, performance.now() - started)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`cannot see ${what} within 30 s; ${shop.stderr}`);
}

const isPaid = ({ status }: OrderAnswer): boolean => status === 201;

test("payment_errors: charges fail, then work again", async () => {
  await begin("payment_errors", { ratio: 1 });
  await orderUntil("a failing payment", CHEAP, ({ body }) => body.error?.code === "payments_failed");
  await letEnd("payment_errors");
  await orderUntil("a paid order", CHEAP, isPaid);
});

test("slow_query: reads have long SELECT spans with another text, then are quick again", async () => {
  await begin("slow_query", { ratio: 1, millis: 200 });
  await getUntil("a slow page", "/products/oak-chair-s", (_status, millis) => millis > 150);
  const slow = await waitFor("the slow statement", () =>
    shop.receiver.spans.find(({ name, durationMillis }) => name === "SELECT items" && durationMillis > 120),
  );
  expect(slow.attributes["db.query.text"]).toContain("unindexed");
  await letEnd("slow_query");
  await getUntil("a quick page", "/products/oak-chair-s", (_status, millis) => millis < 100);
});

test("event_loop_block: the service stalls and says so", async () => {
  await begin("event_loop_block", { service: "payments", blockMillis: 500, everyMillis: 600 });
  const warning = await waitFor("the warning", () =>
    shop.receiver.logs.find(
      ({ body, resource, attributes }) =>
        body === "event loop was blocked" &&
        resource["service.name"] === "payments" &&
        Number(attributes.blockedMillis) > 300,
    ),
  );
  expect(warning.severityText).toBe("warn");
  await letEnd("event_loop_block", { service: "payments" });
});

test("memory_growth: the resident size grows up to its bound, and the fault ends", async () => {
  const residentMebibytes = async (): Promise<number> => {
    const metrics = await (await fetch(`${shop.url("gateway")}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1024 / 1024;
  };
  const before = await residentMebibytes();
  await begin("memory_growth", { mebibytesPerSecond: 64, mostMebibytes: 64 });
  const deadline = performance.now() + 10_000;
  let most = before;
  while (most < before + 50 && performance.now() < deadline) most = Math.max(most, await residentMebibytes());
  expect(most).toBeGreaterThan(before + 50);
  await waitFor("the warning", () => shop.receiver.logs.find(({ body }) => body === "price cache keeps growing"));
  await letEnd("memory_growth");
});

test("dead_dependency: connections are refused, then not any more", async () => {
  await begin("dead_dependency");
  await getUntil("a refused connection", "/products", (status) => status === 503);
  await getUntil("a gateway that is not ready", "/readyz", (status) => status === 503);
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
  await letEnd("dead_dependency");
  await getUntil("an answer again", "/products", (status) => status === 200);
});

test("hanging_dependency: answers do not come, then come again", async () => {
  await begin("hanging_dependency", { service: "inventory" });
  await expect(fetch(`${shop.url("inventory")}/items`, { signal: AbortSignal.timeout(300) })).rejects.toThrow(
    /timeout/,
  );
  await letEnd("hanging_dependency", { service: "inventory" });
  await getUntil("an answer again", "/products", (status) => status === 200);
});

test("retry_storm: one order makes many charges", async () => {
  await begin("retry_storm", { attempts: 12, timeoutMillis: 1 });
  const { traceId } = await orderUntil("a failed order", CHEAP, ({ status }) => status >= 500);
  const { spans } = await shop.trace(traceId, 3);
  const attempts = spans.filter(({ kind, attributes }) => kind === 3 && attributes["url.path"] === "/charges");
  expect(attempts.length).toBeGreaterThan(8);
  await letEnd("retry_storm");
  await orderUntil("a paid order", CHEAP, isPaid);
});

test("traffic_drop: the traffic stops without errors, then comes back", async () => {
  const roots = (): number =>
    shop.receiver.spans.filter(({ attributes }) => attributes["http.route"] === "/products").length;
  await begin("traffic_drop");
  let seen = roots();
  let quietSince = performance.now();
  await waitFor("a second of silence", () => {
    if (roots() !== seen) [seen, quietSince] = [roots(), performance.now()];
    return performance.now() - quietSince > 1_000 || undefined;
  });
  await letEnd("traffic_drop");
  await waitFor("traffic again", () => roots() > seen || undefined);
});

test("bad_release: a new process with a new version fails for some, then the old version is back", async () => {
  // This fault cannot be given a shorter time: that would be another release.
  await begin("bad_release", { service: "payments", durationSeconds: 5 });
  await orderUntil("a failing order", DEAR, ({ body }) => body.error?.code === "payments_failed");
  const error = await waitFor("the bug's log", () =>
    shop.receiver.logs.find(({ attributes }) => attributes["exception.type"] === "TypeError"),
  );
  expect(error.resource).toMatchObject({ "service.name": "payments", "service.version": "1.5.0" });
  await orderUntil("a paid order", CHEAP, isPaid);
  await orderUntil("the old release", DEAR, isPaid);
  await waitFor("spans of three processes of payments", () => {
    const processes = shop.receiver.spans.flatMap(({ resource }) =>
      resource["service.name"] === "payments" ? [resource["process.pid"]] : [],
    );
    return new Set(processes).size === 3 || undefined;
  });
  expect(await shop.activeFaults()).toEqual([]);
});

test("new_error: orders fail with an exception nobody has seen before", async () => {
  await begin("new_error", { ratio: 1 });
  await orderUntil("a failed order", CHEAP, ({ status }) => status === 502);
  const error = await waitFor("its log", () =>
    shop.receiver.logs.find(({ attributes }) => attributes["exception.type"] === "LoyaltyPointsOverflowError"),
  );
  expect(error.resource["service.name"]).toBe("orders");
  await letEnd("new_error");
  await orderUntil("a paid order", CHEAP, isPaid);
});

test("every fault of the catalogue has a test here", () => {
  const text = readFileSync(fileURLToPath(import.meta.url), "utf8");
  for (const fault of Object.keys(FAULTS)) expect(text).toContain(`begin("${fault}"`);
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
