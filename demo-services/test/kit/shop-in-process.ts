/**
 * All four services in the test's own process, without telemetry: quick to open, for tests of what the shop does.
 * Out: the gateway's address and the services, each with its faults.
 */

import { type OpenService, openService } from "../../src/chassis/open-service.ts";
import { Peers } from "../../src/chassis/peers.ts";
import { gatewayService } from "../../src/gateway/gateway-service.ts";
import { inventoryService } from "../../src/inventory/inventory-service.ts";
import { ordersService } from "../../src/orders/orders-service.ts";
import { paymentsService } from "../../src/payments/payments-service.ts";

export interface ShopInProcess {
  services: Record<"gateway" | "orders" | "inventory" | "payments", OpenService>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  // eslint-disable-next-line typescript/no-explicit-any -- read field by field by the tests
  body: any;
}

export async function openShopInProcess(): Promise<ShopInProcess> {
  const peers = new Peers();
  const services = {
    gateway: await openService(gatewayService, { peers }),
    orders: await openService(ordersService, { peers }),
    inventory: await openService(inventoryService, { peers }),
    payments: await openService(paymentsService, { peers }),
  };
  peers.update(Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url])));
  return {
    services,
    request: async (method, path, body, headers = {}) => {
      const response = await fetch(services.gateway.url + path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    close: async () => {
      await Promise.all(Object.values(services).map((service) => service.close(100)));
    },
  };
}
