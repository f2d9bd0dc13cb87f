/** The loki receiver: Loki's push API, at the web port and at an endpoint of its own. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { LokiReceiver } from "./loki-receiver.ts";

export const lokiReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "loki",
  summary: "takes logs as Loki does, JSON and protobuf",
  signals: ["logs"],
  besideAtWebPort: "otlp",
  config,
  create: (settings, config, next) => new LokiReceiver(settings, config, next),
};
