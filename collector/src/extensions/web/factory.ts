/** The web extension: UI and API. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./web-extension.ts"));

export const webExtension: ExtensionFactory<Config> = {
  kind: "extension",
  type: "web",
  summary: "serves the UI, the API and the collector's own metrics",
  threads: ["main"],
  hasWebPort: true,
  config,
  load: lazy.load,
  create: (settings, config) => new lazy.code.WebExtension(settings, config),
};
