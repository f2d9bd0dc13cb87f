import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startCollector, testConfig } from "../../test/kit/collector-process.ts";
import { freePort } from "../../test/kit/free-port.ts";
import { runCommand } from "../../test/kit/run-command.ts";
import { tempDirectory } from "../../test/kit/stores.ts";
import { factories } from "../components.ts";
import type { Finding } from "./doctor/finding.ts";

const temp = tempDirectory();
afterAll(() => temp.remove());

const doctor = (config: string, ...argv: string[]) => runCommand(["doctor", ...argv], { factories, config });

it("finds nothing wrong before the first start, a line a check, and leaves nothing behind", async () => {
  const { code, stdout, stderr } = await doctor(testConfig(join(temp.path, "none")));
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trim().split("\n");
  expect(lines.at(-1)).toMatch(/^\d+ checks, \d+ warnings?, 0 failures$/);
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(?:ok {2}|warn) {2}\S/);
  for (const check of [
    "program",
    "SQLite",
    "configuration",
    "clock",
    "time zone",
    "permissions",
    "disk space",
    "memory",
  ])
    expect(
      lines.some((line) => line.slice(6).startsWith(check)),
      check,
    ).toBe(true);
  expect(readdirSync(temp.path)).toEqual([]);
});

it("knows a collector that runs on the configuration, and its store", async () => {
  const directory = join(temp.path, "running");
  const web = await freePort();
  const config = testConfig(directory).replace(
    'web: { endpoint: "localhost:0" }',
    `web: { endpoint: "localhost:${web}" }`,
  );
  const collector = await startCollector({ config });
  const before = readdirSync(directory).sort();
  const { code, stdout } = await doctor(config, "--json");
  const findings = JSON.parse(stdout) as Finding[];
  expect([code, findings.filter(({ state }) => state === "fail")]).toEqual([0, []]);
  expect(findings.find(({ check }) => check === "port of extensions.web.endpoint")?.text).toMatch(
    new RegExp(`^localhost:${web}: Goldspan(?: \\d\\S*)? runs there`),
  );
  expect(findings.find(({ check }) => check === "permissions")).toMatchObject({ state: "ok" });
  expect(readdirSync(directory).sort()).toEqual(before);
  await collector.end();
  collector.remove();
  const after = JSON.parse((await doctor(config, "--json")).stdout) as Finding[];
  expect(after.find(({ check }) => check === "store")?.text).toMatch(/^format \d/);
});

it("names what is wrong with the configuration, and goes on with the machine", async () => {
  const { code, stdout } = await doctor(testConfig(temp.path).replace("retention: 0", "retenton: 0"));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail {2}configuration +otel-config\.yaml:5: .*did you mean "retention"\?/m);
  expect(stdout).toMatch(/^ok {4}clock /m);
  expect(stdout).toMatch(/, 1 failure\n$/);
});

it("fails where the data directory is no store's", async () => {
  const directory = join(temp.path, "foreign");
  mkdirSync(join(directory, "partitions"), { recursive: true });
  writeFileSync(join(directory, "partitions/000001.db"), "no database at all".repeat(500));
  const { code, stdout } = await doctor(testConfig(directory));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail {2}store +cannot read .*000001\.db: .*; goldspan verify tells/m);
  const file = join(temp.path, "a-file");
  writeFileSync(file, "");
  expect((await doctor(testConfig(file))).stdout).toMatch(/^fail {2}permissions +.* is no directory; name another/m);
});
