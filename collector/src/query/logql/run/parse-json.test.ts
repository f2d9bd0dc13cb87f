import { expect, it } from "vitest";
import { Entry } from "./entry.ts";
import { jsonStage } from "./parse-json.ts";

it("members that are nested without end are left out, and the others taken", () => {
  const entry = new Entry();
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  entry.reset(`{"a":${deep},"b":[1,2]}`, 1n, [], () => []);
  const stage = jsonStage([
    { name: "a", path: "a" },
    { name: "b", path: "b" },
  ]);
  expect(stage(entry)).toBe(true);
  expect([entry.get("a"), entry.get("b")]).toEqual([undefined, "[1,2]"]);
});
