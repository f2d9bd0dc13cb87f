/**
 * Discord's webhooks (https://docs.discord.com/developers/resources/webhook#execute-webhook): an embed for each alert. Limits: content
 * 2000, ten embeds, 256 a title, 4096 a description, 6000 in all; nobody is ever mentioned.
 */
import { boundedWait, judgeByStatus, jsonMember, postJson, type Channel, type ChannelRequest } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { limitUnits } from "./limit-text.ts";
import { escapeMarkdown, escapeUrl } from "./markup.ts";
import { encodeMultipart } from "./multipart.ts";
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

  /** With the picture in the first embed. When all is resolved, the last message is changed. */
  *converse(notification, settings, { previous, picture, now }) {
    const isResolved = isAllResolved(notification);
    const [request] = discord.build(notification, settings);
    const withImage = (hasPicture: boolean) => {
      const body = JSON.parse(request.body) as { content?: string; embeds: object[]; allowed_mentions: object };
      const embeds = body.embeds.map((embed, i) =>
        i === 0 && hasPicture ? { ...embed, image: { url: `attachment://${PICTURE}` } } : embed,
      );
      return { ...body, embeds };
    };
    if (isResolved && previous) {
      const url = atPath(settings.url, `/messages/${previous.id}`);
      const { content, embeds, allowed_mentions } = withImage(previous.hasPicture === "yes");
      const answer = yield { ...postJson(url, { content, embeds, allowed_mentions }), method: "PATCH" };
      // Deleted meanwhile: then it is said anew.
      if (answer.status !== 404) return { outcome: discord.judge(answer, now()), remember: null };
    }
    const shows = picture !== undefined && !isResolved;
    const url = withQuery(settings.url, "wait", "true");
    const answer = yield shows ? postWithPicture(url, withImage(true), picture) : { ...request, url };
    const id = jsonMember(answer.body, "id");
    return {
      outcome: discord.judge(answer, now()),
      remember: isResolved || typeof id !== "string" ? null : { id, hasPicture: shows ? "yes" : "no" },
    };
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
const PICTURE = "alert.png";

/** https://docs.discord.com/developers/reference#uploading-files */
function postWithPicture(url: string, body: object, picture: Uint8Array): ChannelRequest {
  const attachments = [{ id: 0, filename: PICTURE, description: "Chart and trace of the alert" }];
  const text = JSON.stringify({ ...body, attachments });
  const { contentType, bytes } = encodeMultipart([
    { name: "payload_json", contentType: "application/json", content: text },
    { name: "files[0]", fileName: PICTURE, contentType: "image/png", content: picture },
  ]);
  return { method: "POST", url, headers: { "content-type": contentType }, body: text, bytes };
}

/** The address is a secret: no error may hold it. */
function parsed(address: string): URL {
  if (!URL.canParse(address))
    throw new Error("cannot read Discord's webhook_url as an URL; copy it whole from the channel");
  return new URL(address);
}

function withQuery(address: string, name: string, value: string): string {
  const url = parsed(address);
  url.searchParams.set(name, value);
  return url.href;
}

function atPath(address: string, more: string): string {
  const url = parsed(address);
  url.pathname = url.pathname.replace(/\/$/, "") + more;
  return url.href;
}

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
