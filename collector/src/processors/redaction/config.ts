/**
 * The keys of the Collector's redaction processor
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/redactionprocessor).
 */
import { boolean, list, object, secret, string, type ObjectOf } from "../../component/config-schema.ts";
import { pattern } from "../../component/pattern.ts";
import { refused } from "../../component/refused-field.ts";

const fields = {
  allow_all_keys: boolean({
    default: false,
    doc: "keep attributes whatever their key; allowed_keys then counts for nothing",
  }),
  allowed_keys: list(string(), { doc: "keys that stay; all others are removed, so an empty list removes everything" }),
  ignored_keys: list(string(), { doc: "keys that stay and whose values are not looked at" }),
  ignored_key_patterns: list(pattern(), { doc: "the same as regular expressions" }),
  blocked_key_patterns: list(pattern(), { doc: "keys whose whole value is masked" }),
  blocked_values: list(pattern(), { doc: "what is masked inside values" }),
  allowed_values: list(pattern(), { doc: "values in which nothing is masked" }),
  redact_all_types: boolean({ default: false, doc: "look at numbers, booleans and bytes as well, by their text" }),
  hash_function: string({
    default: "",
    oneOf: ["", "md5", "sha1", "sha3", "hmac-sha256", "hmac-sha512"],
    doc: "put a hash in hex where **** would stand",
  }),
  hmac_key: secret({ default: "", doc: "the key for the two HMAC functions" }),
  summary: string({
    default: "silent",
    oneOf: ["debug", "info", "silent"],
    doc: "add attributes redaction.* with what was done: debug = keys and counts, info = counts",
  }),
  url_sanitizer: object({
    enabled: boolean({ default: false, doc: "not supported: must stay false" }),
    attributes: list(string(), { doc: "without effect while it is not enabled" }),
    sanitize_span_name: boolean({ default: true, doc: "without effect while it is not enabled" }),
  }),
  db_sanitizer: refused("statements are not rewritten", "mask what is secret with blocked_values"),
};

export type RedactionConfig = ObjectOf<typeof fields>;

export const redactionConfig = object(fields, {
  check(config, fail) {
    if (config.hash_function.startsWith("hmac") && config.hmac_key === "")
      fail("hmac_key", `is required for hash_function ${config.hash_function}`);
    if (config.url_sanitizer.enabled)
      fail("url_sanitizer", "is not supported: URLs are not rewritten", "mask what is secret with blocked_values");
  },
});
