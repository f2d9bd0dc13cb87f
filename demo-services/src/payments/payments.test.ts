import { expect, test } from "vitest";
import { CardNetwork, CardNetworkError, latencyMillis } from "./card-network.ts";
import { formatReceipt } from "./format-receipt.ts";

test("the card network is quick as a rule and slow now and then", () => {
  expect(latencyMillis(0.5)).toBeLessThan(35);
  expect(latencyMillis(0.9)).toBeGreaterThan(60);
  expect(latencyMillis(0.99)).toBeGreaterThan(250);
  expect(latencyMillis(1 - 2 ** -32)).toBe(1_200);
});

test("good cards are approved, bad ones declined with a reason, and without a network nobody is", async () => {
  const random = (): number => 0.5;
  const network = new CardNetwork({ unreachable: () => false, random });
  expect(await network.authorize(100, "card-visa")).toMatchObject({ approved: true });
  expect(await network.authorize(100, "card-expired")).toEqual({ approved: false, reason: "the card has expired" });
  const down = new CardNetwork({ unreachable: () => true, random });
  await expect(down.authorize(100, "card-visa")).rejects.toThrow(CardNetworkError);
});

test("the bad release fails for amounts from 100.00 on, and only there", () => {
  expect(formatReceipt(12_345, false)).toBe("€ 123.45");
  expect(formatReceipt(9_999, true)).toBe("€ 99.99");
  expect(() => formatReceipt(10_000, true)).toThrow(TypeError);
});
