/** The examples of docs/logs.md can be run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planLogQuery } from "./plan/plan-query.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../../docs/logs.md"), "utf8");

it("plans every example of the documentation", () => {
  const examples = TEXT.slice(TEXT.indexOf("## Examples"), TEXT.indexOf("## Conditions"))
    .split("\n")
    .filter((line) => /^\| ``? ?|^\| `/.test(line))
    .flatMap((line) => [...line.split(/(?<!\\)\|/)[1].matchAll(/``\s?(.*?)\s?``|`([^`]+)`/g)])
    .map(([, double, single]) => (double ?? single).replaceAll("\\|", "|"));
  expect(examples.length).toBeGreaterThan(40);
  for (const example of examples) expect(() => planLogQuery(example), example).not.toThrow();
});
