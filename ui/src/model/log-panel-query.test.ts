import { expect, test } from "vitest";
import { logPanelQuery } from "./log-panel-query.ts";

test.each([
  [{}, ""],
  [{ service: "cart", severity: 17 }, "service:cart level>=error"],
  [{ severity: "warn", text: 'slow "query"' }, 'level>=warn "slow" "\\"query\\""'],
  [{ attribute: "http.route=/pay" }, 'http.route:"/pay"'],
  [{ attribute: '{"user.id":7,"message":"a"}' }, "user.id:7 @message:a"],
  [{ attribute: "{broken" }, ""],
])("%j is %s", (conditions, expected) => {
  expect(logPanelQuery(conditions)).toBe(expected);
});
