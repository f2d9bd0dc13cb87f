/** The otlp receiver: OTLP over gRPC and HTTP, for all three signals. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { OtlpReceiver } from "./otlp-receiver.ts";

export const otlpReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "otlp",
  summary: "takes OTLP over gRPC and HTTP, protobuf and JSON",
  signals: ["traces", "logs", "metrics"],
  config,
  create: (settings, config, next) => new OtlpReceiver(settings, config, next),
};
