import { expect, test } from "vitest";
import { factories } from "../components.ts";
import { loadConfig } from "../config/load-config.ts";
import { receiversOf } from "./receivers-of.ts";

test("receivers as configured, with the ports they got", () => {
  const yaml = `
receivers:
  otlp/a: { protocols: { grpc: { endpoint: /run/a.sock, transport: unix }, http: { endpoint: "0.0.0.0:0" } } }
  elasticsearch: { endpoint: ":0", auth: { authenticator: bearertokenauth } }
exporters: { nop: }
extensions: { bearertokenauth: { token: t }, health_check: }
service:
  extensions: [bearertokenauth, health_check]
  pipelines: { logs: { receivers: ["otlp/a", elasticsearch], exporters: [nop] } }`;
  const config = loadConfig({ configs: [`yaml:${yaml}`] }, factories, { variables: {}, readFile: () => "" });
  const ports = { "otlp/a_grpc": 0, "otlp/a_http": 5, elasticsearch: 6, health_check: 7 };
  const otlp = { id: "otlp/a", type: "otlp", tls: false, wantsAuth: false };
  expect(receiversOf(config, factories, ports)).toEqual([
    { ...otlp, name: "grpc", host: "/run/a.sock", port: 0, transport: "unix" },
    { ...otlp, name: "http", host: "0.0.0.0", port: 5, transport: "tcp" },
    {
      id: "elasticsearch",
      type: "elasticsearch",
      name: "",
      host: "",
      port: 6,
      transport: "tcp",
      tls: false,
      wantsAuth: true,
    },
  ]);
});
