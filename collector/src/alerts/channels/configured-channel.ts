/**
 * An integration of the configuration -> the channel that sends it and the channel's settings: templates rendered, secrets read. In: the
 * integration, the notification, and who renders and reads. Out: requests; and the keys that no channel looks at yet, to be warned of.
 */
import type { Integration } from "../notify/config/receiver-config.ts";
import type { ReceiverKind } from "../notify/config/receiver-shapes.ts";
import { Secret } from "../notify/config/secret.ts";
import type { Channel, ChannelAnswer, ChannelRequest, Outcome } from "./channel.ts";
import { discord } from "./discord.ts";
import { googleChat } from "./google-chat.ts";
import { mattermost, type MattermostSettings } from "./mattermost.ts";
import type { Notification } from "./notification.ts";
import { ntfy } from "./ntfy.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerDuty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { telegram, type TelegramSettings } from "./telegram.ts";
import { webhook } from "./webhook.ts";

export interface ChannelTools {
  /** A Go template over the notification -> text. */
  readonly render: (template: string) => string;
  readonly reveal: (secret: Secret) => string;
  readonly readFile: (path: string) => string;
}

/** Reads keys of an integration and remembers which. */
class Fields {
  readonly asked = new Set<string>();
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #tools: ChannelTools;

  constructor(config: Readonly<Record<string, unknown>>, tools: ChannelTools) {
    this.#config = config;
    this.#tools = tools;
  }

  /** As it is. */
  value<T>(key: string): T | undefined {
    this.asked.add(key);
    return this.#config[key] as T | undefined;
  }

  /** A template, rendered; undefined when absent. */
  text(key: string): string | undefined {
    const template = this.value<string>(key);
    return template === undefined ? undefined : this.#tools.render(template);
  }

  /** Texts with commas between. */
  texts(key: string): string[] | undefined {
    return this.text(key)
      ?.split(",")
      .map((text) => text.trim())
      .filter(Boolean);
  }

  /** Every text in a value, rendered. */
  tree(key: string): unknown {
    return renderTree(this.value(key), this.#tools.render);
  }

  secret(key: string): string | undefined {
    const secret = this.value<Secret>(key);
    return secret === undefined ? undefined : this.#tools.reveal(secret);
  }

  file(key: string): string | undefined {
    const path = this.value<string>(key);
    return path === undefined ? undefined : this.#tools.readFile(path).trim();
  }
}

function renderTree(value: unknown, render: ChannelTools["render"]): unknown {
  if (typeof value === "string") return render(value);
  if (Array.isArray(value)) return value.map((each) => renderTree(each, render));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renderTree(each, render)]));
}

interface Kind {
  readonly build: (fields: Fields, notification: Notification) => ChannelRequest[];
  readonly judge: (answer: ChannelAnswer, now: number) => Outcome;
}

function kindOf<Settings>(channel: Channel<Settings>, settingsOf: (fields: Fields) => Settings): Kind {
  return {
    build: (fields, notification) => channel.build(notification, settingsOf(fields)),
    judge: (answer, now) => channel.judge(answer, now),
  };
}

const teamsKind = kindOf(teams, (fields) => ({
  url: fields.secret("webhook_url") ?? "",
  title: fields.text("title"),
  text: fields.text("text"),
}));

const KINDS: Partial<Record<ReceiverKind, Kind>> = {
  webhook: {
    judge: (answer, now) => webhook.judge(answer, now),
    build: (fields, notification) =>
      webhook.build(notification, {
        url: fields.secret("url") ?? "",
        maxAlerts: fields.value("max_alerts"),
        payload: fields.tree("payload"),
      }),
  },
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

/** False for kinds that load and that no channel sends yet. */
export function hasChannel(kind: ReceiverKind): boolean {
  return KINDS[kind] !== undefined;
}

/** @throws Error when the kind has no channel; what render, reveal and readFile throw */
export function buildRequests(
  integration: Integration,
  notification: Notification,
  tools: ChannelTools,
): ChannelRequest[] {
  return channelKind(integration.kind).build(new Fields(integration.config, tools), notification);
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
  const fields = new Fields(config, { render: (text) => text, reveal: () => "http://localhost/", readFile: () => "" });
  KINDS[kind]?.build(fields, NOTHING);
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
