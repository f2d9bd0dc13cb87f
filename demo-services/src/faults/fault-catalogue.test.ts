import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAULTS, type FaultEntry } from "./fault-catalogue.ts";

test("the README's table has every fault with its parameters and where it may happen", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  for (const [name, { services, parameters }] of Object.entries<FaultEntry>(FAULTS)) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name.replaceAll("_", "-")}\``));
    expect(row, name).toBeDefined();
    for (const [key, bounds] of Object.entries(parameters)) expect(row).toContain(`${key}=${bounds.default}`);
    expect(row, "its default place comes first").toMatch(new RegExp(`^[^|]*\\|[^|]*\\| ${services[0]}\\b`));
  }
});

test("defaults lie within their bounds", () => {
  for (const { parameters } of Object.values<FaultEntry>(FAULTS)) {
    for (const bounds of Object.values(parameters)) {
      expect(bounds.default).toBeGreaterThanOrEqual(bounds.least);
      expect(bounds.default).toBeLessThanOrEqual(bounds.most);
    }
  }
});
