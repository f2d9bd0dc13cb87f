/** Logs over the web port of a real collector: what comes bit by bit arrives so, through the query thread and the server. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { WireLog } from "../../src/api/contract.ts";
import { startCollector } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { logsRequest, type SimpleLog } from "../kit/simple-otlp.ts";

let collector: Awaited<ReturnType<typeof startCollector>>;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => {
  await collector.end();
  collector.remove();
});

async function send(...logs: SimpleLog[]): Promise<void> {
  const body = oracleEncode("logs", logsRequest(...logs)) as Uint8Array<ArrayBuffer>;
  const headers = { "content-type": "application/x-protobuf" };
  expect((await fetch(`${collector.otlp}/v1/logs`, { method: "POST", headers, body })).status).toBe(200);
}

it("tails what arrives, while it arrives, to several clients with queries of their own", async () => {
  const open = async (query: string) => {
    const response = await fetch(`${collector.web}/api/v1/logs/tail?query=${encodeURIComponent(query)}`, {
      headers: { "accept-encoding": "gzip" },
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = new TextDecoder().decode((await reader.read()).value);
    return {
      next: async (): Promise<string[]> => {
        let found: RegExpExecArray | null;
        while (!(found = /event: log\ndata: (.*)\n\n/.exec(text)))
          text += new TextDecoder().decode((await reader.read()).value);
        text = text.slice(found.index + found[0].length);
        return (JSON.parse(found[1]) as WireLog[]).map(({ body }) => body);
      },
      end: () => reader.cancel(),
    };
  };
  const tails = [await open("level>=error"), await open("service:a | count by level")];
  await send({ body: "first", service: "a", severity: 9 }, { body: "second", service: "b", severity: 17 });
  expect(await Promise.all(tails.map(({ next }) => next()))).toEqual([["second"], ["first"]]);
  await tails[1].end();
  await send({ body: "third", service: "a", severity: 21 });
  expect(await tails[0].next()).toEqual(["third"]);
  await tails[0].end();
});

it("writes files of many records, and answers others meanwhile", async () => {
  for (let i = 0; i < 8; i++)
    await send(...Array.from({ length: 1000 }, (_, k) => ({ body: `bulk ${i * 1000 + k}`, service: "bulk", time: i })));
  const file = await fetch(`${collector.web}/api/v1/logs/export?format=csv&query=service:bulk&field=body`);
  expect(file.headers.get("x-total")).toBe("8000");
  expect((await fetch(`${collector.web}/api/v1/logs?query=third`)).status).toBe(200);
  const rows = (await file.text()).trimEnd().split("\r\n");
  expect([rows[0], new Set(rows).size]).toEqual(["body", 8001]);
});
