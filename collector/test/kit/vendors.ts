/**
 * What each vendor's API takes, as its documentation says it: a JSON Schema of the body (nothing beyond it is let through), limits that a
 * schema cannot say, how it agrees, and how it asks to be left alone for a while.
 */
import { Ajv } from "ajv";
import { formOf, type Answer, type SeenRequest } from "./chat-server.ts";

export interface Vendor {
  readonly name: string;
  /** One integration, at the server. */
  readonly receiver: (url: string) => string;
  readonly path: string;
  readonly agrees: Answer | ((request: SeenRequest) => Answer);
  /** Asks to wait 3 s. */
  readonly limits: Answer;
  /** Throws when the request is not what is documented. */
  readonly check: (request: SeenRequest) => void | Promise<void>;
}

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });

function schema(definition: object): (json: unknown) => void {
  const validate = ajv.compile(definition);
  return (json) => {
    if (!validate(json)) throw new Error(`${ajv.errorsText(validate.errors)} in ${JSON.stringify(json).slice(0, 500)}`);
  };
}

const text = (maxLength: number, minLength = 0) => ({ type: "string", minLength, maxLength });
const object = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object, maxItems: number, minItems = 0) => ({ type: "array", items, maxItems, minItems });
const URL_TEXT = { type: "string", pattern: "^https?://" };

