/** The elasticsearch receiver: Elasticsearch's bulk API, and what shippers ask before they use it. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./elasticsearch-receiver.ts"));

export const elasticsearchReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "elasticsearch",
  summary: "takes logs as Elasticsearch's bulk API does",
  signals: ["logs"],
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.ElasticsearchReceiver(settings, config, next),
};
