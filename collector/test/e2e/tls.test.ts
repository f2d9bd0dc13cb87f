import { request as httpsRequest } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ChannelCredentials, Client, credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { tracesRequest } from "../kit/simple-otlp.ts";

const TLS = join(import.meta.dirname, "../../testdata/tls");
const pem = (name: string) => readFileSync(join(TLS, name));
const body = Buffer.from(oracleEncode("traces", tracesRequest({ trace: 1, id: 1 })));
const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

const CONFIG = `
receivers:
  otlp:
    protocols:
      grpc: { endpoint: "localhost:0", tls: { cert_file: ${TLS}/server.crt, key_file: ${TLS}/server.key, client_ca_file: ${TLS}/ca.crt } }
      http: { endpoint: "localhost:0", tls: { cert_file: ${TLS}/server.crt, key_file: ${TLS}/server.key, client_ca_file: ${TLS}/ca.crt } }
  otlp/token:
    protocols:
      grpc: { endpoint: "localhost:0", auth: { authenticator: bearertokenauth } }
      http: { endpoint: "localhost:0", auth: { authenticator: bearertokenauth } }
exporters: { goldspan: }
extensions:
  storage: { directory: ./data }
  web: { endpoint: "localhost:0", tls: { cert_file: ${TLS}/server.crt, key_file: ${TLS}/server.key } }
  bearertokenauth: { token: "\${env:TEST_TOKEN}" }
service:
  extensions: [storage, web, bearertokenauth]
  pipelines:
    traces: { receivers: [otlp, otlp/token], exporters: [goldspan] }
`;

describe("TLS, mutual TLS and tokens", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeAll(async () => {
    collector = await startCollector({ config: CONFIG, env: { TEST_TOKEN: "s3cret-token" } });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  /** The status, or the error's code when the handshake failed. */
  const https = (port: number, path: string, method: string, client: boolean) =>
    new Promise<number | string>((resolve) => {
      const keys = client ? { cert: pem("client.crt"), key: pem("client.key") } : {};
      const call = httpsRequest(
        {
          host: "localhost",
          port,
          path,
          method,
          ca: pem("ca.crt"),
          ...keys,
          headers: { "content-type": "application/x-protobuf" },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      call.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      call.end(method === "POST" ? body : undefined);
    });

  it("lets clients with a certificate of the authority in over HTTPS, and no others", async () => {
    expect(await https(collector.ports.otlp_http, "/v1/traces", "POST", true)).toBe(200);
    expect(await https(collector.ports.otlp_http, "/v1/traces", "POST", false)).not.toBe(200);
  });

  /** The status code, or undefined when the call went well. */
  const grpc = (port: number, channel: ChannelCredentials, token?: string) =>
    new Promise<number | undefined>((resolve) => {
      const client = new Client(`localhost:${port}`, channel);
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      const raw = (bytes: Buffer) => bytes;
      client.makeUnaryRequest(TRACES, raw, raw, body, metadata, { deadline: Date.now() + 5000 }, (error) => {
        client.close();
        resolve(error?.code);
      });
    });

  it("does so over gRPC as well", async () => {
    expect(
      await grpc(collector.ports.otlp_grpc, credentials.createSsl(pem("ca.crt"), pem("client.key"), pem("client.crt"))),
    ).toBeUndefined();
    expect(await grpc(collector.ports.otlp_grpc, credentials.createSsl(pem("ca.crt")))).toBeGreaterThan(0);
  });

  it("serves the web port over HTTPS, to anyone when no client authority is named", async () => {
    expect(await https(collector.ports.web, "/readyz", "GET", false)).toBe(200);
    await expect.poll(() => collector.stderr()).toMatch(/Goldspan is at https:\/\/localhost/);
  });

  it("asks for the token over HTTP and gRPC, and never writes it down", async () => {
    const post = async (headers: Record<string, string>) => {
      const response = await fetch(`http://127.0.0.1:${collector.ports["otlp/token_http"]}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: "{}",
      });
      return {
        status: response.status,
        challenge: response.headers.get("www-authenticate"),
        body: (await response.json()) as { code?: number },
      };
    };
    expect(await post({})).toMatchObject({ status: 401, challenge: "Bearer", body: { code: 16 } });
    expect((await post({ authorization: "Bearer wrong" })).status).toBe(401);
    expect((await post({ authorization: "Bearer s3cret-token" })).status).toBe(200);
    const port = collector.ports["otlp/token_grpc"];
    expect(await grpc(port, credentials.createInsecure(), "s3cret-token")).toBeUndefined();
    expect(await grpc(port, credentials.createInsecure(), "wrong")).toBe(16);
    expect(await grpc(port, credentials.createInsecure())).toBe(16);
    expect(collector.stderr()).not.toMatch(/s3cret/);
  });
});
