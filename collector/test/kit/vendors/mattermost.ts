/** Mattermost: an incoming webhook with attachments. */
import { isJson, LIMITED, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

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

export const mattermost: Vendor = {
  name: "Mattermost",
  receiver: (url) => `mattermost_configs: [{ webhook_url: '${url}/hooks/x' }]`,
  path: "/hooks/x",
  agrees: { body: "ok" },
  limits: LIMITED,
  check(request) {
    isJson(request);
    mattermostSchema(request.json);
  },
};
