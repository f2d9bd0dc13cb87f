/** TLS, mutual TLS and tokens on every port that has them, over real sockets with a real process. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { type ChannelCredentials, Client, credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { encodeV1, snappy, v1Labels } from "../kit/remote-write.ts";
import { tracesRequest } from "../kit/simple-otlp.ts";
import { tempDirectory } from "../kit/stores.ts";

const TLS = join(import.meta.dirname, "../../testdata/tls");
const pem = (name: string) => readFileSync(join(TLS, name));
const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const SERVER = `cert_file: ${TLS}/server.crt, key_file: ${TLS}/server.key`;
const MUTUAL = `tls: { ${SERVER}, client_ca_file: ${TLS}/ca.crt }`;
const TOKEN = `tls: { ${SERVER} }, auth: { authenticator: bearertokenauth }`;
const SENDERS_TOKEN = "s3cret-token-of-senders";
const WEB_TOKEN = "s3cret-token-of-people";

const CONFIG = `
receivers:
  otlp:
    protocols: { grpc: { endpoint: "localhost:0", ${MUTUAL} }, http: { endpoint: "localhost:0", ${MUTUAL} } }
  otlp/token:
    protocols: { grpc: { endpoint: "localhost:0", ${TOKEN} }, http: { endpoint: "localhost:0", ${TOKEN} } }
  loki: { web_path: "", protocols: { http: { endpoint: "localhost:0", ${MUTUAL} } } }
  loki/token: { web_path: "", protocols: { http: { endpoint: "localhost:0", tls: { ${SERVER} } } }, auth: { authenticator: bearertokenauth } }
  elasticsearch: { endpoint: "localhost:0", ${MUTUAL} }
  elasticsearch/token: { endpoint: "localhost:0", ${TOKEN} }
  prometheus_remote_write: { web_path: "", endpoint: "localhost:0", ${MUTUAL} }
  prometheus_remote_write/token: { web_path: "", endpoint: "localhost:0", ${TOKEN} }
  prometheus:
    config: { scrape_configs: [{ job_name: self, scrape_interval: 200ms, own_metrics: true }] }
  syslog: { tcp: { listen_address: "localhost:0", ${MUTUAL} } }
exporters: { goldspan: }
extensions:
  storage: { directory: ./data }
  web: { endpoint: "localhost:0", tls: { ${SERVER} }, auth: { token: ${WEB_TOKEN} } }
  web/mutual: { endpoint: "localhost:0", ${MUTUAL} }
  health_check: { endpoint: "localhost:0", ${MUTUAL} }
  bearertokenauth: { token: "\${env:TEST_TOKEN}" }
service:
  extensions: [storage, web/mutual, web, health_check, bearertokenauth]
  pipelines:
    traces: { receivers: [otlp, otlp/token], exporters: [goldspan] }
    logs: { receivers: [loki, loki/token, elasticsearch, elasticsearch/token, syslog], exporters: [goldspan] }
    metrics: { receivers: [prometheus, prometheus_remote_write, prometheus_remote_write/token], exporters: [goldspan] }
`;

interface Sent {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const traces = oracleEncode("traces", tracesRequest({ trace: 1, id: 1 }));
const push = JSON.stringify({ streams: [{ stream: { a: "b" }, values: [[`${Date.now()}000000`, "x"]] }] });
const series = [{ labels: v1Labels({ __name__: "a" }), samples: [{ value: 1, timestamp: Date.now() }] }];

/** What each kind of port over HTTP takes, by the id of its component. */
const SENT: Readonly<Record<string, Sent>> = {
  otlp: { path: "/v1/traces", headers: { "content-type": "application/x-protobuf" }, body: traces },
  loki: { path: "/loki/api/v1/push", headers: { "content-type": "application/json" }, body: push },
  elasticsearch: {
    path: "/_bulk",
    headers: { "content-type": "application/x-ndjson" },
    body: `{"create":{"_index":"logs"}}\n{"message":"x"}\n`,
  },
  prometheus_remote_write: {
    path: "/api/v1/write",
    headers: { "content-type": "application/x-protobuf", "content-encoding": "snappy" },
    body: snappy(encodeV1({ timeseries: series })),
  },
  web: { path: "/readyz" },
  health_check: { path: "/" },
};

