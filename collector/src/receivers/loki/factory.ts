/** The loki receiver: Loki's push API, at the web port and at an endpoint of its own. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./loki-receiver.ts"));

export const lokiReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "loki",
  summary: "takes logs as Loki does, JSON and protobuf",
  signals: ["logs"],
  besideAtWebPort: "otlp",
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.LokiReceiver(settings, config, next),
};
