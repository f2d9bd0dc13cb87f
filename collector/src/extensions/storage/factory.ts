/** The storage extension: the embedded store. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./storage-extension.ts"));

export const storageExtension: ExtensionFactory<Config> = {
  kind: "extension",
  type: "storage",
  summary: "keeps traces, logs and metrics on disk",
  threads: ["ingest"],
  config,
  load: lazy.load,
  dataDirectory: ({ directory }) => directory,
  create: (settings, config) => new lazy.code.StorageExtension(settings, config),
};
