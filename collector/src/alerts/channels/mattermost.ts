/** Mattermost's incoming webhooks (https://developers.mattermost.com/integrate/webhooks/incoming/): an attachment; 16,383 characters a post. */
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { fitParts, limitEscaped, limitRunes, runeLength } from "./limit-text.ts";
import { escapeMarkdown, escapeUrl } from "./markup.ts";
import { isAllResolved } from "./notification.ts";

export interface MattermostSettings {
  readonly url: string;
  readonly channel?: string;
  readonly username?: string;
  readonly iconUrl?: string;
  readonly iconEmoji?: string;
  readonly color?: string;
  readonly title?: string;
  readonly titleLink?: string;
  /** Markdown of the user's own, in place of the list of alerts. */
  readonly text?: string;
  readonly card?: string;
  /** `custom_…` */
  readonly type?: string;
  /** Keys of the attachment as Mattermost names them: pretext, author_name, fields, … */
  readonly attachment?: Readonly<Record<string, unknown>>;
  /** Of the user's own, in place of Goldspan's one. */
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly priority?: {
    readonly priority?: string;
    readonly requested_ack?: boolean;
    readonly persistent_notifications?: boolean;
  };
}

const MOST_POST = 16_383;
const MOST_TITLE = 500;
const MOST_ALERT = 4000;

export const mattermost: Channel<MattermostSettings> = {
  build(notification, settings) {
    const title = limitRunes(settings.title ?? titleOf(notification), MOST_TITLE);
    // The title stands twice: once in the attachment, once as what notifications say.
    const room = MOST_POST - 2 * MOST_TITLE;
    const text =
      settings.text === undefined
        ? fitParts(describeAlerts(notification).map(partOf), room, "\n\n")
        : limitRunes(settings.text, room);
    const attachment = {
      fallback: title,
      color: settings.color ?? (isAllResolved(notification) ? "#2e9e5b" : "#d03b3b"),
      title,
      title_link: (settings.titleLink ?? alertsUrlOf(notification)) || undefined,
      text,
      ...settings.attachment,
    };
    const { channel, username, iconUrl, iconEmoji, card, priority } = settings;
    const props = card === undefined ? undefined : { card: limitRunes(card, MOST_POST) };
    return [
      postJson(settings.url, {
        channel,
        username,
        icon_url: iconUrl,
        icon_emoji: iconEmoji,
        attachments: settings.attachments?.length ? settings.attachments : [attachment],
        type: settings.type,
        props,
        priority,
      }),
    ];
  },
  judge: judgeByStatus,
};

function partOf({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  const list = labels.map(([name, value]) => `${name}=${value}`).join(", ");
  const head = [
    `${isResolved ? ":white_check_mark:" : ":red_circle:"} **${limitEscaped(title, 200, escapeMarkdown)}**`,
    ...(links.length === 0
      ? []
      : [links.map(([name, url]) => `[${escapeMarkdown(name)}](${escapeUrl(url)})`).join(" · ")]),
  ].join("\n");
  const lines = [summary, list, ...evidence].filter(Boolean).join("\n");
  const rest = MOST_ALERT - runeLength(head) - 1;
  return lines === "" || rest < 100
    ? limitRunes(head, MOST_ALERT)
    : `${head}\n${limitEscaped(lines, rest, escapeMarkdown)}`;
}
