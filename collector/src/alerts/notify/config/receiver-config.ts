/** `receivers:` -> named receivers, each a list of integrations with everything taken over from `global` and nothing needed missing. */
import { nearest } from "../../../base/suggest.ts";
import type { Place, YamlNode } from "../../yaml/yaml-node.ts";
import { YamlFields } from "../../yaml/yaml-fields.ts";
import { INHERITED, type GlobalConfig } from "./global-shape.ts";
import { RECEIVER_SHAPES, SILENT_ON_RESOLVED, type ReceiverKind } from "./receiver-shapes.ts";
import { readShape, type Read, type Shape, type ShapeSettings } from "./shape.ts";

export interface ReceiverConfig {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly integrations: readonly Integration[];
}

/** One entry of a `*_configs` list; `kind` tells which. */
export type Integration = { readonly [K in ReceiverKind]: IntegrationOf<K> }[ReceiverKind];

export interface IntegrationOf<K extends ReceiverKind> {
  readonly kind: K;
  /** Position in its list: with the receiver's name and the kind it is the integration's identity. */
  readonly index: number;
  readonly sendResolved: boolean;
  readonly config: Read<(typeof RECEIVER_SHAPES)[K]>;
}

/** The keys without which nothing can be sent, with what to write instead; `a|b`: one of them. */
const NEEDED: Partial<Record<ReceiverKind, readonly string[]>> = {
  webhook: ["url"],
  slack: ["api_url|app_token"],
  msteams: ["webhook_url"],
  msteamsv2: ["webhook_url"],
  discord: ["webhook_url"],
  mattermost: ["webhook_url"],
  googlechat: ["webhook_url"],
  ntfy: ["topic"],
  telegram: ["bot_token", "chat_id|chat_id_file"],
  pagerduty: ["routing_key|service_key"],
  opsgenie: ["api_key"],
  email: ["to", "from", "smarthost"],
  incidentio: ["url|url_file"],
  jira: ["api_url", "project", "issue_type"],
  pushover: ["user_key", "token"],
  rocketchat: ["token", "token_id"],
  sns: ["topic_arn|phone_number|target_arn"],
  victorops: ["api_key", "routing_key"],
  webex: ["room_id"],
  wechat: ["api_secret", "corp_id"],
};

const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  "telegram.parse_mode": ["", "Markdown", "MarkdownV2", "HTML"],
  "jira.api_type": ["auto", "cloud", "datacenter"],
};

export function readReceivers(
  nodes: readonly YamlNode[],
  global: GlobalConfig,
  settings: ShapeSettings,
): ReceiverConfig[] {
  const names = new Set<string>();
  return nodes.map((node, i) => {
    const path = `receivers[${i}]`;
    const fields = new YamlFields(node, path, settings);
    const name = fields.text("name");
    const fail = (at: Place, message: string) => settings.issues.push({ at, message: `${path}: ${message}` });
    if (name === "") fail(fields.at, "a receiver needs a name");
    else if (names.has(name))
      fail(
        fields.placeOf("name"),
        `the name ${JSON.stringify(name)} is given twice; receivers need names of their own`,
      );
    names.add(name);
    const integrations = (Object.keys(RECEIVER_SHAPES) as ReceiverKind[]).flatMap((kind) =>
      fields
        .list(`${kind}_configs`)
        .map((entry, index) =>
          readIntegration(kind, entry, index, `${path}.${kind}_configs[${index}]`, global, settings),
        ),
    );
    const labels = fields.textMap("labels");
    fields.close();
    return { name, labels, integrations };
  });
}

function readIntegration(
  kind: ReceiverKind,
  node: YamlNode,
  index: number,
  path: string,
  global: GlobalConfig,
  settings: ShapeSettings,
): Integration {
  const read = readShape(node, RECEIVER_SHAPES[kind] as Shape, path, settings) as Record<string, unknown>;
  const config = { ...read };
  const fail = (message: string) => settings.issues.push({ at: node.at, message: `${path}: ${message}` });
  for (const [key, from] of Object.entries(INHERITED[kind] ?? {})) config[key] ??= global[from];
  if (kind === "slack") inheritSlack(config, global, fail);
  if (kind !== "email") config.http_config ??= global.http_config;
  for (const needed of NEEDED[kind] ?? []) {
    const keys = needed.split("|");
    if (keys.every((key) => config[key] === undefined || config[key] === ""))
      fail(`${keys.join(" or ")} is missing${globalHint(kind, keys)}`);
  }
  for (const [name, allowed] of Object.entries(ONE_OF)) {
    const [ofKind, key] = name.split(".");
    const value = config[key];
    if (ofKind !== kind || typeof value !== "string" || allowed.includes(value)) continue;
    const near = nearest(value, allowed);
    fail(
      `${key} ${JSON.stringify(value)} is none of ${allowed.filter(Boolean).join(", ")}${near ? `; did you mean ${near}?` : ""}`,
    );
  }
  if (
    kind === "email" &&
    typeof config.smarthost === "string" &&
    !/^(?:\[[^\]]+\]|[^:\s]*):\d+$/.test(config.smarthost)
  )
    fail(`cannot read the smarthost ${JSON.stringify(config.smarthost)}; write it as host:port`);
  return {
    kind,
    index,
    sendResolved: (config.send_resolved as boolean | undefined) ?? !SILENT_ON_RESOLVED.has(kind),
    config,
  };
}

/** A webhook's address or a bot's token, the receiver's own before the global one; with a token the address is that of the API. */
function inheritSlack(config: Record<string, unknown>, global: GlobalConfig, fail: (message: string) => void): void {
  const authorization = (config.http_config as { authorization?: unknown } | undefined)?.authorization;
  const { api_url: ownUrl, app_token: ownToken } = config;
  if (ownUrl !== undefined && ownToken !== undefined) fail("at most one of api_url and app_token can be given");
  if (ownUrl === undefined && authorization === undefined) config.app_token ??= global.slack_app_token;
  if (ownUrl === undefined) config.api_url = global.slack_api_url;
  if (config.app_token !== undefined) {
    if (authorization !== undefined)
      fail("http_config.authorization cannot be given beside app_token, which takes its place");
    config.api_url = undefined;
  }
  if (config.update_message === true && config.app_token === undefined && authorization === undefined)
    fail("update_message needs a bot's token (app_token): a webhook cannot change its messages");
}

function globalHint(kind: ReceiverKind, keys: readonly string[]): string {
  if (kind === "slack") return "; give it here, or slack_api_url or slack_app_token under global";
  const inherited = keys.map((key) => INHERITED[kind]?.[key]).find(Boolean);
  return inherited ? `; give it here, or ${inherited} under global` : "";
}
