/** The factory of the bearertokenauth extension: receivers ask it on the ingest thread, whoever serves people on the main thread. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { createBearerTokenAuth } from "./bearer-token-auth.ts";
import { bearerTokenAuthConfig, type BearerTokenAuthConfig } from "./config.ts";

export const bearerTokenAuthExtension: ExtensionFactory<BearerTokenAuthConfig> = {
  kind: "extension",
  type: "bearertokenauth",
  threads: ["main", "ingest"],
  summary: "lets in only senders that know a token",
  config: bearerTokenAuthConfig,
  create: createBearerTokenAuth,
};
