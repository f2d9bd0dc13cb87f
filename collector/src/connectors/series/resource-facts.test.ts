import { expect, test } from "vitest";
import { ResourceFacts } from "./resource-facts.ts";

function group(text: string) {
  return { resource: new TextEncoder().encode(text), scope: new Uint8Array(0) };
}

test("decodes a resource once, when a record asks for it, whatever batch it comes in", () => {
  const decoded: string[] = [];
  const facts = new ResourceFacts((resource) => {
    decoded.push(new TextDecoder().decode(resource));
    return { text: decoded.at(-1) };
  });
  facts.begin([group("a"), group("b"), group("a")]);
  const first = facts.of(2);
  expect(first.text).toBe("a");
  expect(facts.of(0)).toBe(first);
  facts.begin([group("c"), group("a")]);
  expect(facts.of(1)).toBe(first);
  expect(decoded).toEqual(["a"]);
  facts.forget();
  facts.begin([group("a")]);
  expect(facts.of(0)).not.toBe(first);
});

test("decodes everything afresh when there were too many", () => {
  const facts = new ResourceFacts((resource) => ({ length: resource.length }));
  facts.begin([group("mine")]);
  const mine = facts.of(0);
  for (let i = 0; i < 4100; i++) {
    facts.begin([group(`other ${i}`)]);
    facts.of(0);
  }
  facts.begin([group("mine")]);
  expect(facts.of(0)).not.toBe(mine);
  expect(facts.of(0)).toEqual(mine);
});
