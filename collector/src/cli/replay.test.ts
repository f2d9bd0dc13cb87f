/** `goldspan replay` on a store's files: what would have fired, as a table and as JSON, and its exit codes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../../test/kit/run-command.ts";
import { openSqlite, tempDirectory } from "../../test/kit/stores.ts";
import { RequestEncoder } from "../wire/prometheus/request-encoder.ts";

const MINUTE = 60_000;
const T = Date.UTC(2026, 0, 31, 12);

let temp: ReturnType<typeof tempDirectory>;
let data: string;
beforeEach(async () => {
  temp = tempDirectory();
  data = join(temp.path, "data");
  const store = openSqlite(data);
  const encoder = new RequestEncoder().beginSeries(["__name__", "up", "job", "shop"]);
  for (let minute = 0; minute <= 60; minute++) encoder.sample(minute >= 20 && minute < 30 ? 0 : 1, T + minute * MINUTE);
  const { bytes } = encoder.endSeries().finish();
  await store.writer.appendMetrics({ signal: "metrics", format: "remote_write", bytes, count: 61 });
  // Seals what is open.
  await store.close();
});
afterEach(() => temp.remove());

function write(text: string): string {
  const path = join(temp.path, "rules.yml");
  writeFileSync(path, text);
  return path;
}

const run = (...argv: string[]) => runCommand(["replay", ...argv]);

const RULES = `
groups:
  - name: g
    rules: [{ alert: Down, expr: up == 0, for: 1m, annotations: { summary: "{{ $labels.job }} is down" } }]`;
const RANGE = ["--since", "2026-01-31T12:00:00Z", "--until", "2026-01-31T13:00:00Z", "--interval", "1m"];

test("prints how often each alert would have fired, and when", async () => {
  expect(await run("--rules", write(RULES), ...RANGE, data)).toEqual({
    code: 0,
    stdout: `from 2026-01-31T12:00:00Z to 2026-01-31T13:00:00Z

GROUP  ALERT  FIRED  ERROR
g      Down       1

FIRED                 FOR  ALERT  WHAT
2026-01-31T12:21:00Z  9m   Down   shop is down

`,
    stderr: "",
  });
});

test("prints JSON when asked for", async () => {
  const { stdout } = await run("--rules", write(RULES), ...RANGE, "--json", data);
  expect(JSON.parse(stdout)).toMatchObject({
    isComplete: true,
    rules: [{ group: "g", name: "Down", fired: 1, error: "", episodes: [{ firedAtMillis: T + 21 * MINUTE }] }],
  });
});

test("runs the default rules", async () => {
  const { code, stdout } = await run("--rules", "default", ...RANGE, data);
  expect([code, stdout]).toEqual([0, expect.stringContaining("UnusualErrors")]);
});

test("a rule file that is wrong, and a rule that fails, exit with 1", async () => {
  const wrong = await run("--rules", write("groups: 1"), ...RANGE, data);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("groups: cannot read")]);
  const failing = `
groups:
  - name: g
    rules: [{ alert: A, expr: 'label_replace(up, "job", "other", "", "") or up', labels: { job: same } }]`;
  const failed = await run("--rules", write(failing), ...RANGE, data);
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("vector contains metrics with the same")]);
});

test.each([
  [[], "cannot replay without rules"],
  [["--rules", "none.yml"], "cannot find the rule file none.yml"],
  [["--rules", "default", "--since", "soon"], "cannot understand --since soon"],
  [["--rules", "default", "--since", "1h", "--until", "2h"], "the end comes before the start"],
  [["--rules", "default", "--steps", "0"], "cannot use --steps 0"],
  [["--rules", "default", "--interval", "1ms"], "cannot use --interval 1ms"],
])("%j is no command line", async (argv, expected) => {
  const { code, stderr } = await run(...argv, data);
  expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
});
