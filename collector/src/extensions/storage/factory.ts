/** The storage extension: the embedded store. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { StorageExtension } from "./storage-extension.ts";

export const storageExtension: ExtensionFactory<Config> = {
  kind: "extension",
  type: "storage",
  summary: "keeps traces, logs and metrics on disk",
  threads: ["ingest"],
  config,
  create: (settings, config) => new StorageExtension(settings, config),
};
