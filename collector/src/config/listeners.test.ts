import { expect, test } from "vitest";
import { factories } from "../components.ts";
import { listListeners, type Listener } from "./listeners.ts";
import { loadConfig } from "./load-config.ts";

function listeners(yaml: string): Listener[] {
  const surroundings = { variables: {}, readFile: () => "" };
  return listListeners(loadConfig({ configs: [`yaml:${yaml}`] }, factories, surroundings), factories);
}

const CONFIG = `
receivers:
  otlp:
    protocols:
      grpc: { endpoint: /run/goldspan.sock, transport: unix }
      http: { tls: { cert_file: a, key_file: b, client_ca_file: c }, auth: { authenticator: bearertokenauth } }
  otlp/unused:
  syslog: { tcp: { listen_address: "0.0.0.0:514" }, udp: { listen_address: ":514" } }
  loki: { protocols: { http: }, auth: { authenticator: bearertokenauth } }
exporters: { nop: }
extensions: { bearertokenauth: { token: t }, web: { endpoint: "[::]:80" } }
service:
  extensions: [bearertokenauth, web]
  pipelines:
    traces: { receivers: [otlp], exporters: [nop] }
    logs: { receivers: [otlp, loki, syslog], exporters: [nop] }`;

test("every address of what runs, with its key, its protection and who checks senders", () => {
  const short = listeners(CONFIG).map(({ key, endpoint, transport, tls, wantsCertificate, authenticator }) =>
    [key, endpoint, transport, tls, wantsCertificate, authenticator].join(" "),
  );
  expect(short).toEqual([
    "extensions.web.endpoint [::]:80 tcp false false ",
    "receivers.otlp.protocols.grpc.endpoint /run/goldspan.sock unix false false ",
    "receivers.otlp.protocols.http.endpoint localhost:4318 tcp true true bearertokenauth",
    "receivers.loki.protocols.http.endpoint localhost:3500 tcp false false bearertokenauth",
    "receivers.syslog.udp.listen_address :514 udp false false ",
    "receivers.syslog.tcp.listen_address 0.0.0.0:514 tcp false false ",
  ]);
  expect(listeners(CONFIG).map(({ id, name }) => `${id}/${name}`)).toContain("otlp/grpc");
});

test("each component that can listen is known to", () => {
  const silent = ["prometheus", "nop"];
  const knows = (doc: object): boolean => JSON.stringify(doc).includes('"listens"');
  const receivers = factories.filter(({ kind, type }) => kind === "receiver" && !silent.includes(type));
  expect(receivers.length).toBeGreaterThan(4);
  for (const { type, config } of receivers) expect(knows(config.doc), type).toBe(true);
});
