import { expect, test } from "vitest";
import { parseFaultCommand } from "./fault-command.ts";
import { parseShopArguments } from "./shop-arguments.ts";

test("the shop's arguments have defaults and are checked", () => {
  expect(parseShopArguments([])).toEqual({
    help: false,
    otlpEndpoint: "http://127.0.0.1:4318",
    ratePerSecond: 5,
    portBase: 0,
    seed: 1,
    load: true,
    dataDirectory: undefined,
  });
  const args = ["--otlp", "http://x:1", "--rate", "0.5", "--port-base", "9000", "--seed", "7", "--no-load"];
  expect(parseShopArguments(args)).toMatchObject({
    otlpEndpoint: "http://x:1",
    ratePerSecond: 0.5,
    portBase: 9000,
    load: false,
  });
  expect(() => parseShopArguments(["--rate", "fast"])).toThrow(
    "cannot use --rate fast: expected a number from 0.01 to 500",
  );
  expect(() => parseShopArguments(["--port-base", "1.5"])).toThrow(/whole number/);
  expect(() => parseShopArguments(["--otlp", "localhost:4318"])).toThrow(/cannot send to --otlp localhost:4318/);
  expect(() => parseShopArguments(["--rte", "1"])).toThrow(/--rte/);
});

test("the fault command reads names, durations and settings", () => {
  expect(parseFaultCommand([])).toEqual({ action: "list", control: undefined });
  expect(parseFaultCommand(["clear", "slow-query"])).toMatchObject({ action: "clear", fault: "slow-query" });
  expect(parseFaultCommand(["payment-errors", "--for", "2m", "--service", "payments", "--set", "ratio=0.8"])).toEqual({
    action: "activate",
    control: undefined,
    request: { fault: "payment-errors", durationSeconds: 120, service: "payments", ratio: 0.8 },
  });
  expect(() => parseFaultCommand(["slow-query", "--for", "soon"])).toThrow(
    "cannot read --for soon: expected a duration",
  );
  expect(() => parseFaultCommand(["slow-query", "--set", "ratio"])).toThrow(
    "cannot read --set ratio: expected name=number",
  );
});
