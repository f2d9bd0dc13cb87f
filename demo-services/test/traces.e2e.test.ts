/** The demo as a user starts it, without shoppers: what one order looks like, how the shop starts, heals and ends. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../agents/node/test/kit/wait-for.ts";
import { MAIN, RunningShop } from "./kit/running-shop.ts";

const ALL = ["gateway", "inventory", "orders", "payments"];
const LINES = [
  { sku: "oak-lamp-s", quantity: 1 },
  { sku: "clay-bowl-l", quantity: 2 },
];

let shop: RunningShop;

beforeAll(async () => {
  shop = await RunningShop.start(["--no-load"]);
});

afterAll(async () => {
  await shop.stop();
});

function service({ resource }: { resource: Record<string, unknown> }): string {
  return String(resource["service.name"]);
}

/** The process is there: signal 0 only asks. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("an order is one trace through all four services, from the gateway down to the statements", async () => {
  const { status, traceId } = await shop.order(LINES);
  expect(status).toBe(201);
  const { spans, logs } = await shop.trace(traceId, ALL.length);
  expect([...new Set(spans.map(service))].sort()).toEqual(ALL);
  expect([...new Set(logs.map(service))].sort()).toEqual(ALL);
  expect(logs.map(({ body }) => body)).toEqual(
    expect.arrayContaining(["stock reserved", "card charged", "order paid", "checkout done"]),
  );

  const root = spans.find(({ parentSpanId }) => parentSpanId === "");
  expect(root?.resource).toMatchObject({
    "service.name": "gateway",
    "service.namespace": "shop",
    "service.version": "2.3.0",
    "deployment.environment.name": "demo",
  });
  expect(root?.resource["service.instance.id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(root?.attributes).toMatchObject({ "http.route": "/orders", "http.request.method": "POST" });

  const insert = spans.find(({ name }) => name === "INSERT orders");
  expect(insert).toMatchObject({
    kind: 3,
    attributes: {
      "db.system.name": "sqlite",
      "db.namespace": "orders.sqlite",
      "db.operation.name": "INSERT",
      "db.collection.name": "orders",
      "db.query.text": "INSERT INTO orders (id, status, total_cents, charge_id, created_at) VALUES (?, ?, ?, ?, ?)",
    },
  });
});

test("a failed order's trace shows where it broke and what was undone, with logs of each service", async () => {
  await shop.fault({ fault: "payment_errors", durationSeconds: 60, ratio: 1 });
  const { body, traceId } = await shop.order(LINES);
  expect(body.error?.code).toBe("payments_failed");
  await fetch(`${shop.url("control")}/faults?fault=payment-errors`, { method: "DELETE" });
  const { spans, logs } = await shop.trace(traceId, ALL.length);
  expect([...new Set(spans.map(service))].sort()).toEqual(ALL);
  expect([...new Set(logs.map(service))].sort()).toEqual(ALL);

  const servers = spans.filter(({ kind }) => kind === 2).map((span) => `${service(span)} ${span.name}`);
  expect(servers.filter((name) => name === "payments POST /charges")).toHaveLength(3);
  expect(servers).toEqual(
    expect.arrayContaining(["inventory POST /reservations", "inventory POST /reservations/:id/release"]),
  );
  const failed = spans.filter(({ statusCode }) => statusCode === 2).map(({ name }) => name);
  expect(failed).toEqual(expect.arrayContaining(["POST /orders", "POST /charges", "authorize card"]));
  expect(spans.find(({ name }) => name === "authorize card")?.events[0].attributes["exception.type"]).toBe(
    "CardNetworkError",
  );

  const error = logs.find(({ body }) => body === "card network unreachable");
  expect(error).toMatchObject({ severityNumber: 17, resource: { "service.name": "payments" } });
  expect(error?.attributes["exception.message"]).toContain("no route to acquirer");
  expect(spans.map(({ spanId }) => spanId)).toContain(error?.spanId);
});

test("health checks and metrics are served and make no spans", async () => {
  for (const name of ["gateway", "orders", "inventory", "payments"] as const) {
    for (const path of ["/livez", "/readyz", "/metrics"]) expect((await fetch(shop.url(name) + path)).status).toBe(200);
  }
  const { traceId } = await shop.order(LINES);
  await shop.trace(traceId, ALL.length);
  expect(
    shop.receiver.spans.filter(({ attributes }) =>
      /^\/(livez|readyz|metrics|faults)/.test(String(attributes["url.path"])),
    ),
  ).toEqual([]);
});

test("a service that is killed is started again where it was", async () => {
  const { resource } = await waitFor("a span of payments", () =>
    shop.receiver.spans.find((span) => service(span) === "payments"),
  );
  process.kill(Number(resource["process.pid"]), "SIGKILL");
  await waitFor(
    "the warning",
    () => /payments ended \(signal SIGKILL\); starting it again in 500 ms/.exec(shop.stderr) ?? undefined,
  );
  let answer = await shop.order(LINES);
  while (answer.status !== 201) answer = await shop.order(LINES);
  const { spans } = await shop.trace(answer.traceId, ALL.length);
  const newer = spans.find((span) => service(span) === "payments")?.resource;
  expect(newer?.["process.pid"]).not.toBe(resource["process.pid"]);
  expect(newer?.["service.instance.id"]).not.toBe(resource["service.instance.id"]);
  expect((await fetch(`${shop.url("payments")}/livez`)).status).toBe(200);
});

test("a port in use ends the start with a line that names it, and leaves nothing running", async () => {
  const base = shop.ports.gateway;
  const folder = mkdtempSync(join(tmpdir(), "shop-blocked-"));
  const blocked = spawnSync(process.execPath, [MAIN, "--port-base", String(base)], {
    env: { PATH: process.env.PATH, TMPDIR: folder },
    encoding: "utf8",
    timeout: 50_000,
  });
  expect([blocked.status, blocked.stdout, blocked.stderr]).toEqual([
    1,
    "",
    expect.stringMatching(/cannot listen on port \d+: another process uses it/),
  ]);
  // The next ports belong to whoever took them, perhaps, and are as good a reason.
  const [, port] = /on port (\d+)/.exec(blocked.stderr) ?? [];
  expect(Number(port) - base).toBeGreaterThanOrEqual(0);
  expect(Number(port) - base).toBeLessThan(10);
  expect(readdirSync(folder).filter((name) => name !== "goldspan-demo-compile-cache")).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("SIGTERM stops every process and leaves nothing behind", async () => {
  const ending = await RunningShop.start(["--rate", "20"]);
  await waitFor(
    "spans of all services",
    () => new Set(ending.receiver.spans.map(service)).size === ALL.length || undefined,
  );
  const pids = new Set(ending.receiver.spans.map(({ resource }) => Number(resource["process.pid"])));
  expect(pids.size).toBe(ALL.length);
  const before = performance.now();
  expect(await ending.stop()).toBe(0);
  expect(performance.now() - before).toBeLessThan(8_000);
  expect([...pids].filter(isAlive)).toEqual([]);
  expect(ending.stderr).toBe("");
});

test("when the supervisor is killed its services end too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shop-orphans-"));
  const orphaned = await RunningShop.start(["--no-load", "--data-directory", folder]);
  await orphaned.get("/products");
  await orphaned.order(LINES);
  await waitFor(
    "spans of all services",
    () => new Set(orphaned.receiver.spans.map(service)).size === ALL.length || undefined,
  );
  const pids = [...new Set(orphaned.receiver.spans.map(({ resource }) => Number(resource["process.pid"])))];
  await orphaned.kill();
  await waitFor("the end of its services", () => pids.every((pid) => !isAlive(pid)) || undefined);
  await orphaned.receiver.close();
  rmSync(folder, { recursive: true });
});
