/** The factory of the exceptions connector: traces and logs in, metrics out. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { Exceptions } from "./exceptions.ts";

export const exceptionsConnector: ConnectorFactory<Config> = {
  kind: "connector",
  type: "exceptions",
  pairs: [
    ["traces", "metrics"],
    ["logs", "metrics"],
  ],
  follows: true,
  summary: "groups exceptions by fingerprint, counts them, and remembers when each was first and last seen",
  config,
  create: (settings, config, next) => new Exceptions(settings, config, next),
};
