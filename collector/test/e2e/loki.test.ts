/** Loki's API of a real process: through main, ingest and reader threads, sockets and all. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";

let collector: Awaited<ReturnType<typeof startCollector>>;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => {
  await collector.end("SIGTERM");
  collector.remove();
});

const nowNanos = () => String(BigInt(Date.now()) * 1_000_000n);

async function send(...bodies: string[]): Promise<void> {
  const logRecords = bodies.map((body) => ({
    timeUnixNano: nowNanos(),
    severityNumber: 9,
    body: { stringValue: body },
    attributes: [{ key: "user.id", value: { stringValue: "u7" } }],
  }));
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const response = await fetch(`${collector.otlp}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  });
  expect(response.status).toBe(200);
}

describe("Loki's API of a running collector", () => {
  it("answers queries about what was just sent", async () => {
    await send("first line", "second line");
    const form = new URLSearchParams({ query: '{service_name="shop"} | user_id="u7" |= "line"', limit: "10" });
    const response = await fetch(`${collector.web}/loki/api/v1/query_range?${form.toString()}`);
    const { data } = (await response.json()) as any;
    expect(data.result.flatMap(({ values }: any) => values.map(([, line]: string[]) => line)).sort()).toEqual([
      "first line",
      "second line",
    ]);
    const health = await fetch(`${collector.web}/loki/api/v1/query?query=${encodeURIComponent("vector(1)+vector(1)")}`);
    expect(((await health.json()) as any).data.result[0].value[1]).toBe("2");
  });

  it("follows the log over a websocket, and goes on when one of its clients is gone", async () => {
    const url = `${collector.web.replace("http", "ws")}/loki/api/v1/tail?${new URLSearchParams({
      query: '{service_name="shop"} |= "live"',
      limit: "10",
    }).toString()}`;
    const open = async () => {
      const socket = new WebSocket(url);
      const lines: string[] = [];
      let heard: () => void = () => {};
      socket.addEventListener("message", ({ data }) => {
        const { streams } = JSON.parse(String(data));
        lines.push(...streams.flatMap(({ values }: any) => values.map(([, line]: string[]) => line)));
        heard();
      });
      await new Promise((resolve, reject) => {
        socket.addEventListener("open", resolve);
        socket.addEventListener("error", reject);
      });
      const until = async (count: number) => {
        while (lines.length < count) await new Promise<void>((resolve) => (heard = resolve));
        return lines;
      };
      return { socket, until };
    };
    const [one, other] = [await open(), await open()];
    await send("live 1", "dead 1");
    expect(await one.until(1)).toEqual(["live 1"]);
    expect(await other.until(1)).toEqual(["live 1"]);
    other.socket.close();
    await send("live 2");
    expect(await one.until(2)).toEqual(["live 1", "live 2"]);
    const third = await open();
    expect(await third.until(2)).toEqual(["live 1", "live 2"]);
    third.socket.close();
    one.socket.close();
  });

  it("refuses a tail with the reason", async () => {
    const response = await fetch(`${collector.web}/loki/api/v1/tail?query=%7B`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/^parse error at line 1/)]);
  });
});
