/** The elasticsearch receiver: Elasticsearch's bulk API, and what shippers ask before they use it. */
import type { ReceiverFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { ElasticsearchReceiver } from "./elasticsearch-receiver.ts";

export const elasticsearchReceiver: ReceiverFactory<Config> = {
  kind: "receiver",
  type: "elasticsearch",
  summary: "takes logs as Elasticsearch's bulk API does",
  signals: ["logs"],
  config,
  create: (settings, config, next) => new ElasticsearchReceiver(settings, config, next),
};
