/** Prometheus' own client against a running collector, and the API of metrics by way of the web port. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector, type CollectorProcess } from "../kit/collector-process.ts";
import { encodeV1, snappy, v1Labels } from "../kit/remote-write.ts";

const PROMTOOL = process.env.PROMTOOL_PATH ?? "/usr/bin/promtool";
const run = promisify(execFile);

describe("metrics at the web port", () => {
  let collector: CollectorProcess & { remove(): void };
  let url: string;
  const now = Math.floor(Date.now() / 1000) * 1000;
  beforeAll(async () => {
    collector = await startCollector();
    url = `${collector.web}/prometheus`;
    const samples = Array.from({ length: 5 }, (_, i) => ({ value: i * 30, timestamp: now - (4 - i) * 15_000 }));
    const timeseries = ["a", "b"].map((instance) => ({
      labels: v1Labels({ __name__: "x_total", job: "shop", instance }),
      samples,
    }));
    const response = await fetch(`${url}/api/v1/write`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf", "content-encoding": "snappy" },
      body: snappy(encodeV1({ timeseries })),
    });
    expect(response.status).toBe(204);
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  it("answers what was just written, by GET and by POST", async () => {
    const query = "sum(x_total)";
    const time = String(now / 1000);
    const posted = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query, time }) });
    const got = await fetch(`${url}/api/v1/query?${String(new URLSearchParams({ query, time }))}`);
    for (const response of [posted, got])
      expect(await response.json()).toEqual({
        status: "success",
        data: { resultType: "vector", result: [{ metric: {}, value: [now / 1000, "240"] }] },
      });
    expect((await fetch(`${url}/api/v1/query?query=sum(`)).status).toBe(400);
    for (const state of ["healthy", "ready"]) expect((await fetch(`${url}/-/${state}`)).status, state).toBe(200);
    const config = (await (await fetch(`${url}/api/v1/status/config`)).json()) as { data: { yaml: string } };
    expect(config.data.yaml).toMatch(/^receivers:/);
  });

  it("keeps boards", async () => {
    const board = { title: "Mine", panels: [] };
    const saved = await fetch(`${collector.web}/api/v1/boards`, { method: "POST", body: JSON.stringify(board) });
    expect([saved.status, await saved.json()]).toMatchObject([201, { id: "mine" }]);
    const read = await fetch(`${collector.web}/api/v1/boards/mine`);
    expect(await read.json()).toMatchObject({ board });
    const wrong = await fetch(`${collector.web}/api/v1/boards/mine`, { method: "PUT", body: '{"title":""}' });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { error: { message: expect.stringMatching(/\/panels is missing/) } },
    ]);
  });

  const promtool = async (...args: string[]) => (await run(PROMTOOL, ["query", ...args])).stdout.trim().split("\n");

  it.skipIf(!existsSync(PROMTOOL))("is a Prometheus to promtool (skipped where there is none)", async () => {
    const at = new Date(now).toISOString();
    expect(await promtool("instant", `--time=${at}`, url, "sum by (job) (increase(x_total[1m]))")).toEqual([
      `{job="shop"} => 240 @[${now / 1000}]`,
    ]);
    const [start, end] = [now / 1000 - 30, now / 1000];
    expect(await promtool("range", `--start=${start}`, `--end=${end}`, "--step=15s", url, "count(x_total)")).toEqual([
      "{} =>",
      `2 @[${start}]`,
      `2 @[${start + 15}]`,
      `2 @[${end}]`,
    ]);
    expect(await promtool("series", "--match=x_total", url)).toHaveLength(2);
    expect(await promtool("labels", url, "instance")).toEqual(["a", "b"]);
    await expect(promtool("instant", url, "sum((")).rejects.toThrow(
      /bad_data: invalid parameter "query": 1:\d+: parse error/,
    );
    await expect(promtool("range", "--start=0", `--end=${end}`, "--step=1s", url, "up")).rejects.toThrow(
      /11,000 points/,
    );
  });
});
