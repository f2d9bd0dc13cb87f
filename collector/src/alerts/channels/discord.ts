/**
 * Discord's webhooks (https://docs.discord.com/developers/resources/webhook#execute-webhook): an embed for each alert. Limits: content
 * 2000, ten embeds, 256 a title, 4096 a description, 6000 in all; nobody is ever mentioned.
 */
import { boundedWait, judgeByStatus, jsonMember, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { limitUnits } from "./limit-text.ts";
import { escapeMarkdown, escapeUrl } from "./markup.ts";
import { isAllResolved } from "./notification.ts";

export interface DiscordSettings {
  readonly url: string;
  readonly content?: string;
  readonly title?: string;
  /** Markdown of the user's own, in place of the list of alerts. */
  readonly message?: string;
  readonly username?: string;
  readonly avatarUrl?: string;
}

const MOST_CONTENT = 2000;
const MOST_TITLE = 256;
const MOST_DESCRIPTION = 4096;
const MOST_EMBEDS = 10;
const MOST_TOTAL = 6000;
const MOST_USERNAME = 80;
const RED = 0xd03b3b;
const GREEN = 0x2e9e5b;

export const discord: Channel<DiscordSettings> = {
  build(notification, settings) {
    const title = limitUnits(settings.title ?? titleOf(notification), MOST_TITLE);
    const color = isAllResolved(notification) ? GREEN : RED;
    const url = alertsUrlOf(notification) || undefined;
    const embeds: { title?: string; url?: string; description: string; color: number; timestamp?: string }[] =
      settings.message === undefined
        ? []
        : [{ title, url, description: limitUnits(settings.message, MOST_DESCRIPTION), color }];
    if (settings.message === undefined) {
      const texts = describeAlerts(notification);
      let room = MOST_TOTAL - title.length - NOTE;
      for (const [i, alert] of texts.entries()) {
        const description = limitUnits(
          descriptionOf(alert),
          i === 0 ? Math.min(MOST_DESCRIPTION, room) : MOST_DESCRIPTION,
        );
        const isLast = i === texts.length - 1;
        if (description.length > room || (embeds.length === MOST_EMBEDS - 1 && !isLast)) {
          embeds.push({ description: `… and ${texts.length - i} more`, color });
          break;
        }
        room -= description.length;
        embeds.push({
          ...(i === 0 && { title, url }),
          description,
          color: alert.isResolved ? GREEN : RED,
          timestamp: new Date(notification.alerts[i].endsAt ?? notification.alerts[i].startsAt).toISOString(),
        });
      }
    }
    const body = {
      content: settings.content === undefined ? undefined : limitUnits(settings.content, MOST_CONTENT),
      username: settings.username === undefined ? undefined : limitUnits(settings.username, MOST_USERNAME),
      avatar_url: settings.avatarUrl,
      embeds,
      allowed_mentions: { parse: [] },
    };
    return [postJson(settings.url, body)];
  },

  judge(answer, now) {
    const outcome = judgeByStatus(answer, now);
    const seconds = jsonMember(answer.body, "retry_after");
    // More exact than the header: with a fraction of a second.
    return outcome.kind === "retry" && typeof seconds === "number"
      ? { ...outcome, afterMillis: boundedWait(seconds * 1000) }
      : outcome;
  },
};

const NOTE = 30;

function descriptionOf({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  return [
    `${isResolved ? "✅" : "🔴"} **${escapeMarkdown(title)}**`,
    ...(links.length === 0
      ? []
      : [links.map(([name, url]) => `[${escapeMarkdown(name)}](${escapeUrl(url)})`).join(" · ")]),
    ...[summary, labels.map(([name, value]) => `${name}=${value}`).join(", "), ...evidence]
      .filter(Boolean)
      .map(escapeMarkdown),
  ].join("\n");
}
