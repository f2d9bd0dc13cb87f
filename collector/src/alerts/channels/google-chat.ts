/**
 * Google Chat's incoming webhooks (https://developers.google.com/workspace/chat/quickstart/webhooks): a card in the thread of the group.
 * A message has 32,000 bytes at most.
 */
import { createHash } from "node:crypto";
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { byteLength, limitBytes, limitJson } from "./limit-text.ts";
import { escapeHtml, escapeUrl } from "./markup.ts";

export interface GoogleChatSettings {
  readonly url: string;
  readonly title?: string;
  /** Text of the user's own, in Chat's markup, in place of the card. */
  readonly text?: string;
  readonly threadKey?: string;
}

/** Below 32,000: what JSON adds around the card is not much. */
const MOST_BYTES = 31_000;
/** A quote becomes six bytes in HTML, and the first alert must fit. */
const MOST_ALERT = 3500;
const MOST_TITLE = 500;

export const googleChat: Channel<GoogleChatSettings> = {
  build(notification, settings) {
    // The address is a secret: no error may hold it.
    if (!URL.canParse(settings.url))
      throw new Error("cannot read Google Chat's webhook_url as an URL; copy it whole from the space");
    const url = new URL(settings.url);
    url.searchParams.set("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
    const threadKey = settings.threadKey ?? createHash("sha256").update(notification.groupKey).digest("hex");
    const title = limitBytes(settings.title ?? titleOf(notification), MOST_TITLE);
    const thread = { threadKey };
    if (settings.text !== undefined)
      return [postJson(url.href, { text: limitJson(settings.text, MOST_BYTES), thread })];
    const link = alertsUrlOf(notification);
    const buttons =
      link === ""
        ? []
        : [{ buttonList: { buttons: [{ text: "Open in Goldspan", onClick: { openLink: { url: link } } }] } }];
    const widgets: object[] = [];
    const texts = describeAlerts(notification);
    let size = byteLength(JSON.stringify([title, buttons])) + 500;
    for (const [i, alert] of texts.entries()) {
      const widget = paragraph(paragraphOf(alert));
      size += byteLength(JSON.stringify(widget)) + 1;
      if (size > MOST_BYTES) {
        widgets.push(paragraph(`… and ${texts.length - i} more`));
        break;
      }
      widgets.push(widget);
    }
    const card = { header: { title }, sections: [{ widgets: [...widgets, ...buttons] }] };
    return [postJson(url.href, { cardsV2: [{ cardId: "goldspan", card }], thread })];
  },
  judge: judgeByStatus,
};

function paragraph(text: string) {
  return { textParagraph: { text } };
}

function paragraphOf({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  const list = labels.map(([name, value]) => `${name}=${value}`).join(", ");
  const lines = [summary, list, ...evidence].filter(Boolean).join("\n");
  return [
    `${isResolved ? "✅" : "🔴"} <b>${escapeHtml(limitBytes(title, MOST_TITLE))}</b>`,
    ...(links.length === 0
      ? []
      : [links.map(([name, url]) => `<a href="${escapeUrl(url)}">${escapeHtml(name)}</a>`).join(" · ")]),
    ...(lines === "" ? [] : [escapeHtml(limitBytes(lines, MOST_ALERT)).replaceAll("\n", "<br>")]),
  ].join("<br>");
}
