import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatTargets, removeTargetsFile, writeTargetsFile } from "./targets-file.ts";

test("targets are the services that run, each a job of its own", () => {
  expect(JSON.parse(formatTargets({ gateway: 1234, orders: 0 }))).toEqual([
    {
      targets: ["127.0.0.1:1234"],
      labels: { job: "shop/gateway", __scrape_interval__: "5s", __scrape_timeout__: "5s" },
    },
  ]);
});

test("the file is replaced as a whole, and goes with the shop", () => {
  const folder = mkdtempSync(join(tmpdir(), "shop-targets-"));
  try {
    const path = join(folder, "targets.json");
    writeTargetsFile(path, { gateway: 1 });
    writeTargetsFile(path, { gateway: 2, payments: 3 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toHaveLength(2);
    expect(readdirSync(folder)).toEqual(["targets.json"]);
    removeTargetsFile(path);
    expect(existsSync(path)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
