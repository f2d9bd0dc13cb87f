/**
 * The contract between orders (consumer) and payments (provider), held from both ends: the real payments service answers
 * as the contract says, and the client of orders understands what the contract says.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type OpenService, openService } from "../src/chassis/open-service.ts";
import { Peers } from "../src/chassis/peers.ts";
import { ServiceClient } from "../src/chassis/service-client.ts";
import { ServiceMetrics } from "../src/chassis/service-metrics.ts";
import { parseFaultRequest } from "../src/faults/parse-fault-request.ts";
import { PaymentsClient } from "../src/orders/payments-client.ts";
import { type Expected, type Interaction, PAYMENTS_CONTRACT } from "../src/orders/payments-contract.ts";
import { paymentsService } from "../src/payments/payments-service.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function send(url: string, { request }: Interaction): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url + request.path, {
    method: request.method,
    headers: { "content-type": "application/json", ...request.headers },
    body: JSON.stringify(request.body),
  });
  return { status: response.status, body: await response.json() };
}

function expectShape(actual: unknown, expected: Expected, path = "body"): void {
  for (const [field, rule] of Object.entries(expected)) {
    const value = (actual as Record<string, unknown>)[field];
    if (rule instanceof RegExp) expect(String(value), `${path}.${field}`).toMatch(rule);
    else expectShape(value, rule, `${path}.${field}`);
  }
}

describe("payments keeps the contract", () => {
  async function openProvider(given: Interaction["given"]): Promise<OpenService> {
    const provider = await openService(paymentsService, {});
    closers.push(() => provider.close(100));
    if (given?.charged) {
      // The network fails once in 250 charges on an ordinary day, here too.
      const [first] = PAYMENTS_CONTRACT;
      let status = 503;
      while (status === 503) ({ status } = await send(provider.url, first));
      expect(status).toBe(201);
    }
    if (given?.cardNetworkDown) provider.faults.activate(parseFaultRequest({ fault: "payment_errors", ratio: 1 }));
    return provider;
  }

  test.each(PAYMENTS_CONTRACT)("$description", async (interaction) => {
    const provider = await openProvider(interaction.given);
    const expected = interaction.response;
    let answer = await send(provider.url, interaction);
    while (answer.status === 503 && expected.status !== 503) answer = await send(provider.url, interaction);
    expect(answer.status).toBe(expected.status);
    expectShape(answer.body, expected.body);
  });
});

describe("orders understands the contract", () => {
  /** The shortest text each rule allows: what a provider that keeps the contract might say. */
  function sample(expected: Expected): unknown {
    return Object.fromEntries(
      Object.entries(expected).map(([field, rule]) => [
        field,
        rule instanceof RegExp ? rule.source.replace(/^\^|\$$/g, "").replace(/^\[.*\]\+$|^\.$/, "x-1") : sample(rule),
      ]),
    );
  }

  async function chargeAgainst({ response, request }: Interaction): Promise<unknown> {
    const server = createServer((incoming, outgoing) => {
      expect(incoming.headers).toMatchObject(request.headers ?? {});
      outgoing
        .writeHead(response.status, { "content-type": "application/json" })
        .end(JSON.stringify(sample(response.body)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const peers = new Peers({ payments: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const metrics = new ServiceMetrics({ processMetrics: false });
    const policy = { attemptTimeoutMillis: 1_000, maxAttempts: 2, backoffMillis: 1, useBudget: true };
    const client = new PaymentsClient(new ServiceClient({ peer: "payments", peers, metrics, policy }));
    const { orderId, amountCents, card } = request.body as { orderId: string; amountCents: number; card: string };
    return await client.charge(orderId, amountCents, card).catch((error: Error) => error.message);
  }

  const expected: Record<number, unknown> = {
    201: { paid: true, chargeId: "x-1" },
    200: { paid: true, chargeId: "x-1" },
    402: { paid: false, code: "card_declined", reason: "402 insufficient funds" },
    503: "cannot charge order o1: payments answers 503 x-1",
    422: "cannot charge order o1: payments answers 422 x-1",
  };

  test.each(PAYMENTS_CONTRACT)("$description", async (interaction) => {
    expect(await chargeAgainst(interaction)).toEqual(expected[interaction.response.status]);
  });
});
