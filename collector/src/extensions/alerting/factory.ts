/** The alerting extension: rules, notification, evidence. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./alerting-extension.ts"));

export const alertingExtension: ExtensionFactory<Config> = {
  kind: "extension",
  type: "alerting",
  summary: "evaluates rules and tells who is to be told, with evidence",
  threads: ["alerts"],
  config,
  load: lazy.load,
  create: (settings, config) => new lazy.code.AlertingExtension(settings, config),
};
