/** The keys of `global:`, their defaults, and which key of which receiver each stands in for. */
import { HTTP, TLS, type ReceiverKind } from "./receiver-shapes.ts";
import type { Read, Shape } from "./shape.ts";

export const GLOBAL_SHAPE = {
  resolve_timeout: "duration",
  http_config: HTTP,
  jira_api_url: "url",
  smtp_from: "text",
  smtp_hello: "text",
  smtp_smarthost: "text",
  smtp_auth_username: "text",
  smtp_auth_password: "secret",
  smtp_auth_secret: "secret",
  smtp_auth_identity: "text",
  smtp_require_tls: "boolean",
  smtp_tls_config: TLS,
  smtp_force_implicit_tls: "boolean",
  slack_api_url: "secret_url",
  slack_app_token: "secret",
  slack_app_url: "url",
  pagerduty_url: "url",
  opsgenie_api_url: "url",
  opsgenie_api_key: "secret",
  wechat_api_url: "url",
  wechat_api_secret: "secret",
  wechat_api_corp_id: "text",
  victorops_api_url: "url",
  victorops_api_key: "secret",
  telegram_api_url: "url",
  telegram_bot_token: "secret",
  webex_api_url: "url",
  rocketchat_api_url: "url",
  rocketchat_token: "secret",
  rocketchat_token_id: "secret",
  mattermost_webhook_url: "secret_url",
} as const satisfies Shape;

export type GlobalConfig = Read<typeof GLOBAL_SHAPE>;

export const GLOBAL_DEFAULTS = {
  resolve_timeout: 300_000,
  smtp_hello: "localhost",
  smtp_require_tls: true,
  slack_app_url: "https://slack.com/api/chat.postMessage",
  pagerduty_url: "https://events.pagerduty.com/v2/enqueue",
  opsgenie_api_url: "https://api.opsgenie.com/",
  wechat_api_url: "https://qyapi.weixin.qq.com/cgi-bin/",
  victorops_api_url: "https://alert.victorops.com/integrations/generic/20131114/alert/",
  telegram_api_url: "https://api.telegram.org",
  webex_api_url: "https://webexapis.com/v1/messages",
  rocketchat_api_url: "https://open.rocket.chat/",
} as const satisfies GlobalConfig;

/** Key of a receiver -> key of `global` that is taken where it is absent. */
export const INHERITED: Partial<Record<ReceiverKind, Readonly<Record<string, keyof GlobalConfig>>>> = {
  slack: { app_url: "slack_app_url" },
  pagerduty: { url: "pagerduty_url" },
  opsgenie: { api_url: "opsgenie_api_url", api_key: "opsgenie_api_key" },
  mattermost: { webhook_url: "mattermost_webhook_url" },
  telegram: { api_url: "telegram_api_url", bot_token: "telegram_bot_token" },
  jira: { api_url: "jira_api_url" },
  victorops: { api_url: "victorops_api_url", api_key: "victorops_api_key" },
  webex: { api_url: "webex_api_url" },
  wechat: { api_url: "wechat_api_url", api_secret: "wechat_api_secret", corp_id: "wechat_api_corp_id" },
  rocketchat: { api_url: "rocketchat_api_url", token: "rocketchat_token", token_id: "rocketchat_token_id" },
  email: {
    from: "smtp_from",
    hello: "smtp_hello",
    smarthost: "smtp_smarthost",
    auth_username: "smtp_auth_username",
    auth_password: "smtp_auth_password",
    auth_secret: "smtp_auth_secret",
    auth_identity: "smtp_auth_identity",
    require_tls: "smtp_require_tls",
    tls_config: "smtp_tls_config",
    force_implicit_tls: "smtp_force_implicit_tls",
  },
};
