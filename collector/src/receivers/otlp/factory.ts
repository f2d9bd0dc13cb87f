/** The otlp receiver: OTLP over gRPC and HTTP, for all three signals. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./otlp-receiver.ts"));

export const otlpReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "otlp",
  summary: "takes OTLP over gRPC and HTTP, protobuf and JSON",
  signals: ["traces", "logs", "metrics"],
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.OtlpReceiver(settings, config, next),
};
