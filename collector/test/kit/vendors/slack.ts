/** Slack: an incoming webhook, and the methods of its API that a bot uses. */
import type { SeenRequest } from "../chat-server.ts";
import { LIMITED, ensure, isJson, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

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

export const slackWebhook: Vendor = {
  name: "Slack webhook",
  receiver: (url) => `slack_configs: [{ api_url: '${url}/services/T0/B0/x', send_resolved: true }]`,
  path: "/services/T0/B0/x",
  agrees: { body: "ok" },
  limits: { ...LIMITED, body: "rate_limited" },
  check(request) {
    isJson(request);
    checkSlack(request.json);
  },
};

export const slackBot: Vendor = {
  name: "Slack bot",
  receiver: (url) =>
    `slack_configs: [{ app_token: xoxb-1, app_url: '${url}/api/chat.postMessage', channel: '#a', send_resolved: true }]`,
  path: "/api/chat.postMessage",
  agrees: (request) => ({ body: slackAnswer(request) }),
  limits: { ...LIMITED, body: { ok: false, error: "ratelimited" } },
  check(request) {
    checkSlackApi(request);
  },
};
