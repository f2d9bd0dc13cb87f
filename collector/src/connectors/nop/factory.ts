/** The factory of the nop connector: it joins any signal with any. */
import type { ConnectorFactory, Signal } from "../../component/factory.ts";
import { nopConnectorConfig } from "./config.ts";
import { createNopConnector } from "./nop-connector.ts";

const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];

export const nopConnector: ConnectorFactory = {
  kind: "connector",
  type: "nop",
  pairs: SIGNALS.flatMap((from) => SIGNALS.map((to) => [from, to] as const)),
  summary: "joins two pipelines and lets nothing through",
  config: nopConnectorConfig,
  create: createNopConnector,
};
