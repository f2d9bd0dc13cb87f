/** The keys of the Collector's bearertokenauth extension (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/extension/bearertokenauthextension). */
import { list, object, secret, string, type ObjectOf } from "../../component/config-schema.ts";
import { placeholderProblem, TOKEN_FIX } from "../../component/placeholder-token.ts";

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
    const wrong = given.map(placeholderProblem);
    const first = wrong.findIndex((problem) => problem !== undefined);
    if (first >= 0) fail(first === 0 ? "token" : "tokens", wrong[first] as string, TOKEN_FIX);
    if (config.token !== "" && config.tokens.length > 0) fail("tokens", "stands beside token", "keep one of them");
  },
});
