/** The factory of the nop extension. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { nopExtensionConfig } from "./config.ts";
import { createNopExtension } from "./nop-extension.ts";

export const nopExtension: ExtensionFactory = {
  kind: "extension",
  type: "nop",
  threads: ["main"],
  summary: "does nothing",
  config: nopExtensionConfig,
  create: createNopExtension,
};
