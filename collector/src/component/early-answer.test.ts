import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { finish } from "./early-answer.ts";

function exchange(headers: Record<string, string>) {
  const events: string[] = [];
  const request = Object.assign(new PassThrough({ highWaterMark: 1 << 20 }), { headers, complete: false });
  const response = {
    setHeader: (name: string, value: unknown) => void events.push(`${name}: ${String(value)}`),
    writeHead: (status: number) => void events.push(String(status)),
    write: (body: string) => void events.push(body),
    end: (body = "") => void events.push(`${body}.`),
  };
  finish(response as unknown as ServerResponse, request as unknown as IncomingMessage, 429, "later");
  return { request, events };
}

it("answers at once, reads on until the sender is done, and gives back the memory of what it reads", async () => {
  const { request, events } = exchange({ "content-length": "90000" });
  expect(events).toEqual(["content-length: 5", "429", "later"]);
  const large = Buffer.from(new Uint8Array(50_000).buffer);
  const part = Buffer.from(new Uint8Array(80_000).buffer).subarray(40_000);
  request.write(large);
  request.end(part);
  await expect.poll(() => events.at(-1)).toBe(".");
  expect([large.length, part.length]).toEqual([0, 40_000]);
});

it("says that the connection closes when more is to come than is worth reading, and ends when the sender goes", async () => {
  for (const [name, value] of [
    ["content-length", "2000000"],
    ["transfer-encoding", "chunked"],
  ]) {
    const { request, events } = exchange({ [name]: value });
    expect(events.slice(1)).toEqual(["connection: close", "429", "later"]);
    request.destroy();
    await expect.poll(() => events.at(-1)).toBe(".");
  }
});
