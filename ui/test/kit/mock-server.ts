/**
 * A stand-in for the collector's web port, for developing and testing the UI: serves ui/dist as the collector does (same content
 * security policy, unknown paths get index.html) and the API from generated data. Run: `npm run mock -w ui -- --mode slow`.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { MockApi } from "./mock-api.ts";

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
    const handle = /^\/(?:api|prometheus)\//.test(address.pathname) ? sendAnswer : sendFile;
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
  mock.api.empty = mock.mode === "empty";
  mock.api.manyServices = mock.mode === "many";
  const failing = {
    status: 500,
    body: { error: { code: 500, message: "cannot read the store: disk I/O error", id: "e-4f1c" } },
  };
  const answer =
    mock.mode === "error" ? failing : mock.api.answer(address, Date.now(), request.method, await readBody(request));
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
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
