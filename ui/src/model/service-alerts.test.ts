/** Active alerts by service. */
import { expect, test } from "vitest";
import type { WireAlert } from "goldspan/contract";
import { alertsByService } from "./service-alerts.ts";

function alert(service: string, severity: string, more: Partial<WireAlert> = {}): WireAlert {
  return {
    service,
    severity,
    name: "Rule",
    summary: `${service} is bad`,
    state: "firing",
    silencedBy: [],
    inhibitedBy: [],
    ...more,
  } as unknown as WireAlert;
}

test("the worst of each service is told with how many there are", () => {
  const found = alertsByService([
    alert("pay", "warning"),
    alert("pay", "critical", { summary: "" }),
    alert("cart", ""),
  ]);
  expect(Object.fromEntries(found)).toEqual({
    pay: { severity: "critical", tone: "error", count: 2, about: "2 alerts fire, the worst is critical: Rule" },
    cart: { severity: "", tone: "plain", count: 1, about: "1 alert fires: cart is bad" },
  });
});

test("what is pending, silenced, over, or of no service is left out", () => {
  expect([
    ...alertsByService([
      alert("a", "page", { state: "pending" }),
      alert("b", "page", { silencedBy: ["x"] }),
      alert("c", "page", { state: "resolved" }),
      alert("", "page"),
    ]),
  ]).toEqual([]);
});
