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
  onlyOne: "both would keep their alerts, silences and queues in the same place",
  config,
  // Rules of the operator's own may tell of what is missing; those that come with Goldspan tell of what was there.
  waitsForData: ({ rule_files, config_file }) => config_file === "" && rule_files.every((pattern) => pattern === ""),
  load: lazy.load,
  create: (settings, config) => new lazy.code.AlertingExtension(settings, config),
};
