import { expect, test } from "vitest";
import { FAULTS } from "./fault-catalogue.ts";
import { parseFaultRequest } from "./parse-fault-request.ts";

test("a name is enough: everything else has a default", () => {
  expect(parseFaultRequest({ fault: "slow-query" })).toEqual({
    fault: "slow_query",
    service: "inventory",
    durationSeconds: 60,
    parameters: { ratio: 0.5, millis: 400 },
  });
  for (const fault of Object.keys(FAULTS)) expect(parseFaultRequest({ fault }).fault).toBe(fault);
});

test("service, duration and parameters can be chosen", () => {
  const request = { fault: "event_loop_block", service: "gateway", durationSeconds: 5, blockMillis: 50 };
  expect(parseFaultRequest(request)).toMatchObject({
    service: "gateway",
    durationSeconds: 5,
    parameters: { blockMillis: 50, everyMillis: 1_000 },
  });
});

test.each([
  [null, /expected an object/],
  [{}, /there is no fault undefined; there are payment_errors, /],
  [{ fault: "toString" }, /there is no fault "toString"/],
  [{ fault: "payment_errors", service: "gateway" }, /cannot happen in "gateway"; it can in payments/],
  [{ fault: "payment_errors", durationSeconds: 0 }, /durationSeconds is 0; expected a number from 0.1 to 3600/],
  [{ fault: "payment_errors", durationSeconds: "60s" }, /durationSeconds is "60s"/],
  [{ fault: "payment_errors", ratio: 1.5 }, /ratio is 1.5; expected a number from 0 to 1/],
  [{ fault: "payment_errors", ratoi: 1 }, /has no parameter "ratoi"; it has ratio/],
  [{ fault: "bad_release", ratio: 1 }, /has no parameter "ratio"; it has none/],
])("%j is refused with what would be right", (input, message) => {
  expect(() => parseFaultRequest(input)).toThrow(message);
});
