/** Telegram's sendMessage (https://core.telegram.org/bots/api#sendmessage): HTML, 4096 characters. */
import { boundedWait, judgeByStatus, jsonMember, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { fitParts, limitEscaped, limitRunes, runeLength } from "./limit-text.ts";
import { escapeHtml, escapeUrl, limitHtml } from "./markup.ts";

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
    return [postJson(`${settings.apiUrl.replace(/\/$/, "")}/bot${settings.token}/sendMessage`, body)];
  },

  judge(answer, now) {
    const outcome = judgeByStatus(answer, now);
    if (outcome.kind !== "retry") return outcome;
    const seconds = jsonMember(answer.body, "parameters", "retry_after");
    return typeof seconds === "number" ? { ...outcome, afterMillis: boundedWait(seconds * 1000) } : outcome;
  },
};

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
