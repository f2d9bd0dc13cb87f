/** The commands on a store's files, on metrics: two blocks, and one request in the journal, as a killed process leaves them. */
import Database from "better-sqlite3";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testConfig } from "../../test/kit/collector-process.ts";
import { metricsRequest } from "../../test/kit/simple-metrics.ts";
import { runCommand } from "../../test/kit/run-command.ts";
import { metricsOf, openSqlite, tempDirectory } from "../../test/kit/stores.ts";
import { factories } from "../components.ts";
import { RequestEncoder } from "../wire/prometheus/request-encoder.ts";

const T = 1_767_225_600_000;

let temp: ReturnType<typeof tempDirectory>;
let data: string;
beforeEach(async () => {
  temp = tempDirectory();
  data = join(temp.path, "data");
  const source = join(temp.path, "writing");
  const store = openSqlite(source, { sealMetrics: { records: 2 } });
  const points = (n: number) => [0, 1].map((i) => ({ time: T + n * 1000 + i, value: n + i / 2 }));
  for (let n = 0; n < 2; n++)
    await store.writer.appendMetrics(
      metricsOf(metricsRequest([{ name: "load", points: points(n) }], { "service.name": `s${n}` })),
    );
  const { bytes } = new RequestEncoder().beginSeries(["__name__", "up", "job", "s9"]).sample(1, T).endSeries().finish();
  await store.writer.appendMetrics({ signal: "metrics", format: "remote_write", bytes, count: 1 });
  await expect.poll(() => store.writer.openRecords).toBe(1);
  cpSync(source, data, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
  await store.close();
});
afterEach(() => temp.remove());

const command = (...argv: string[]) => runCommand(argv, { factories, config: testConfig(data) });

function flipLastByte(table: string, id: number): void {
  const db = new Database(join(data, "partitions/000001.db"));
  const bytes = db.prepare(`SELECT data FROM ${table} WHERE rowid = ?`).pluck().get(id) as Buffer;
  bytes[bytes.length - 1] ^= 1;
  db.prepare(`UPDATE ${table} SET data = ? WHERE rowid = ?`).run(bytes, id);
  db.close();
}

describe("on metrics", () => {
  it("inspect prints blocks, their parts, and requests in the journal", async () => {
    const { code, stdout } = await command("inspect", data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n +1 +000001\.db +metrics +2 +1 +0 /);
    expect(stdout).toMatch(/\nmetrics +chunk +2 /);
    expect((await command("inspect", "--block", "1", data)).stdout).toMatch(
      /series +1\n[\s\S]*\nchunk +\d+ B[\s\S]*\ntimes /,
    );
    expect((await command("inspect", "--journal", data)).stdout).toMatch(
      /SAMPLES +DIGEST\n[\s\S]*\n +3 +\d+ +remote_write +none +\d+ B +1 /,
    );
  });

  it("verify reads all parts, and names the one that is damaged", async () => {
    expect(await command("verify", data)).toMatchObject({ code: 0 });
    flipLastByte("metric_chunk", 2 * 65_536);
    flipLastByte("series_page", 1);
    const { code, stdout, stderr } = await command("verify", data);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/000001\.db block 2 series: .*checksum/);
    expect(stdout + stderr).toMatch(/000001\.db labels of series: .*checksum/);
  });

  it("export writes each series with what is in blocks and in the journal", async () => {
    const { code, stdout } = await command("export", "--metrics", data);
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { metric: { __name__: "load", job: "s0" }, values: [0, 0.5], timestamps: [T, T + 1] },
      { metric: { __name__: "load", job: "s1" }, values: [1, 1.5], timestamps: [T + 1000, T + 1001] },
      { metric: { __name__: "up", job: "s9" }, values: [1], timestamps: [T] },
    ]);
    const some = await command("export", "--metrics", "--service", "s1", "--to", "2026-01-01T00:00:01Z", data);
    expect(JSON.parse(some.stdout)).toMatchObject({ metric: { job: "s1" }, timestamps: [T + 1000] });
    expect((await command("export", "--metrics", "--format", "otlp-json", data)).stderr).toMatch(
      /their format is ndjson/,
    );
  });

  it("backup copies a store that opens with everything in it", async () => {
    const copy = join(temp.path, "copy");
    expect((await command("backup", data, copy)).code).toBe(0);
    const store = openSqlite(copy);
    const range = { start: 0, end: 2 * T };
    const found = await store.reader.metrics.selectSeries([{ name: "job", operator: "=~", value: "s.*" }], range);
    expect(found.map(({ values }) => values.length).sort((a, b) => a - b)).toEqual([1, 2, 2]);
    await store.close();
  });
});
