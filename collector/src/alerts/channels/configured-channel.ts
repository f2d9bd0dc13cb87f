/**
 * An integration of the configuration -> the channel that sends it and the channel's settings: templates rendered, secrets read. In: the
 * integration, the notification, and who renders and reads. Out: requests or a conversation, a mail; and the keys that no channel looks
 * at, to be warned of.
 */
import type { Integration } from "../notify/config/receiver-config.ts";
import type { ReceiverKind } from "../notify/config/receiver-shapes.ts";
import {
  converseBy,
  type Channel,
  type ChannelAnswer,
  type ChannelRequest,
  type Conversation,
  type Extras,
  type Outcome,
} from "./channel.ts";
import { discord } from "./discord.ts";
import { buildMail, type MailMessage, type MailServer } from "./email.ts";
import { googleChat } from "./google-chat.ts";
import { IntegrationFields, type ChannelTools } from "./integration-fields.ts";
import { mattermost, type MattermostSettings } from "./mattermost.ts";
import type { Notification } from "./notification.ts";
import { ntfy } from "./ntfy.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerDuty } from "./pagerduty.ts";
import { slack, type SlackAttachment } from "./slack.ts";
import { teams } from "./teams.ts";
import { telegram, type TelegramSettings } from "./telegram.ts";
import { webhook } from "./webhook.ts";

interface Kind {
  readonly build: (fields: IntegrationFields, notification: Notification) => ChannelRequest[];
  readonly converse: (fields: IntegrationFields, notification: Notification, extras: Extras) => Conversation;
  readonly judge: (answer: ChannelAnswer, now: number) => Outcome;
}

function kindOf<Settings>(channel: Channel<Settings>, settingsOf: (fields: IntegrationFields) => Settings): Kind {
  return {
    build: (fields, notification) => channel.build(notification, settingsOf(fields)),
    converse: (fields, notification, extras) =>
      channel.converse?.(notification, settingsOf(fields), extras) ??
      converseBy(channel, notification, settingsOf(fields), extras),
    judge: (answer, now) => channel.judge(answer, now),
  };
}

const teamsKind = kindOf(teams, (fields) => ({
  url: fields.secret("webhook_url") ?? "",
  title: fields.text("title"),
  summary: fields.text("summary"),
  text: fields.text("text"),
}));

