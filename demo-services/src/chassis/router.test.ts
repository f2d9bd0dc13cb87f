import { expect, test } from "vitest";
import { createRouter } from "./router.ts";

const handler = () => ({ status: 200, body: {} });
const find = createRouter({ "GET /orders": handler, "GET /orders/:id": handler, "POST /orders/:id/cancel": handler });

test("requests find their route and its parameters", () => {
  const check = (method: string, path: string, route: string | undefined, params = {}): void => {
    const match = find(method, path);
    expect(match?.route, `${method} ${path}`).toBe(route);
    if (match) expect(match.params).toEqual(params);
  };
  check("GET", "/orders", "/orders");
  check("GET", "/orders/7", "/orders/:id", { id: "7" });
  check("POST", "/orders/7/cancel", "/orders/:id/cancel", { id: "7" });
  check("DELETE", "/orders/7", undefined);
  check("GET", "/orders/", undefined);
  check("GET", "/orders/7/cancel", undefined);
  check("GET", "/", undefined);
});
