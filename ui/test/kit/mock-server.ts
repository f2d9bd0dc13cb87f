/**
 * A stand-in for the collector's web port, for developing and testing the UI: serves ui/dist as the collector does (same content
 * security policy, unknown paths get index.html) and the API from generated data. Run: `npm run mock -w ui -- --mode slow`.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { WireLog } from "goldspan/contract";
import type { Answer } from "./answer.ts";
import { MockApi } from "./mock-api.ts";
import { parseMockLogQuery } from "./mock-log-query.ts";

export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** normal; empty: nothing has arrived yet; error: every request fails; slow: every answer takes two seconds; many: 50 services. */
export type MockMode = "normal" | "empty" | "error" | "slow" | "many";

export interface MockServer {
  readonly url: string;
  readonly api: MockApi;
  mode: MockMode;
  close(): Promise<void>;
}

const UI = fileURLToPath(new URL("../../", import.meta.url));
const SLOW_MILLIS = 2000;
const TAIL_MILLIS = 200;
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Port 0 takes a free one. */
export async function startMockServer(port = 0, mode: MockMode = "normal"): Promise<MockServer> {
  const api = new MockApi(Date.now());
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? "/", "http://mock");
    const isApi = /^\/(?:api|prometheus)\//.test(address.pathname);
    const handle = address.pathname === "/api/v1/logs/tail" ? sendTail : isApi ? sendAnswer : sendFile;
    handle(mock, address, response, request).catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mock: MockServer = { url, api, mode, close: () => closeServer(server) };
  return mock;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function sendAnswer(
  mock: MockServer,
  address: URL,
  response: ServerResponse,
  request: IncomingMessage,
): Promise<void> {
  if (mock.mode === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MILLIS));
  mock.api.empty = mock.mode === "empty" && !mock.api.testArrived;
  mock.api.manyServices = mock.mode === "many";
  const failing: Answer = {
    status: 500,
    body: { error: { code: 500, message: "cannot read the store: disk I/O error", id: "e-4f1c" } },
  };
  const answer: Answer =
    mock.mode === "error" ? failing : mock.api.answer(address, Date.now(), request.method, await readBody(request));
  if (answer.lines && request.headers.accept?.includes("x-ndjson")) {
    response.writeHead(answer.status, { "content-type": "application/x-ndjson" });
    response.end(answer.lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return;
  }
  const type = answer.text === undefined ? "application/json" : "text/plain; charset=utf-8";
  response.writeHead(answer.status, { "content-type": type });
  response.end(answer.status === 204 ? undefined : (answer.text ?? JSON.stringify(answer.body)));
}

/** A line a few times a second, as a busy service would write them; `skipped` counts none. */
async function sendTail(mock: MockServer, address: URL, response: ServerResponse): Promise<void> {
  if (mock.mode === "error") {
    response
      .writeHead(500, { "content-type": "application/json" })
      .end('{"error":{"code":500,"message":"cannot read the store"}}');
    return;
  }
  const { test } = parseMockLogQuery(address.searchParams.get("query") ?? "");
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  let at = 0;
  const timer = setInterval(() => {
    at += 1;
    const logs = [tailLine(at, Date.now())].filter(test);
    if (logs.length > 0 && mock.mode !== "empty") response.write(`event: log\ndata: ${JSON.stringify(logs)}\n\n`);
    if (at % 4 === 0)
      response.write(`event: rate\ndata: ${JSON.stringify({ perSecond: 1000 / TAIL_MILLIS, skipped: 0 })}\n\n`);
  }, TAIL_MILLIS);
  await new Promise<void>((resolve) => response.on("close", resolve));
  clearInterval(timer);
}

function tailLine(number: number, now: number): WireLog {
  const failed = number % 5 === 0;
  return {
    id: `tail-${number}-${now}`,
    timeUnixNano: `${now}000000`,
    severityNumber: failed ? 17 : 9,
    severityText: failed ? "ERROR" : "INFO",
    service: failed ? "payments" : "gateway",
    body: failed ? `charge ${number} declined` : `request ${number} answered`,
    attributes: [],
    resource: [],
  };
}

/** The JSON that was sent, if any. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text.startsWith("{") ? JSON.parse(text) : undefined;
}

async function sendFile(_mock: MockServer, address: URL, response: ServerResponse): Promise<void> {
  const gallery = address.pathname.startsWith("/gallery/");
  const root = join(UI, gallery ? "gallery/dist" : "dist");
  const path = normalize(gallery ? address.pathname.slice("/gallery".length) : address.pathname);
  const file = extname(path) === "" ? "index.html" : path;
  const body = await readFile(join(root, file)).catch(() => undefined);
  const headers = { "content-security-policy": CONTENT_SECURITY_POLICY, "x-content-type-options": "nosniff" };
  if (!body) {
    response.writeHead(404, headers).end(`cannot find ${path}`);
    return;
  }
  response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mode = process.argv.includes("--mode") ? process.argv[process.argv.indexOf("--mode") + 1] : "normal";
  const mock = await startMockServer(Number(process.env.PORT ?? 8317), mode as MockMode);
  console.log(`The mock collector (${mode}) listens on ${mock.url}`);
}
