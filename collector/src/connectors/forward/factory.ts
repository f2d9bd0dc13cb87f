/** The factory of the forward connector: it joins pipelines of one signal. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { forwardConnectorConfig } from "./config.ts";
import { createForwardConnector } from "./forward-connector.ts";

export const forwardConnector: ConnectorFactory = {
  kind: "connector",
  type: "forward",
  pairs: [
    ["traces", "traces"],
    ["logs", "logs"],
    ["metrics", "metrics"],
  ],
  summary: "hands what comes out of one pipeline to others of the same signal",
  config: forwardConnectorConfig,
  create: (_settings, _config, next) => createForwardConnector(next),
};
