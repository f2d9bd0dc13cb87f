/** The factory of the service_graph connector: traces in, metrics out. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./service-graph.ts"));

export const serviceGraphConnector: ConnectorFactory<Config> = {
  kind: "connector",
  type: "service_graph",
  aliases: ["servicegraph"],
  pairs: [["traces", "metrics"]],
  follows: true,
  summary: "counts requests between services: the edges of the service map",
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.ServiceGraph(settings, config, next),
};
