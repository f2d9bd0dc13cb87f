import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { HttpError } from "./http-error.ts";
import { Peers } from "./peers.ts";
import { type Call, type CallPolicy, ServiceClient } from "./service-client.ts";
import { ServiceMetrics } from "./service-metrics.ts";

const POLICY: CallPolicy = { attemptTimeoutMillis: 1_000, maxAttempts: 3, backoffMillis: 1, useBudget: true };
const GET: Call = { method: "GET", path: "/x" };

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A peer that answers with these statuses in turn ("hang": never), then with 200. */
async function open(
  answers: (number | "hang")[],
  policy: Partial<CallPolicy> = {},
  override?: () => Partial<CallPolicy>,
) {
  const requests: string[] = [];
  const opened = createServer((request, response) => {
    requests.push([request.method, request.headers["idempotency-key"] ?? "-"].join(" "));
    const answer = answers.shift() ?? 200;
    if (answer !== "hang") response.writeHead(answer).end(JSON.stringify({ answer }));
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const peers = new Peers({ stock: `http://127.0.0.1:${(opened.address() as AddressInfo).port}` });
  const metrics = new ServiceMetrics({ processMetrics: false });
  const client = new ServiceClient({ peer: "stock", peers, metrics, policy: { ...POLICY, ...policy }, override });
  return { client, requests, metrics };
}

test("what may be repeated is tried again until it works", async () => {
  const { client, requests } = await open([503, 502]);
  expect(await client.call(GET)).toEqual({ status: 200, body: { answer: 200 } });
  expect(requests).toHaveLength(3);
});

test("a POST is only repeated with an idempotency key, which stays the same", async () => {
  const { client, requests } = await open([503, 503]);
  expect((await client.call({ method: "POST", path: "/x" })).status).toBe(503);
  expect((await client.call({ method: "POST", path: "/x", idempotencyKey: "k" })).status).toBe(200);
  expect(requests).toEqual(["POST -", "POST k", "POST k"]);
});

test("answers that would not change are not asked for again", async () => {
  const { client, requests } = await open([404, 500]);
  expect((await client.call(GET)).status).toBe(404);
  expect((await client.call(GET)).status).toBe(500);
  expect(requests).toHaveLength(2);
});

test("after the last attempt the last answer counts; a time-out is a 504, no connection a 503", async () => {
  const { client, requests } = await open([503, 503, 503, "hang", "hang", "hang"], { attemptTimeoutMillis: 50 });
  expect((await client.call(GET)).status).toBe(503);
  const late = (await client.call(GET).catch((error: unknown) => error)) as HttpError;
  expect([late.status, late.message]).toEqual([504, "cannot get an answer from stock within 50 ms"]);
  expect(requests).toHaveLength(6);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  const gone = (await client.call(GET).catch((error: unknown) => error)) as HttpError;
  expect([gone.status, gone.code]).toEqual([503, "unreachable"]);
  expect(gone.message).toMatch(/^cannot reach stock: .*ECONNREFUSED/);
});

test("an empty budget ends the retries, and that is counted", async () => {
  const { client, requests, metrics } = await open(Array.from({ length: 100 }, () => 503));
  for (let n = 0; n < 20; n++) await client.call(GET);
  const retries = requests.length - 20;
  expect(retries).toBeLessThan(10 + 20 * 0.2 + 3);
  expect((await metrics.retriesDenied.get()).values[0].value).toBeGreaterThan(0);
});

test("an override replaces parts of the policy", async () => {
  const storm = { maxAttempts: 40, backoffMillis: 0, useBudget: false };
  const { client, requests } = await open(
    Array.from({ length: 100 }, () => 503),
    {},
    () => storm,
  );
  await client.call(GET);
  expect(requests).toHaveLength(40);
});
