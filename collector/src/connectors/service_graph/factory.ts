/** The factory of the service_graph connector: traces in, metrics out. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { ServiceGraph } from "./service-graph.ts";

export const serviceGraphConnector: ConnectorFactory<Config> = {
  kind: "connector",
  type: "service_graph",
  aliases: ["servicegraph"],
  pairs: [["traces", "metrics"]],
  follows: true,
  summary: "counts requests between services: the edges of the service map",
  config,
  create: (settings, config, next) => new ServiceGraph(settings, config, next),
};
