/** A collector that other machines can reach, as a process: who gets in, and where its token is to be read. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FREE_PORTS, startCollector, type CollectorProcess } from "../kit/collector-process.ts";
import { encodeV1, snappy, v1Labels } from "../kit/remote-write.ts";

const CONFIG = `
receivers:
  otlp: { protocols: { http: { endpoint: "localhost:0" } } }
  loki: { auth: { authenticator: bearertokenauth } }
  prometheus_remote_write:
  prometheus:
    config: { scrape_configs: [{ job_name: self, scrape_interval: 200ms, static_configs: [{ targets: ["localhost:PORT"] }] }] }
exporters: { goldspan: }
extensions:
  storage: { directory: ./data }
  web: { endpoint: "0.0.0.0:PORT" }
  bearertokenauth: { token: the-token-of-senders }
service:
  extensions: [storage, web, bearertokenauth]
  pipelines:
    logs: { receivers: [otlp, loki], exporters: [goldspan] }
    metrics: { receivers: [prometheus, prometheus_remote_write], exporters: [goldspan] }
`;

type Running = CollectorProcess & { readonly directory: string; remove(): void };

describe("a collector that other machines can reach", () => {
  let collector: Running;
  let config: string;
  let token: string;
  beforeAll(async () => {
    const { freePort } = await import("../kit/free-port.ts");
    config = CONFIG.replaceAll("PORT", String(await freePort()));
    collector = await startCollector({ config });
    token = readFileSync(fileOf(collector), "utf8").trim();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const fileOf = ({ directory }: Running) => join(directory, "web-token");
  const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    fetch(collector.web + path, { redirect: "manual", headers, ...init });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

  it("prints a link that signs in, on stdout and for people, and the token nowhere else", async () => {
    expect(statSync(fileOf(collector)).mode & 0o777).toBe(0o600);
    await expect.poll(() => collector.stdout()).toMatch(/^Sign in at /m);
    const [, link] = /^Sign in at (\S+)$/m.exec(collector.stdout()) ?? [];
    expect(link).toBe(`http://localhost:${collector.ports.web}/?token=${token}`);
    await expect.poll(() => collector.stderr()).toContain(`Goldspan is at ${link}\n`);
    const structured = (collector.stdout() + collector.stderr()).split("\n").filter((line) => line.startsWith("{"));
    expect(structured.length).toBeGreaterThan(1);
    expect(structured.join()).not.toContain(token);
    const config = await (await ask("/prometheus/api/v1/status/config", bearer(token))).text();
    expect(config).toContain("0.0.0.0");
    expect(config).not.toContain(token);
    const answer = await ask(link.slice(link.indexOf("/?")), { accept: "text/html" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const cookie = answer.headers.getSetCookie()[0].split(";", 1)[0];
    expect((await ask("/api/v1/info", { cookie })).status).toBe(200);
  });

  it("answers nobody without it, whatever is asked, and a live tail neither", async () => {
    const paths = ["/api/v1/info", "/api/v1/openapi.json", "/prometheus/api/v1/query?query=1", "/loki/api/v1/labels"];
    paths.push("/jaeger/api/services", "/alertmanager/api/v2/status", "/metrics");
    for (const path of paths) {
      expect([path, (await ask(path)).status]).toEqual([path, 401]);
      expect([path, (await ask(path, bearer(token))).status]).not.toEqual([path, 401]);
    }
    for (const path of ["/healthz", "/readyz"]) expect((await ask(path)).status).toBe(200);
    const tail = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const address = `ws://127.0.0.1:${collector.ports.web}/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D`;
        const socket = new WebSocket(address, { headers });
        socket.addEventListener("open", () => (resolve("open"), socket.close()));
        socket.addEventListener("error", () => resolve("refused"));
      });
    expect([await tail({}), await tail(bearer(token))]).toEqual(["refused", "open"]);
  });

  it("lets senders in by the token, or by their receiver's own", async () => {
    const series = [{ labels: v1Labels({ __name__: "written" }), samples: [{ value: 1, timestamp: Date.now() }] }];
    const body = snappy(encodeV1({ timeseries: series }));
    const write = async (headers: Record<string, string>) => {
      const all = { "content-type": "application/x-protobuf", "content-encoding": "snappy", ...headers };
      return (await ask("/prometheus/api/v1/write", all, { method: "POST", body })).status;
    };
    expect([await write({}), await write(bearer("the-token-of-senders")), await write(bearer(token))]).toEqual([
      401, 401, 204,
    ]);
    const push = async (headers: Record<string, string>) => {
      const all = { "content-type": "application/json", ...headers };
      const text = JSON.stringify({ streams: [{ stream: { a: "b" }, values: [[`${Date.now()}000000`, "x"]] }] });
      return (await ask("/loki/api/v1/push", all, { method: "POST", body: text })).status;
    };
    expect([await push({}), await push(bearer(token)), await push(bearer("the-token-of-senders"))]).toEqual([
      401, 401, 204,
    ]);
  });

  it("scrapes itself all the same", async () => {
    const up = async () => {
      const answer = await ask(`/prometheus/api/v1/query?query=up`, bearer(token));
      return ((await answer.json()) as any).data.result.map(({ value }: any) => value[1]).join();
    };
    await expect.poll(up, { timeout: 10_000 }).toBe("1");
  });

  it("asks nobody to sign in again after a restart", async () => {
    const signedIn = await ask(`/?token=${token}`, { accept: "text/html" });
    const cookie = signedIn.headers.getSetCookie()[0].split(";", 1)[0];
    await collector.end();
    const again = await startCollector({
      config: config.replace("./data", JSON.stringify(collector.directory)),
      directory: collector.directory,
    });
    const first = collector;
    const remove = () => {
      first.remove();
      again.remove();
    };
    collector = { ...again, remove };
    expect((await ask("/api/v1/info", { cookie })).status).toBe(200);
  });
});

describe("the shipped configuration", () => {
  it("asks for the token of GOLDSPAN_TOKEN, writes it nowhere, and knows GOLDSPAN_ALLOWED_HOSTS", async () => {
    const token = "a-token-that-was-chosen";
    const env = { GOLDSPAN_TOKEN: token, GOLDSPAN_ALLOWED_HOSTS: "goldspan,*.example.com" };
    const shipped = join(import.meta.dirname, "../../../otel-config.yaml");
    const collector = await startCollector({
      config: readFileSync(shipped, "utf8"),
      args: ["--config", FREE_PORTS],
      env: { ...env, GOLDSPAN_DATA: "data" },
    });
    try {
      const status = async (headers: Record<string, string>) =>
        (await fetch(`${collector.web}/api/v1/info`, { headers })).status;
      expect([await status({}), await status({ authorization: `Bearer ${token}` })]).toEqual([401, 200]);
      const askedAs = (host: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const headers = { host, authorization: `Bearer ${token}` };
          get(`${collector.web}/api/v1/info`, { headers }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          }).on("error", reject);
        });
      const hosts = ["goldspan:8317", "a.example.com", "evil.test"];
      expect(await Promise.all(hosts.map(askedAs))).toEqual([200, 200, 403]);
      await expect
        .poll(() => collector.stderr())
        .toMatch(/Goldspan is at http:\/\/localhost:\d+ \(it asks for the token/);
      expect(collector.stdout() + collector.stderr()).not.toContain(token);
      expect(existsSync(join(collector.directory, "web-token"))).toBe(false);
    } finally {
      await collector.end();
      collector.remove();
    }
  });
});
