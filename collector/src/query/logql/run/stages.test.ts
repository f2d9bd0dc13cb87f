import { expect, it } from "vitest";
import { LimitError } from "../../../base/work-scope.ts";
import { Entry } from "./entry.ts";
import { compileStages } from "./stages.ts";

it("a distinct stage lets each value through once, and holds no more of them than it may", () => {
  const entry = new Entry();
  const stage = compileStages([{ kind: "distinct", labels: ["user"] }]);
  const pass = (user: string) => {
    entry.reset("line", 1n, ["user", user], () => []);
    return stage(entry);
  };
  expect(["a", "b", "a"].map(pass)).toEqual([true, true, false]);
  const long = "x".repeat(1_000_000);
  expect(() => {
    for (let i = 0; i < 100; i++) pass(`${long}${i}`);
  }).toThrow(LimitError);
});
