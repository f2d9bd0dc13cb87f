/** The prometheus_remote_write receiver: remote write 1.0 and 2.0, at the web port and at an endpoint of its own. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./remote-write-receiver.ts"));

export const prometheusRemoteWriteReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "prometheus_remote_write",
  aliases: ["prometheusremotewrite"],
  summary: "takes Prometheus remote write 1.0 and 2.0",
  signals: ["metrics"],
  besideAtWebPort: "otlp",
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.RemoteWriteReceiver(settings, config, next),
};
