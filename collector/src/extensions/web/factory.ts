/** The web extension: UI and API. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { WebExtension } from "./web-extension.ts";

export const webExtension: ExtensionFactory<Config> = {
  kind: "extension",
  type: "web",
  summary: "serves the UI, the API and the collector's own metrics",
  threads: ["main"],
  hasWebPort: true,
  config,
  create: (settings, config) => new WebExtension(settings, config),
};
