import { describe, expect, it } from "vitest";
import { loadNotifyConfig } from "../notify/config/load-config.ts";
import type { Integration } from "../notify/config/receiver-config.ts";
import { buildRequests, hasChannel, ignoredKeys, judgeAnswer } from "./configured-channel.ts";
import type { ChannelTools } from "./integration-fields.ts";
import type { Notification } from "./notification.ts";

const environment = { TOKEN: "s3cret" };
const tools: ChannelTools = {
  render: (template) => template.replaceAll("{{ .Status }}", "firing"),
  renderHtml: (template) => template,
  ownTemplate: () => undefined,
  reveal: (secret) => secret.reveal({ environment, readFile: (path) => `https://from.example.com${path}\n` }),
  readFile: () => "-42\n",
};

function integrationOf(yaml: string): Integration {
  const text = `route: { receiver: a }\nreceivers:\n- name: a\n  ${yaml}`;
  return loadNotifyConfig(text, { file: "am.yml", environment }).receivers[0].integrations[0];
}

const notification: Notification = {
  receiver: "a",
  groupKey: "{}:{}",
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "http://gs",
  reason: "first",
  alerts: [
    {
      labels: { alertname: "A" },
      annotations: {},
      isResolved: false,
      startsAt: 0,
      endsAt: undefined,
      generatorURL: "",
      fingerprint: "f",
    },
  ],
};

describe("what is configured is what is sent", () => {
  it.each<[string, string, string, Record<string, string>, object]>([
    [
      "webhook",
      "webhook_configs: [{ url: 'http://h/${env:TOKEN}', payload: { state: ['{{ .Status }}'] } }]",
      "http://h/s3cret",
      {},
      { state: ["firing"] },
    ],
    [
      "Slack webhook",
      "slack_configs: [{ api_url_file: /hook, channel: '#{{ .Status }}' }]",
      "https://from.example.com/hook",
      {},
      { channel: "#firing" },
    ],
    [
      "Slack bot",
      "slack_configs: [{ app_token: '${env:TOKEN}', title: T }]",
      "https://slack.com/api/chat.postMessage",
      { authorization: "Bearer s3cret" },
      { text: "T" },
    ],
    [
      "Teams",
      "msteamsv2_configs: [{ webhook_url: 'https://t/x', text: '{{ .Status }}' }]",
      "https://t/x",
      {},
      { type: "message" },
    ],
    [
      "Discord",
      "discord_configs: [{ webhook_url: 'https://d/x', content: '{{ .Status }}' }]",
      "https://d/x",
      {},
      { content: "firing" },
    ],
    [
      "Google Chat",
      "googlechat_configs: [{ webhook_url: 'https://c/x', text: t, thread_key: k }]",
      "https://c/x?messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
      {},
      { text: "t", thread: { threadKey: "k" } },
    ],
    [
      "Mattermost",
      "mattermost_configs: [{ webhook_url: 'https://m/x', priority: { priority: urgent }, props: { card: c } }]",
      "https://m/x",
      {},
      { priority: { priority: "urgent" }, props: { card: "c" } },
    ],
    [
      "Telegram",
      "telegram_configs: [{ bot_token: '1:${env:TOKEN}', chat_id_file: /c, message: '{{ .Status }}' }]",
      "https://api.telegram.org/bot1:s3cret/sendMessage",
      {},
      { chat_id: "-42", text: "firing" },
    ],
    [
      "ntfy",
      "ntfy_configs: [{ topic: t, priority: '2', tags: 'a, b', token: x }]",
      "https://ntfy.sh",
      { authorization: "Bearer x" },
      { topic: "t", priority: 2, tags: ["a", "b"] },
    ],
    [
      "PagerDuty",
      "pagerduty_configs: [{ service_key: '${env:TOKEN}', details: { a: '{{ .Status }}' } }]",
      "https://events.pagerduty.com/v2/enqueue",
      {},
      { routing_key: "s3cret", payload: { custom_details: { a: "firing" } } },
    ],
    [
      "Opsgenie",
      "opsgenie_configs: [{ api_key: k, tags: 'a,{{ .Status }}', responders: [{ name: n, type: team }] }]",
      "https://api.opsgenie.com/v2/alerts",
      { authorization: "GenieKey k" },
      { tags: ["a", "firing"], responders: [{ name: "n", type: "team" }] },
    ],
  ])("%s", (_name, yaml, url, headers, body) => {
    const integration = integrationOf(yaml);
    const [request] = buildRequests(integration, notification, tools);
    expect(request).toMatchObject({ url, headers });
    expect(JSON.parse(request.body)).toMatchObject(body);
    expect(ignoredKeys(integration)).toEqual([]);
    expect(judgeAnswer(integration.kind, { status: 200, headers: {}, body: "" }, 0)).toEqual({ kind: "sent" });
  });

  it("and what has no effect can be told", () => {
    const slack = integrationOf(
      "slack_configs: [{ api_url: 'http://a/', channel: a, footer: f, actions: [{ type: b }], thumb_url: t }]",
    );
    expect(ignoredKeys(slack)).toEqual([]);
    const mail = integrationOf("email_configs: [{ to: a@b.c, from: d@e.f, smarthost: 'h:25', auth_identity: i }]");
    expect(ignoredKeys(mail)).toEqual(["auth_identity"]);
    const jira = integrationOf("jira_configs: [{ api_url: 'http://a/', project: p, issue_type: t }]");
    expect(hasChannel("jira")).toBe(false);
    expect(ignoredKeys(jira)).toEqual(["api_url", "project", "issue_type"]);
    expect(() => buildRequests(jira, notification, tools)).toThrow("there is no channel for it");
  });
});
