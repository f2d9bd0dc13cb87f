/** Live tails over real sockets; the client is Node's own WebSocket, or bytes by hand where it would not misbehave. */
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { config } from "./config.ts";
import { WebExtension } from "./web-extension.ts";

const running: WebExtension[] = [];
afterEach(async () => {
  for (const web of running.splice(0)) await web.shutdown(Date.now() + 500);
});

async function start(fetchApi: (request: Request) => Promise<Response>): Promise<number> {
  const settings = testSettings("extension", "web");
  const host = { ...settings.host, front: { fetchApi, metricsText: async () => "" } };
  const web = new WebExtension({ ...settings, host }, readConfig(config, "endpoint: localhost:0"));
  running.push(web);
  await web.start();
  return web.ports()[""];
}

/** Events sent one after the other; the stream stays open when `end` is false. */
function events(texts: readonly string[], end = true, onCancel = () => {}): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      if (end) controller.close();
    },
    cancel: onCancel,
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const PATH = "/loki/api/v1/tail?query=x";
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** A handshake by hand. */
async function open(port: number, headers: Record<string, string> = {}): Promise<{ socket: Socket; answer: string }> {
  const all = {
    Host: `127.0.0.1:${port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    ...headers,
  };
  const socket = connect(port, "127.0.0.1");
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${PATH} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return { socket, answer: await until(socket, /\r\n\r\n/) };
}

/** What came, as Latin-1, when it matches. */
async function until(socket: Socket, expression: RegExp): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    const receive = (data: Buffer) => {
      text += data.toString("latin1");
      if (!expression.test(text)) return;
      socket.off("data", receive);
      resolve(text);
    };
    socket.on("data", receive).once("close", () => resolve(text));
  });
}

/** A client's frame, masked. */
function masked(opcode: number, text: string): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ mask[i & 3]);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, payload]);
}

describe("a live tail", () => {
  it("is a frame for each event, of any length, however it comes, until the end", async () => {
    const long = "é".repeat(40_000);
    let asked: Request | undefined;
    const port = await start(async (request) => {
      asked = request;
      return events([
        ":\n\n",
        'data: {"a":1}\n',
        "\ndata: two\n\n:\n\ndata: ",
        `${long}\n\n`,
        `data: ${"x".repeat(200)}\n\n`,
      ]);
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}`);
    const messages: string[] = [];
    socket.addEventListener("message", ({ data }) => messages.push(String(data)));
    const closed = await new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
    expect([closed.code, closed.wasClean]).toEqual([1000, true]);
    expect(messages).toEqual(['{"a":1}', "two", long, "x".repeat(200)]);
    expect([new URL(asked?.url ?? "").search, asked?.headers.get("accept")]).toEqual(["?query=x", "text/event-stream"]);
  });

  it("ends the question when its client goes away", async () => {
    let cancelled: () => void = () => {};
    const gone = new Promise<void>((resolve) => (cancelled = resolve));
    const port = await start(async () => events([":\n\n"], false, cancelled));
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}`);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.close();
    await gone;
    const { socket: torn } = await open(port);
    torn.destroy();
  });

  it("says why it breaks off", async () => {
    const port = await start(
      async () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("no more")) })),
    );
    const socket = new WebSocket(`ws://127.0.0.1:${port}${PATH}`);
    const closed = await new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
    expect([closed.code, closed.reason]).toEqual([1011, "no more"]);
  });

  it("is refused with the API's own answer, and to pages of other sites", async () => {
    const port = await start(async () => new Response("parse error at line 1\n", { status: 400 }));
    const check = async (headers: Record<string, string>, expected: RegExp) =>
      expect((await open(port, headers)).answer).toMatch(expected);
    await check({}, /^HTTP\/1.1 400 [\s\S]*parse error at line 1/);
    await check({ Origin: "http://evil.example" }, /^HTTP\/1.1 403 [\s\S]*another site/);
    await check({ Origin: "null" }, /^HTTP\/1.1 403 /);
    await check({ Origin: `http://127.0.0.1:${port}` }, /^HTTP\/1.1 400 [\s\S]*parse error/);
    await check({ Origin: "https://logs.example", "X-Forwarded-Host": "logs.example" }, /parse error/);
    await check({ "Sec-WebSocket-Version": "8" }, /^HTTP\/1.1 400 [\s\S]*no handshake of version 13/);
    await check({ "Sec-WebSocket-Key": "short" }, /no handshake/);
  });

  it("answers pings, and ends with clients that break the protocol", async () => {
    const port = await start(async () => events([":\n\n"], false));
    const { socket, answer } = await open(port);
    // The example of RFC 6455, section 1.3.
    expect(answer).toMatch(/^HTTP\/1.1 101 [\s\S]*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    const frame = masked(9, "hi");
    socket.write(frame.subarray(0, 3));
    socket.write(frame.subarray(3));
    expect(await until(socket, /hi/)).toContain("\x8a\x02hi");
    socket.write(Buffer.from([0x81, 2, 0x61, 0x62]));
    expect(await until(socket, /masked/)).toContain("\x03\xea");
    const { socket: other } = await open(port);
    other.write(Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0]));
    expect(await until(other, /at once/)).toContain("\x03\xf1");
  });

  it("is no matter for requests that merely offer to upgrade", async () => {
    const port = await start(async () => new Response("answered"));
    const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "" };
    const text = await new Promise<string>((resolve, reject) => {
      httpRequest({ port, host: "127.0.0.1", path: "/api/v1/info", headers }, (response) => {
        let body = "";
        response.on("data", (chunk) => (body += String(chunk))).on("end", () => resolve(body));
      })
        .on("error", reject)
        .end();
    });
    expect(text).toBe("answered");
  });
});
