/** The factory of the exceptions connector: traces and logs in, metrics out. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./exceptions.ts"));

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
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.Exceptions(settings, config, next),
};
