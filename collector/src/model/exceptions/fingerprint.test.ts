import { expect, test } from "vitest";
import { identifyException, type ExceptionFacts } from "./fingerprint.ts";

const STACK = `CardError: no route to acquirer 17
    at CardNetwork.authorize (/app/src/card-network.ts:42:17)
    at async charge (/app/src/charge.ts:7:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
const FACTS: ExceptionFacts = {
  service: "payments",
  type: "CardError",
  message: "no route to acquirer 17",
  stacktrace: STACK,
};

function same(change: Partial<ExceptionFacts>): boolean {
  return identifyException({ ...FACTS, ...change }).fingerprint === identifyException(FACTS).fingerprint;
}

test("a fingerprint is the same for other ids, lines, directories and callers far away", () => {
  expect(same({ message: "no route to acquirer 18" })).toBe(true);
  expect(same({ stacktrace: STACK.replaceAll("42:17", "99:1").replaceAll("/app/", "/home/me/") })).toBe(true);
  expect(same({ stacktrace: `${STACK}\n    at other (/app/src/third.ts:1:1)` })).toBe(true);
  expect(
    same({
      stacktrace: STACK.replace(
        "    at async",
        "    at CardNetwork.authorize (/app/src/card-network.ts:50:1)\n    at async",
      ),
    }),
  ).toBe(true);
});

test("and another one for another service, type, message or place", () => {
  expect(same({ service: "orders" })).toBe(false);
  expect(same({ type: "TypeError" })).toBe(false);
  expect(same({ message: "no route to issuer 17" })).toBe(false);
  expect(same({ stacktrace: STACK.replace("charge (", "refund (") })).toBe(false);
  expect(same({ stacktrace: "" })).toBe(false);
});

test("the culprit is the application's top frame, else the top one", () => {
  expect(identifyException(FACTS).culprit).toBe("CardNetwork.authorize (card-network.ts)");
  const library = "E: x\n    at Layer.handle (/app/node_modules/express/layer.js:1:1)";
  expect(identifyException({ ...FACTS, stacktrace: library }).culprit).toBe("Layer.handle (layer.js)");
  expect(identifyException({ ...FACTS, stacktrace: "" }).culprit).toBe("");
});

test("fingerprints are those of earlier releases: stores remember by them", () => {
  expect(identifyException(FACTS).fingerprint).toBe("d31a47bef84a4fec");
});
