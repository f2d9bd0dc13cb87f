import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { Environment } from "./environment.ts";
import { readOtlpTarget } from "./otlp-target.ts";
import { type Post, createPost, parseRetryAfter } from "./otlp-transport.ts";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function open(listener: RequestListener, variables: Record<string, string> = {}): Promise<Post> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = new Environment({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, ...variables });
  return createPost(readOtlpTarget(env, "traces"));
}

const BODY = Buffer.from("spans");

test.each([
  [200, {}, { kind: "accepted" }],
  [429, { "retry-after": "3" }, { kind: "retry", reason: "429 Too Many Requests", afterMillis: 3_000 }],
  [503, {}, { kind: "retry", reason: "503 Service Unavailable", afterMillis: undefined }],
  [500, {}, { kind: "refused", reason: "500 Internal Server Error" }],
  [400, {}, { kind: "refused", reason: "400 Bad Request" }],
  [413, {}, { kind: "too_large" }],
])("status %i is judged as the specification says", async (status, headers, expected) => {
  const post = await open((_request, response) => response.writeHead(status, headers).end());
  expect(await post(BODY)).toMatchObject(expected);
});

test("requests carry headers, type, length and a compressed body", async () => {
  const seen: unknown[] = [];
  const post = await open(
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const raw = Buffer.concat(chunks);
        const { authorization, "content-type": type, "content-length": length } = request.headers;
        seen.push(request.url, authorization, type, Number(length) === raw.byteLength, gunzipSync(raw).toString());
        response.end();
      });
    },
    { OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20t", OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" },
  );
  await post(BODY);
  expect(seen).toEqual(["/v1/traces", "Bearer t", "application/x-protobuf", true, "spans"]);
});

test("no answer, no server and an impossible header are outcomes, not exceptions", async () => {
  const silent = await open(() => undefined, { OTEL_EXPORTER_OTLP_TIMEOUT: "50" });
  expect(await silent(BODY)).toEqual({ kind: "retry", reason: "no answer within 50 ms" });
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  expect(await silent(BODY)).toMatchObject({ kind: "retry", reason: expect.stringContaining("ECONNREFUSED") });
  const impossible = await open((_request, response) => response.end(), { OTEL_EXPORTER_OTLP_HEADERS: "a=b%0Ac" });
  expect(await impossible(BODY)).toMatchObject({ kind: "refused" });
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("2", now)).toBe(2_000);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5_000);
  expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});
