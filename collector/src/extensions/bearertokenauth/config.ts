/** The keys of the Collector's bearertokenauth extension (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/bearertokenauthextension). */
import { list, object, secret, string, type ObjectOf } from "../../component/config-schema.ts";

const fields = {
  scheme: string({ default: "Bearer", doc: "word before the token; empty = the header holds the token alone" }),
  token: secret({ default: "", doc: "the token to be sent" }),
  tokens: list(secret(), { doc: "several tokens, each of which is let in" }),
  filename: string({
    default: "",
    doc: "file with one token a line, read again when it changes; token and tokens then don't count",
  }),
  header: string({ default: "Authorization", doc: "header that holds scheme and token" }),
};

export type BearerTokenAuthConfig = ObjectOf<typeof fields>;

export const bearerTokenAuthConfig = object(fields, {
  check(config, fail) {
    const given = [config.token, ...config.tokens];
    if (config.filename === "" && given.every((token) => token === ""))
      fail("", "needs a token", "set token, tokens or filename, for example token: ${env:OTLP_TOKEN}");
    else if (config.tokens.includes("")) fail("tokens", "holds an empty token");
    if (config.token !== "" && config.tokens.length > 0) fail("tokens", "stands beside token", "keep one of them");
  },
});
