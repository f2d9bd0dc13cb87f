/**
 * Telegram's sendMessage (https://core.telegram.org/bots/api#sendmessage): HTML, 4096 characters; with a picture sendPhoto, whose caption
 * has 1024. Later messages of a group answer its first.
 */
import { boundedWait, judgeByStatus, jsonMember, postJson, type Channel, type ChannelRequest } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { fitParts, limitEscaped, limitRunes, runeLength } from "./limit-text.ts";
import { escapeHtml, escapeUrl, limitHtml } from "./markup.ts";
import { encodeMultipart } from "./multipart.ts";
import { isAllResolved } from "./notification.ts";

export interface TelegramSettings {
  /** Without the method: https://api.telegram.org */
  readonly apiUrl: string;
  readonly token: string;
  readonly chatId: string | number;
  readonly messageThreadId?: number;
  readonly disableNotification?: boolean;
  /** Of the user's own message. */
  readonly parseMode?: "" | "Markdown" | "MarkdownV2" | "HTML";
  /** In place of Goldspan's. */
  readonly message?: string;
}

const MOST_MESSAGE = 4096;
const MOST_CAPTION = 1024;
const MOST_TITLE = 400;
const MOST_URL = 200;
/** The first alert must fit, with three links. */
const MOST_ALERT = 1000;

export const telegram: Channel<TelegramSettings> = {
  build(notification, settings) {
    const { text, parseMode } =
      settings.message === undefined
        ? ownText(notification)
        : givenText(settings.message, settings.parseMode ?? "HTML");
    const body = {
      chat_id: settings.chatId,
      text,
      parse_mode: parseMode || undefined,
      message_thread_id: settings.messageThreadId,
      disable_notification: settings.disableNotification ?? false,
      link_preview_options: { is_disabled: true },
    };
    return [postJson(methodUrl(settings, "sendMessage"), body)];
  },

  *converse(notification, settings, { previous, picture, now }) {
    const isResolved = isAllResolved(notification);
    const [built] = telegram.build(notification, settings);
    const reply = previous && { message_id: Number(previous.messageId), allow_sending_without_reply: true };
    const { text, parse_mode, link_preview_options, ...frame } = {
      ...(JSON.parse(built.body) as { text: string; parse_mode?: string; link_preview_options: object }),
      reply_parameters: reply,
    };
    const message = () => postJson(built.url, { ...frame, text, parse_mode, link_preview_options });
    const fits = picture !== undefined && !isResolved && runeLength(text) <= MOST_CAPTION;
    let answer = yield fits ? photoRequest(settings, { ...frame, caption: text, parse_mode }, picture) : message();
    let outcome = telegram.judge(answer, now());
    // A picture that it does not take must not cost the words.
    if (fits && outcome.kind === "permanent" && [400, 413].includes(answer.status)) {
      answer = yield message();
      outcome = telegram.judge(answer, now());
    }
    const id = jsonMember(answer.body, "result", "message_id");
    if (outcome.kind !== "sent" || typeof id !== "number") return { outcome };
    const remember = isResolved ? null : (previous ?? { messageId: String(id) });
    if (picture === undefined || isResolved || fits) return { outcome, remember };
    const answered = { ...frame, reply_parameters: { message_id: id, allow_sending_without_reply: true } };
    return {
      outcome,
      remember,
      *afterwards() {
        return telegram.judge(yield photoRequest(settings, answered, picture), now());
      },
    };
  },

  judge(answer, now) {
    const outcome = judgeByStatus(answer, now);
    if (outcome.kind !== "retry") return outcome;
    const seconds = jsonMember(answer.body, "parameters", "retry_after");
    return typeof seconds === "number" ? { ...outcome, afterMillis: boundedWait(seconds * 1000) } : outcome;
  },
};

function methodUrl({ apiUrl, token }: TelegramSettings, method: string): string {
  return `${apiUrl.replace(/\/$/, "")}/bot${token}/${method}`;
}

/** Parts of a form are texts; what is no text is JSON in it. */
function photoRequest(settings: TelegramSettings, parameters: object, picture: Uint8Array): ChannelRequest {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const { contentType, bytes } = encodeMultipart([
    ...given.map(([name, value]) => ({ name, content: typeof value === "string" ? value : JSON.stringify(value) })),
    { name: "photo", fileName: "alert.png", contentType: "image/png", content: picture },
  ]);
  const body = JSON.stringify(Object.fromEntries(given));
  return {
    method: "POST",
    url: methodUrl(settings, "sendPhoto"),
    headers: { "content-type": contentType },
    body,
    bytes,
  };
}

function ownText(notification: Parameters<typeof titleOf>[0]) {
  const title = `<b>${limitEscaped(titleOf(notification), MOST_TITLE, escapeHtml)}</b>`;
  const url = alertsUrlOf(notification);
  const link =
    url === "" || url.length > MOST_URL
      ? []
      : [`<a href="${escapeUrl(url).replaceAll("&", "&amp;")}">Open in Goldspan</a>`];
  const frame = [title, ...link].reduce((sum, text) => sum + runeLength(text) + 2, 0);
  const parts = fitParts(describeAlerts(notification).map(partOf), MOST_MESSAGE - frame, "\n\n");
  return { text: [title, parts, ...link].join("\n\n"), parseMode: "HTML" };
}

/** A message that is too long is cut where its markup stays whole; of Markdown nobody can tell, it becomes plain text. */
function givenText(message: string, parseMode: string) {
  if (runeLength(message) <= MOST_MESSAGE) return { text: message, parseMode };
  if (parseMode === "HTML") return { text: limitHtml(message, MOST_MESSAGE), parseMode };
  return { text: limitRunes(message, MOST_MESSAGE), parseMode: "" };
}

function partOf({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  const list = labels.map(([name, value]) => `${name}=${value}`).join(", ");
  const addresses = links.filter(([, url]) => url.length <= MOST_URL).slice(0, 3);
  const head = [
    `${isResolved ? "✅" : "🔴"} <b>${limitEscaped(title, 200, escapeHtml)}</b>`,
    ...(addresses.length === 0
      ? []
      : [
          addresses
            .map(
              ([name, url]) =>
                `<a href="${escapeUrl(url).replaceAll("&", "&amp;")}">${limitEscaped(name, 40, escapeHtml)}</a>`,
            )
            .join(" · "),
        ]),
  ].join("\n");
  const lines = [summary, list, ...evidence].filter(Boolean).join("\n");
  return lines === "" ? head : `${head}\n${limitEscaped(lines, MOST_ALERT, escapeHtml)}`;
}