function ensure(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

const mrkdwn = object({ type: { const: "mrkdwn" }, text: text(3000, 1) }, ["type", "text"]);
const plain = object({ type: { const: "plain_text" }, text: text(150, 1), emoji: { type: "boolean" } }, [
  "type",
  "text",
]);
const slackBlock = {
  anyOf: [
    object({ type: { const: "header" }, text: plain }, ["type", "text"]),
    object({ type: { const: "section" }, text: mrkdwn }, ["type", "text"]),
  ],
};
const slackAttachment = object({
  color: text(20),
  fallback: text(4000),
  blocks: list(slackBlock, 50, 1),
  title: text(1024),
  title_link: URL_TEXT,
  pretext: text(3000),
  text: text(12_000),
  callback_id: text(255),
  footer: text(300),
  image_url: URL_TEXT,
  thumb_url: URL_TEXT,
  fields: list(object({ title: text(300), value: text(2000), short: { type: "boolean" } }, ["title", "value"]), 20),
  actions: list({ type: "object" }, 5),
  mrkdwn_in: list({ enum: ["pretext", "text", "fields", "fallback"] }, 4),
});
const slackMessage = {
  channel: text(255, 1),
  username: text(80),
  icon_emoji: text(100),
  icon_url: URL_TEXT,
  link_names: { type: "boolean" },
  text: text(40_000, 1),
  attachments: list(slackAttachment, 100, 1),
  thread_ts: { type: "string", pattern: "^\\d+\\.\\d+$" },
  reply_broadcast: { type: "boolean" },
  ts: { type: "string", pattern: "^\\d+\\.\\d+$" },
};
export const checkSlack = schema(object(slackMessage, ["text", "attachments"]));

const upload = schema(
  object(
    {
      files: list(object({ id: text(20, 1), title: text(255) }, ["id"]), 1, 1),
      channel_id: text(20, 1),
      thread_ts: slackMessage.thread_ts,
    },
    ["files"],
  ),
);

/** Any method of the API that notifications use. */
export function checkSlackApi(request: SeenRequest): void {
  const { method, path, headers, body, json, bytes } = request;
  ensure(method === "POST", method);
  if (path.startsWith("/upload/")) {
    ensure(headers.authorization === undefined, "the token is not for the upload's address");
    ensure(bytes.subarray(1, 4).toString() === "PNG", "no picture");
    return;
  }
  ensure(headers.authorization === "Bearer xoxb-1", "no token");
  if (path.endsWith("/files.getUploadURLExternal")) {
    const form = new URLSearchParams(body);
    ensure(headers["content-type"] === "application/x-www-form-urlencoded", headers["content-type"]);
    ensure(form.get("filename") === "alert.png" && Number(form.get("length")) > 0, body);
    return;
  }
  isJson(request);
  (path.endsWith("/files.completeUploadExternal") ? upload : checkSlack)(json);
}

/** @param ts of the message that is posted */
export function slackAnswer({ path, headers }: SeenRequest, ts = "1.0001"): object {
  return path.endsWith("/files.getUploadURLExternal")
    ? { ok: true, upload_url: `http://${headers.host}/upload/v1/abc`, file_id: "F1" }
    : { ok: true, channel: "C1", ts };
}

const embed = object({
  title: text(256),
  url: URL_TEXT,
  description: text(4096, 1),
  color: { type: "integer", minimum: 0, maximum: 0xffffff },
  timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" },
  image: object({ url: text(2000) }, ["url"]),
  fields: list(object({ name: text(256), value: text(1024), inline: { type: "boolean" } }, ["name", "value"]), 25),
});
const discordSchema = schema(
  object(
    {
      content: text(2000),
      username: text(80),
      avatar_url: URL_TEXT,
      embeds: list(embed, 10),
      allowed_mentions: object({ parse: list({ type: "string" }, 0) }, ["parse"]),
      attachments: list(
        object({ id: { type: "integer" }, filename: text(260, 1), description: text(1024) }, ["id", "filename"]),
        10,
      ),
    },
    ["allowed_mentions"],
  ),
);

export async function checkDiscord(request: SeenRequest): Promise<any> {
  const isForm = request.headers["content-type"].startsWith("multipart/form-data");
  const form = isForm ? await formOf(request) : undefined;
  const body = form ? JSON.parse(form.get("payload_json") as string) : request.json;
  discordSchema(body);
  const embeds = body.embeds as { title?: string; description?: string }[];
  const total = embeds.reduce((sum, { title = "", description = "" }) => sum + title.length + description.length, 0);
  ensure(total <= 6000, `${total} characters in all embeds`);
  for (const { id, filename } of body.attachments ?? []) {
    const given = form?.get(`files[${id}]`) as File | null | undefined;
    ensure(given?.name === filename && given?.type === "image/png", `no file for attachment ${id}`);
  }
  return body;
}

const textBlock = object(
  {
    type: { const: "TextBlock" },
    text: text(20_000, 1),
    wrap: { type: "boolean" },
    size: { enum: ["Small", "Default", "Medium", "Large", "ExtraLarge"] },
    weight: { enum: ["Lighter", "Default", "Bolder"] },
    color: { enum: ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"] },
    separator: { type: "boolean" },
  },
  ["type", "text"],
);
const openUrl = object({ type: { const: "Action.OpenUrl" }, title: text(200, 1), url: URL_TEXT }, ["type", "url"]);
const card = object(
  {
    $schema: { const: "http://adaptivecards.io/schemas/adaptive-card.json" },
    type: { const: "AdaptiveCard" },
    version: { enum: ["1.2", "1.3", "1.4"] },
    msteams: object({ width: { enum: ["Full", "full"] } }),
    body: list(textBlock, 1000, 1),
    actions: list(openUrl, 6, 1),
  },
  ["type", "version", "body"],
);
const teamsSchema = schema(
  object(
    {
      type: { const: "message" },
      summary: text(500),
      attachments: list(
        object(
          {
            contentType: { const: "application/vnd.microsoft.card.adaptive" },
            contentUrl: { type: "null" },
            content: card,
          },
          ["contentType", "content"],
        ),
        1,
        1,
      ),
    },
    ["type", "attachments"],
  ),
);

const widget = {
  anyOf: [
    object({ textParagraph: object({ text: text(32_000, 1) }, ["text"]) }, ["textParagraph"]),
    object(
      {
        buttonList: object(
          {
            buttons: list(
              object(
                { text: text(200, 1), onClick: object({ openLink: object({ url: URL_TEXT }, ["url"]) }, ["openLink"]) },
                ["text", "onClick"],
              ),
              20,
              1,
            ),
          },
          ["buttons"],
        ),
      },
      ["buttonList"],
    ),
  ],
};
const googleChatSchema = schema(
  object({
    text: text(32_000),
    thread: object({ threadKey: text(4000, 1) }, ["threadKey"]),
    cardsV2: list(
      object(
        {
          cardId: text(100, 1),
          card: object(
            {
              header: object({ title: text(1000, 1) }, ["title"]),
              sections: list(object({ widgets: list(widget, 100, 1) }, ["widgets"]), 100, 1),
            },
            ["sections"],
          ),
        },
        ["cardId", "card"],
      ),
      1,
      1,
    ),
  }),
);

const mattermostAttachment = object({
  fallback: text(4000),
  color: { type: "string", pattern: "^#[0-9a-fA-F]{6}$" },
  pretext: text(16_383),
  text: text(16_383),
  author_name: text(500),
  author_link: URL_TEXT,
  author_icon: URL_TEXT,
  title: text(500),
  title_link: URL_TEXT,
  fields: list(object({ title: text(500), value: text(16_383), short: { type: "boolean" } }), 100),
  thumb_url: URL_TEXT,
  image_url: URL_TEXT,
  footer: text(500),
  footer_icon: URL_TEXT,
});
const mattermostSchema = schema(
  object({
    text: text(16_383),
    channel: text(100),
    username: text(100),
    icon_url: URL_TEXT,
    icon_emoji: text(100),
    attachments: list(mattermostAttachment, 10),
    type: { type: "string", pattern: "^custom_" },
    props: object({ card: text(16_383) }),
    priority: object({
      priority: { enum: ["", "important", "urgent"] },
      requested_ack: { type: "boolean" },
      persistent_notifications: { type: "boolean" },
    }),
  }),
);

const reply = object({ message_id: { type: "integer" }, allow_sending_without_reply: { type: "boolean" } }, [
  "message_id",
]);
const telegramFrame = {
  chat_id: { anyOf: [{ type: "integer" }, { type: "string", minLength: 1 }] },
  message_thread_id: { type: "integer" },
  parse_mode: { enum: ["HTML", "Markdown", "MarkdownV2"] },
  disable_notification: { type: "boolean" },
  reply_parameters: reply,
};
const telegramMessage = schema(
  object(
    { ...telegramFrame, text: text(4096, 1), link_preview_options: object({ is_disabled: { type: "boolean" } }) },
    ["chat_id", "text"],
  ),
);
const telegramPhoto = schema(object({ ...telegramFrame, caption: text(1024) }, ["chat_id"]));
const HTML_TAG = /<(\/?)(\w+)(?: href="[^"<>]*")?>/g;

/** Sent as JSON or, with a photo, as a form whose parts hold what JSON would. Returns the parameters. */
export async function checkTelegram(request: SeenRequest): Promise<any> {
  const isPhoto = request.path.endsWith("/sendPhoto");
  const form = isPhoto ? await formOf(request) : undefined;
  const parameters: any = form ? {} : request.json;
  for (const [key, value] of form?.entries() ?? []) {
    if (key === "photo") ensure((value as File).type === "image/png", "a photo that is none");
    else parameters[key] = ["caption", "parse_mode"].includes(key) ? value : JSON.parse(value as string);
  }
  ensure(!form || form.has("photo"), "no photo");
  (isPhoto ? telegramPhoto : telegramMessage)(parameters);
  if (parameters.parse_mode === "HTML") {
    const html: string = parameters.text ?? parameters.caption ?? "";
    const open: string[] = [];
    for (const [, slash, tag] of html.matchAll(HTML_TAG)) {
      ensure(["b", "i", "u", "s", "a", "code", "pre"].includes(tag), `the tag ${tag}`);
      if (slash === "") open.push(tag);
      else ensure(open.pop() === tag, `unbalanced ${tag}`);
    }
    ensure(open.length === 0, "a tag that stays open");
    ensure(!/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(html.replace(HTML_TAG, "")), "text that is not escaped");
  }
  return parameters;
}

const ntfySchema = schema(
  object(
    {
      topic: { type: "string", pattern: "^[-_A-Za-z0-9]{1,64}$" },
      title: text(250),
      message: text(4096, 1),
      priority: { type: "integer", minimum: 1, maximum: 5 },
      tags: list(text(100, 1), 20),
      click: URL_TEXT,
      sequence_id: { type: "string", pattern: "^[-_A-Za-z0-9]{1,64}$" },
    },
    ["topic", "message"],
  ),
);

/** The message, whichever way it was published. */
export function checkNtfy({ method, path, headers, json, bytes }: SeenRequest): any {
  if (method === "POST") {
    ntfySchema(json);
    ensure(Buffer.byteLength(json.message) <= 4096, "a message of more than 4096 bytes");
    return json;
  }
  ensure(
    method === "PUT" && headers.filename === "alert.png" && bytes.subarray(1, 4).toString() === "PNG",
    "no picture",
  );
  const decoded = (name: string) =>
    (headers[name] ?? "").replace(/=\?UTF-8\?B\?([^?]*)\?=/, (_, base64: string) =>
      Buffer.from(base64, "base64").toString(),
    );
  const message = {
    topic: path.slice(1),
    title: decoded("title"),
    message: decoded("message"),
    priority: Number(headers.priority),
    tags: decoded("tags").split(","),
    click: headers.click,
    sequence_id: headers["x-sequence-id"],
  };
  ntfySchema(message);
  return message;
}

const pagerDutySchema = schema(
  object(
    {
      routing_key: { type: "string", minLength: 32, maxLength: 32 },
      event_action: { enum: ["trigger", "acknowledge", "resolve"] },
      dedup_key: text(255, 1),
      client: text(1024),
      client_url: URL_TEXT,
      links: list(object({ href: URL_TEXT, text: text(1024) }, ["href"]), 20),
      images: list(
        object({ src: { type: "string", pattern: "^https://" }, href: URL_TEXT, alt: text(1024) }, ["src"]),
        20,
      ),
      payload: object(
        {
          summary: text(1024, 1),
          source: text(1024, 1),
          severity: { enum: ["critical", "error", "warning", "info"] },
          timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" },
          component: text(1024),
          group: text(1024),
          class: text(1024),
          custom_details: { type: "object" },
        },
        ["summary", "source", "severity"],
      ),
    },
    ["routing_key", "event_action", "payload"],
  ),
);

const responder = object(
  { id: text(100), name: text(100), username: text(100), type: { enum: ["team", "user", "escalation", "schedule"] } },
  ["type"],
);
const opsgenieCreate = schema(
  object(
    {
      message: text(130, 1),
      alias: text(512),
      description: text(15_000),
      responders: list(responder, 50),
      tags: list(text(50), 20),
      actions: list(text(50), 10),
      details: { type: "object", additionalProperties: { type: "string" } },
      entity: text(512),
      source: text(100),
      priority: { enum: ["P1", "P2", "P3", "P4", "P5"] },
      note: text(25_000),
    },
    ["message"],
  ),
);
const opsgenieClose = schema(object({ source: text(100), note: text(25_000), user: text(100) }));

const stringMap = { type: "object", additionalProperties: { type: "string" } };
const TIME = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$" };
const STATUS = { enum: ["firing", "resolved"] };
const webhookSchema = schema(
  object(
    {
      version: { const: "4" },
      groupKey: text(10_000, 1),
      truncatedAlerts: { type: "integer", minimum: 0 },
      status: STATUS,
      receiver: text(1000, 1),
      groupLabels: stringMap,
      commonLabels: stringMap,
      commonAnnotations: stringMap,
      externalURL: text(1000),
      notification_reason: text(50),
      alerts: list(
        object(
          {
            status: STATUS,
            labels: stringMap,
            annotations: stringMap,
            startsAt: TIME,
            endsAt: TIME,
            generatorURL: text(10_000),
            fingerprint: { type: "string", pattern: "^[0-9a-f]{16}$" },
            evidence: {
              type: "object",
              required: ["service", "operation", "traces", "logs", "release", "links"],
            },
          },
          ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"],
        ),
        10_000,
        1,
      ),
    },
    [
      "version",
      "groupKey",
      "status",
      "receiver",
      "groupLabels",
      "commonLabels",
      "commonAnnotations",
      "externalURL",
      "alerts",
    ],
  ),
);

const LIMITED: Answer = { status: 429, headers: { "retry-after": "3" } };

function isJson({ method, headers }: SeenRequest): void {
  ensure(
    method === "POST" && headers["content-type"].startsWith("application/json"),
    `${method} of ${headers["content-type"]}`,
  );
}

export const VENDORS: readonly Vendor[] = [
  {
    name: "Slack webhook",
    receiver: (url) => `slack_configs: [{ api_url: '${url}/services/T0/B0/x', send_resolved: true }]`,
    path: "/services/T0/B0/x",
    agrees: { body: "ok" },
    limits: { ...LIMITED, body: "rate_limited" },
    check(request) {
      isJson(request);
      checkSlack(request.json);
    },
  },
  {
    name: "Slack bot",
    receiver: (url) =>
      `slack_configs: [{ app_token: xoxb-1, app_url: '${url}/api/chat.postMessage', channel: '#a', send_resolved: true }]`,
    path: "/api/chat.postMessage",
    agrees: (request) => ({ body: slackAnswer(request) }),
    limits: { ...LIMITED, body: { ok: false, error: "ratelimited" } },
    check(request) {
      checkSlackApi(request);
    },
  },
  {
    name: "Teams",
    receiver: (url) => `msteamsv2_configs: [{ webhook_url: '${url}/workflows/1/triggers?sig=abcdef' }]`,
    path: "/workflows/1/triggers?sig=abcdef",
    agrees: { status: 202, body: "" },
    limits: LIMITED,
    check(request) {
      isJson(request);
      teamsSchema(request.json);
      ensure(request.bytes.byteLength <= 28 * 1024, `${request.bytes.byteLength} bytes`);
    },
  },
  {
    name: "Discord",
    receiver: (url) => `discord_configs: [{ webhook_url: '${url}/api/webhooks/1/tok' }]`,
    path: "/api/webhooks/1/tok?wait=true",
    agrees: { body: { id: "77" } },
    limits: {
      status: 429,
      headers: { "retry-after": "1" },
      body: { message: "limited", retry_after: 3, global: false },
    },
    async check(request) {
      await checkDiscord(request);
    },
  },
  {
    name: "Google Chat",
    receiver: (url) => `googlechat_configs: [{ webhook_url: '${url}/v1/spaces/A/messages?key=k&token=t' }]`,
    path: "/v1/spaces/A/messages?key=k&token=t&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
    agrees: { body: { name: "spaces/A/messages/1" } },
    limits: { ...LIMITED, body: { error: { code: 429, status: "RESOURCE_EXHAUSTED" } } },
    check(request) {
      isJson(request);
      googleChatSchema(request.json);
      ensure(request.bytes.byteLength <= 32_000, `${request.bytes.byteLength} bytes`);
    },
  },
  {
    name: "Mattermost",
    receiver: (url) => `mattermost_configs: [{ webhook_url: '${url}/hooks/x' }]`,
    path: "/hooks/x",
    agrees: { body: "ok" },
    limits: LIMITED,
    check(request) {
      isJson(request);
      mattermostSchema(request.json);
    },
  },
  {
    name: "Telegram",
    receiver: (url) => `telegram_configs: [{ api_url: '${url}', bot_token: '1:abcdefg', chat_id: -42 }]`,
    path: "/bot1:abcdefg/sendMessage",
    agrees: { body: { ok: true, result: { message_id: 5 } } },
    limits: { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 3 } } },
    async check(request) {
      await checkTelegram(request);
    },
  },
  {
    name: "ntfy",
    receiver: (url) => `ntfy_configs: [{ server_url: '${url}', topic: ops, token: tk_1 }]`,
    path: "/",
    agrees: { body: { id: "x" } },
    limits: { ...LIMITED, body: { code: 42901, http: 429 } },
    check(request) {
      ensure(request.headers.authorization === "Bearer tk_1", "no token");
      checkNtfy(request);
    },
  },
  {
    name: "PagerDuty",
    receiver: (url) =>
      `pagerduty_configs: [{ url: '${url}/v2/enqueue', routing_key: 'abcdefghijklmnopqrstuvwxyz012345' }]`,
    path: "/v2/enqueue",
    agrees: { status: 202, body: { status: "success", dedup_key: "k" } },
    limits: LIMITED,
    check(request) {
      isJson(request);
      pagerDutySchema(request.json);
      ensure(request.bytes.byteLength <= 512_000, `${request.bytes.byteLength} bytes`);
    },
  },
  {
    name: "Opsgenie",
    receiver: (url) => `opsgenie_configs: [{ api_url: '${url}/', api_key: k }]`,
    path: "/v2/alerts",
    agrees: { status: 202, body: { result: "Request will be processed" } },
    limits: LIMITED,
    check(request) {
      isJson(request);
      ensure(request.headers.authorization === "GenieKey k", "no key");
      (request.path.includes("/close") ? opsgenieClose : opsgenieCreate)(request.json);
    },
  },
  {
    name: "webhook",
    receiver: (url) => `webhook_configs: [{ url: '${url}/hook' }]`,
    path: "/hook",
    agrees: { body: "ok" },
    limits: LIMITED,
    check(request) {
      isJson(request);
      webhookSchema(request.json);
    },
  },
  {
    name: "webhook with a payload of one's own",
    receiver: (url) =>
      `webhook_configs: [{ url: '${url}/hook', payload: { text: '{{ template "__subject" . }}', alerts: '{{ len .Alerts }}' } }]`,
    path: "/hook",
    agrees: { body: "ok" },
    limits: LIMITED,
    check(request) {
      isJson(request);
      ensure(Object.keys(request.json).join() === "text,alerts" && request.json.text.startsWith("["), request.body);
    },
  },
];