const KINDS: Partial<Record<ReceiverKind, Kind>> = {
  webhook: kindOf(webhook, (fields) => ({
    url: fields.templateSecret("url") ?? "",
    maxAlerts: fields.value<number>("max_alerts"),
    payload: fields.tree("payload"),
  })),
  slack: kindOf(slack, (fields) => {
    const token = fields.secret("app_token");
    const [webhookUrl, appUrl] = [fields.secret("api_url"), fields.value<string>("app_url")];
    return {
      url: (token === undefined ? webhookUrl : appUrl) ?? "",
      token,
      channel: fields.text("channel"),
      username: fields.text("username"),
      iconEmoji: fields.text("icon_emoji"),
      iconUrl: fields.text("icon_url"),
      color: fields.text("color"),
      title: fields.text("title"),
      titleLink: fields.text("title_link"),
      text: fields.text("text"),
      messageText: fields.text("message_text"),
      linkNames: fields.value<boolean>("link_names"),
      updateMessage: fields.value<boolean>("update_message"),
      attachment: slackAttachment(fields),
    };
  }),
  msteams: teamsKind,
  msteamsv2: teamsKind,
  discord: kindOf(discord, (fields) => ({
    url: fields.secret("webhook_url") ?? "",
    content: fields.text("content"),
    title: fields.text("title"),
    message: fields.text("message"),
    username: fields.text("username"),
    avatarUrl: fields.text("avatar_url"),
  })),
  googlechat: kindOf(googleChat, (fields) => ({
    url: fields.secret("webhook_url") ?? "",
    title: fields.text("title"),
    text: fields.text("text"),
    threadKey: fields.text("thread_key"),
  })),
  mattermost: kindOf(mattermost, (fields) => ({
    url: fields.secret("webhook_url") ?? "",
    channel: fields.text("channel"),
    username: fields.text("username"),
    iconUrl: fields.text("icon_url"),
    iconEmoji: fields.text("icon_emoji"),
    color: fields.text("color"),
    title: fields.text("title"),
    titleLink: fields.text("title_link"),
    text: fields.text("text"),
    card: (fields.tree("props") as { card?: string } | undefined)?.card,
    type: fields.text("type"),
    attachment: Object.fromEntries(
      [...MATTERMOST_KEYS.map((key) => [key, fields.text(key)] as const), ["fields", fields.tree("fields")]].filter(
        ([, value]) => value !== undefined,
      ),
    ) as Record<string, unknown>,
    attachments: fields.tree("attachments") as Record<string, unknown>[] | undefined,
    priority: fields.tree("priority") as MattermostSettings["priority"],
  })),
  telegram: kindOf(telegram, (fields) => ({
    apiUrl: fields.value<string>("api_url") ?? "",
    token: fields.secret("bot_token") ?? "",
    chatId: fields.value<number>("chat_id") ?? fields.file("chat_id_file") ?? "",
    messageThreadId: fields.value<number>("message_thread_id"),
    disableNotification: fields.value<boolean>("disable_notifications"),
    parseMode: fields.value<TelegramSettings["parseMode"]>("parse_mode"),
    message: fields.text("message"),
  })),
  ntfy: kindOf(ntfy, (fields) => {
    const priority = Number(fields.text("priority"));
    return {
      serverUrl: fields.value<string>("server_url") ?? "https://ntfy.sh",
      topic: fields.value<string>("topic") ?? "",
      token: fields.secret("token"),
      title: fields.text("title"),
      message: fields.text("message"),
      // A template may come to anything.
      priority: Number.isInteger(priority) && priority >= 1 && priority <= 5 ? priority : undefined,
      tags: fields.texts("tags"),
    };
  }),
  pagerduty: kindOf(pagerDuty, (fields) => ({
    url: fields.value<string>("url") ?? "",
    routingKey: fields.secret("routing_key") ?? fields.secret("service_key") ?? "",
    description: fields.text("description"),
    severity: fields.text("severity"),
    source: fields.text("source"),
    client: fields.text("client"),
    clientUrl: fields.text("client_url"),
    class: fields.text("class"),
    component: fields.text("component"),
    group: fields.text("group"),
    details: fields.tree("details") as Record<string, unknown> | undefined,
    links: fields.tree("links") as { href: string; text?: string }[] | undefined,
    images: fields.tree("images") as { src: string; alt?: string; href?: string }[] | undefined,
  })),
  opsgenie: kindOf(opsgenie, (fields) => ({
    apiUrl: fields.value<string>("api_url") ?? "",
    apiKey: fields.secret("api_key") ?? "",
    message: fields.text("message"),
    description: fields.text("description"),
    source: fields.text("source"),
    entity: fields.text("entity"),
    note: fields.text("note"),
    priority: fields.text("priority"),
    tags: fields.texts("tags"),
    actions: fields.texts("actions"),
    details: fields.tree("details") as Record<string, string> | undefined,
    responders: fields.tree("responders") as { id?: string; type: string }[] | undefined,
    updateAlerts: fields.value<boolean>("update_alerts"),
  })),
};

const MATTERMOST_KEYS = [
  "fallback",
  "pretext",
  "author_name",
  "author_link",
  "author_icon",
  "thumb_url",
  "footer",
  "footer_icon",
  "image_url",
];

/** Undefined when none of its keys is given: then the message has blocks. */
function slackAttachment(fields: IntegrationFields): SlackAttachment | undefined {
  const isShort = fields.value<boolean>("short_fields") ?? false;
  const given = fields.tree("fields") as { title?: string; value?: string; short?: boolean }[] | undefined;
  const attachment: SlackAttachment = {
    pretext: fields.text("pretext"),
    fallback: fields.text("fallback"),
    callbackId: fields.text("callback_id"),
    footer: fields.text("footer"),
    imageUrl: fields.text("image_url"),
    thumbUrl: fields.text("thumb_url"),
    fields: given?.map((field) => ({ ...field, short: field.short ?? isShort })),
    actions: fields.tree("actions") as Record<string, unknown>[] | undefined,
    mrkdwnIn: fields.value<readonly string[]>("mrkdwn_in"),
  };
  return Object.values(attachment).some((value) => value !== undefined && value !== "") ? attachment : undefined;
}

/** False for kinds that load and that no channel sends. */
export function hasChannel(kind: ReceiverKind): boolean {
  return kind === "email" || KINDS[kind] !== undefined;
}