type Keys = Pick<RequestOptions, "cert" | "key">;
const CLIENT: Keys = { cert: pem("client.crt"), key: pem("client.key") };

/** One that signed itself; undefined where there is no openssl. */
function strangersKeys(): Keys | undefined {
  const folder = tempDirectory();
  try {
    const [key, cert] = [join(folder.path, "key"), join(folder.path, "cert")];
    const options = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/CN=client",
      "-days",
      "2",
    ];
    const { status } = spawnSync("openssl", ["req", "-x509", ...options, "-keyout", key, "-out", cert]);
    return status === 0 ? { cert: readFileSync(cert), key: readFileSync(key) } : undefined;
  } finally {
    folder.remove();
  }
}

describe("TLS, mutual TLS and tokens", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeAll(async () => {
    const config = CONFIG;
    collector = await startCollector({ config, env: { TEST_TOKEN: SENDERS_TOKEN } });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  /** Status and headers, or the error's code when there was no answer. */
  const ask = (port: number, { path, headers, body }: Sent, keys: Keys = {}, more: Record<string, string> = {}) =>
    new Promise<{ status: number | string; cookie?: string; challenge?: string }>((resolve) => {
      const call = httpsRequest(
        {
          host: "localhost",
          port,
          path,
          method: body === undefined ? "GET" : "POST",
          agent: false,
          ca: pem("ca.crt"),
          ...keys,
          headers: { ...headers, ...more },
        },
        (response) => {
          response.resume();
          const { "set-cookie": [cookie] = [], "www-authenticate": challenge } = response.headers;
          resolve({ status: response.statusCode ?? 0, cookie, challenge });
        },
      );
      call.on("error", (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message }));
      call.end(body);
    });
  /** Of the web port, as one who knows the token. */
  const read = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const options = { host: "localhost", port: portOf("web"), ca: pem("ca.crt"), headers: bearer(WEB_TOKEN) };
      httpsRequest({ ...options, path }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk))).on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
  /** A port by the component's id. */
  const portOf = (id: string) => collector.ports[id] ?? collector.ports[`${id}_http`];
  const isGood = (status: number | string) => typeof status === "number" && status >= 200 && status < 300;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it.each(["otlp", "loki", "elasticsearch", "prometheus_remote_write", "web/mutual", "health_check"])(
    "%s lets clients with a certificate of the authority in, and no others",
    async (id) => {
      const sent = SENT[id.split("/", 1)[0]];
      const { status } = await ask(portOf(id), sent, CLIENT);
      expect([id, status, isGood(status)]).toEqual([id, status, true]);
      const without = await ask(portOf(id), sent);
      expect([id, typeof without.status]).toEqual([id, "string"]);
      const keys = strangersKeys();
      if (keys) expect([id, typeof (await ask(portOf(id), sent, keys)).status]).toEqual([id, "string"]);
    },
  );

  it("syslog over TLS does so as well", async () => {
    /** Whether the connection stays open when a message was sent. */
    const send = (text: string, keys: Keys) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ port: portOf("syslog_tcp"), host: "localhost", ca: pem("ca.crt"), ...keys }, () =>
          socket.write(`<13>1 2026-01-01T00:00:00Z host app - - - ${text}\n`),
        );
        const timer = setTimeout(() => socket.end(), 2000);
        let failed = false;
        socket.on("error", () => (failed = true));
        socket.on("close", () => {
          clearTimeout(timer);
          resolve(!failed);
        });
        socket.resume();
      });
    const [known, unknown] = await Promise.all([send("of a client", CLIENT), send("of nobody", {})]);
    expect([known, unknown]).toEqual([true, false]);
    const found = await read("/api/v1/logs?query=nobody%20or%20client");
    expect(found).toContain("of a client");
    expect(found).not.toContain("of nobody");
  });

  /** The status code, or undefined when the call went well. */
  const grpc = (port: number, channel: ChannelCredentials, token?: string) =>
    new Promise<number | undefined>((resolve) => {
      const client = new Client(`localhost:${port}`, channel);
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      const raw = (bytes: Buffer) => bytes;
      const body = Buffer.from(traces);
      client.makeUnaryRequest(TRACES, raw, raw, body, metadata, { deadline: Date.now() + 5000 }, (error) => {
        client.close();
        resolve(error?.code);
      });
    });

  it("gRPC does so as well", async () => {
    const port = collector.ports.otlp_grpc;
    const channel = (keys: Keys) =>
      credentials.createSsl(pem("ca.crt"), (keys.key as Buffer) ?? null, (keys.cert as Buffer) ?? null);
    expect(await grpc(port, channel(CLIENT))).toBeUndefined();
    expect(await grpc(port, channel({}))).toBeGreaterThan(0);
    const keys = strangersKeys();
    if (keys) expect(await grpc(port, channel(keys))).toBeGreaterThan(0);
    expect(await grpc(port, credentials.createInsecure())).toBeGreaterThan(0);
  });

  it.each(["otlp/token", "loki/token", "elasticsearch/token", "prometheus_remote_write/token"])(
    "%s asks for the token, over HTTPS",
    async (id) => {
      const sent = SENT[id.split("/", 1)[0]];
      const { status, challenge } = await ask(portOf(id), sent);
      expect([id, status, challenge]).toEqual([id, 401, "Bearer"]);
      expect((await ask(portOf(id), sent, {}, bearer("wrong"))).status).toBe(401);
      const admitted = await ask(portOf(id), sent, {}, bearer(SENDERS_TOKEN));
      expect([id, admitted.status, isGood(admitted.status)]).toEqual([id, admitted.status, true]);
    },
  );

  it("gRPC does so as well, over TLS", async () => {
    const port = collector.ports["otlp/token_grpc"];
    const channel = () => credentials.createSsl(pem("ca.crt"));
    expect(await grpc(port, channel(), SENDERS_TOKEN)).toBeUndefined();
    expect(await grpc(port, channel(), "wrong")).toBe(16);
    expect(await grpc(port, channel())).toBe(16);
  });

  it("serves the web port over HTTPS, to anyone who signs in when no client authority is named", async () => {
    const port = collector.ports.web;
    expect((await ask(port, { path: "/readyz" })).status).toBe(200);
    expect((await ask(port, { path: "/api/v1/info" })).status).toBe(401);
    expect((await ask(port, { path: "/api/v1/info" }, {}, bearer(WEB_TOKEN))).status).toBe(200);
    const signedIn = await ask(port, { path: `/?token=${WEB_TOKEN}` }, {}, { accept: "text/html" });
    expect(signedIn.cookie).toMatch(/^__Host-goldspan-.*; HttpOnly; SameSite=Strict; Secure$/);
    const cookie = signedIn.cookie?.split(";", 1)[0] ?? "";
    expect((await ask(port, { path: "/api/v1/info" }, {}, { cookie })).status).toBe(200);
    await expect.poll(() => collector.stderr()).toMatch(/Goldspan is at https:\/\/localhost/);
  });

  it("scrapes its own metrics, though its ports want a certificate or a token", async () => {
    const up = async () => JSON.parse(await read("/prometheus/api/v1/query?query=up")).data.result[0];
    await expect.poll(async () => (await up())?.value[1], { timeout: 10_000 }).toBe("1");
    expect((await up()).metric.instance).toBe(`localhost:${portOf("web/mutual")}`);
  });

  it("never writes a token down", () => {
    expect(collector.stdout() + collector.stderr()).not.toMatch(/s3cret/);
  });
});
