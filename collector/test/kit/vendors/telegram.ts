/** Telegram: the methods of a bot that send and edit. */
import { formOf, type SeenRequest } from "../chat-server.ts";
import { ensure, object, schema, text, type Vendor } from "./vendor.ts";

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

export const telegram: Vendor = {
  name: "Telegram",
  receiver: (url) => `telegram_configs: [{ api_url: '${url}', bot_token: '1:abcdefg', chat_id: -42 }]`,
  path: "/bot1:abcdefg/sendMessage",
  agrees: { body: { ok: true, result: { message_id: 5 } } },
  limits: { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 3 } } },
  async check(request) {
    await checkTelegram(request);
  },
};