/** The kinds that can be sent. */
export function sendableKinds(): readonly string[] {
  return [...Object.keys(KINDS), "email"];
}

/** What is sent, and what follows from the answers. @throws as buildRequests does, when it is begun */
export function converse(
  integration: Integration,
  notification: Notification,
  tools: ChannelTools,
  extras: Extras,
): Conversation {
  const { kind, config } = integration;
  return channelKind(kind).converse(new IntegrationFields(kind, config, tools), notification, extras);
}

/** Of an `email` integration: the mail, and the server it goes to. */
export function mailOf(
  { config }: Integration,
  notification: Notification,
  tools: ChannelTools,
  extras: Extras,
): { readonly message: MailMessage; readonly server: MailServer } {
  const fields = new IntegrationFields("email", config, tools);
  const server = mailServer(fields);
  const threading = fields.value<{ enabled?: boolean; thread_by_date?: string }>("threading");
  const message = buildMail(
    notification,
    {
      to: fields.text("to") ?? "",
      from: fields.text("from") ?? "",
      headers: (fields.tree("headers") as Record<string, string> | undefined) ?? {},
      subject: fields.text("subject"),
      html: fields.html("html"),
      text: fields.text("text"),
      threading: threading && {
        isEnabled: threading.enabled ?? false,
        byDate: threading.thread_by_date === "none" ? "none" : "daily",
      },
    },
    { picture: extras.picture, now: extras.now() },
  );
  return { message, server };
}

/** Port 465 is that of TLS from the first byte. */
function mailServer(fields: IntegrationFields): MailServer {
  const smarthost = fields.value<string>("smarthost") ?? "";
  const colon = smarthost.lastIndexOf(":");
  const port = Number(smarthost.slice(colon + 1));
  return {
    host: smarthost.slice(0, colon).replace(/^\[|\]$/g, "") || "localhost",
    port,
    isImplicitTls: fields.value<boolean>("force_implicit_tls") ?? port === 465,
    requiresTls: fields.value<boolean>("require_tls") ?? true,
    hello: fields.value<string>("hello") ?? "localhost",
    user: fields.value<string>("auth_username") ?? "",
    password: fields.secret("auth_password"),
    cramSecret: fields.secret("auth_secret"),
    tls: fields.value("tls_config"),
  };
}

/** @throws Error when the kind has no channel; what render, reveal and readFile throw */
export function buildRequests(
  integration: Integration,
  notification: Notification,
  tools: ChannelTools,
): ChannelRequest[] {
  const { kind, config } = integration;
  return channelKind(kind).build(new IntegrationFields(kind, config, tools), notification);
}

export function judgeAnswer(kind: ReceiverKind, answer: ChannelAnswer, now: number): Outcome {
  return channelKind(kind).judge(answer, now);
}

function channelKind(kind: ReceiverKind): Kind {
  const found = KINDS[kind];
  if (!found)
    throw new Error(
      `cannot send to ${kind}_configs: there is no channel for it; the channels: ${Object.keys(KINDS).join(", ")}`,
    );
  return found;
}

/** Of every integration, whoever sends it. */
const OF_THE_SENDER = new Set(["send_resolved", "http_config", "timeout"]);

/** The keys that are given and have no effect, for a warning; all of them where the kind has no channel. */
export function ignoredKeys({ kind, config }: Integration): string[] {
  const tools: ChannelTools = {
    render: (text) => text,
    renderHtml: (text) => text,
    ownTemplate: () => undefined,
    reveal: () => "http://localhost/",
    readFile: () => "",
  };
  const fields = new IntegrationFields(kind, config, tools);
  if (kind === "email") {
    mailServer(fields);
    for (const key of ["to", "from", "headers", "html", "text", "threading"]) fields.value(key);
  } else KINDS[kind]?.build(fields, NOTHING);
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return given.map(([key]) => key).filter((key) => !fields.asked.has(key) && !OF_THE_SENDER.has(key));
}

const NOTHING: Notification = {
  receiver: "",
  groupKey: "",
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "",
  reason: "first",
  alerts: [
    {
      labels: {},
      annotations: {},
      isResolved: false,
      startsAt: 0,
      endsAt: undefined,
      generatorURL: "",
      fingerprint: "",
    },
  ],
};
