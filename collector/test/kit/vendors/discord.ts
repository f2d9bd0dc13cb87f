/** Discord: a webhook, as JSON or as a form with a picture. */
import { formOf, type SeenRequest } from "../chat-server.ts";
import { ensure, list, object, schema, text, URL_TEXT, type Vendor } from "./vendor.ts";

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

export const discord: Vendor = {
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
};
