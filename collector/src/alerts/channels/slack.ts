/**
 * Slack: an incoming webhook, or chat.postMessage with a bot's token (https://docs.slack.dev/messaging). Blocks in a coloured attachment;
 * limits: 50 blocks, 3000 characters a section, 150 a header, and some 13,000 in all blocks together, past which Slack refuses them.
 */
import {
  boundedWait,
  judgeByStatus,
  jsonMember,
  postJson,
  retryAfterMillis,
  type Channel,
  type ChannelAnswer,
  type Outcome,
} from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { limitEscaped, limitRunes, runeLength } from "./limit-text.ts";
import { escapeMrkdwn, escapeUrl } from "./markup.ts";
import { isAllResolved } from "./notification.ts";

export interface SlackSettings {
  /** The webhook's address, or that of chat.postMessage. */
  readonly url: string;
  /** A bot's. */
  readonly token?: string;
  readonly channel?: string;
  readonly username?: string;
  readonly iconEmoji?: string;
  readonly iconUrl?: string;
  readonly color?: string;
  readonly title?: string;
  readonly titleLink?: string;
  /** mrkdwn of the user's own, in place of the list of alerts. */
  readonly text?: string;
}

const MOST_BLOCKS = 50;
const MOST_SECTION = 3000;
const MOST_HEADER = 150;
const MOST_TOTAL = 12_000;
const MOST_FALLBACK = 4000;
const MOST_URL = 500;

export const slack: Channel<SlackSettings> = {
  build(notification, settings) {
    const title = settings.title ?? titleOf(notification);
    const link = settings.titleLink ?? alertsUrlOf(notification);
    const sections =
      settings.text === undefined
        ? describeAlerts(notification).map(sectionOf)
        : [limitRunes(settings.text, MOST_SECTION)];
    const header = { type: "header", text: { type: "plain_text", text: limitRunes(title, MOST_HEADER), emoji: true } };
    const footer = link === "" || link.length > MOST_URL ? [] : [sectionBlock(`<${escapeUrl(link)}|Open in Goldspan>`)];
    const blocks = [
      header,
      ...fit(sections, MOST_TOTAL - MOST_HEADER - 2 * MOST_FOOTER, MOST_BLOCKS - 3).map(sectionBlock),
      ...footer,
    ];
    const body = {
      channel: settings.channel,
      username: settings.username,
      icon_emoji: settings.iconEmoji,
      icon_url: settings.iconUrl,
      // What notifications and screen readers say.
      text: limitEscaped(title, MOST_FALLBACK, escapeMrkdwn),
      attachments: [
        {
          color: settings.color ?? (isAllResolved(notification) ? "good" : "danger"),
          fallback: limitRunes(title, MOST_FALLBACK),
          blocks,
        },
      ],
    };
    return [
      postJson(settings.url, body, settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` }),
    ];
  },
  judge: judgeSlack,
};

/** Room for the link, and for the note of what was left out. */
const MOST_FOOTER = 700;

function sectionBlock(text: string) {
  return { type: "section", text: { type: "mrkdwn", text: limitRunes(text, MOST_SECTION) } };
}

function sectionOf({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  const heading = `${isResolved ? ":white_check_mark:" : ":red_circle:"} *${limitEscaped(title, 200, escapeMrkdwn)}*`;
  const list = labels.map(([name, value]) => `${name}=${value}`).join(", ");
  // The links come first: what is long is cut at its end.
  const address = links.map(([name, url]) => `<${escapeUrl(url)}|${escapeMrkdwn(name)}>`);
  const text = [
    heading,
    ...(address.length === 0 ? [] : [address.join(" · ")]),
    ...(summary === "" ? [] : [limitEscaped(summary, 1000, escapeMrkdwn)]),
    ...(list === "" ? [] : [limitEscaped(list, 400, escapeMrkdwn)]),
  ].join("\n");
  const rest = MOST_SECTION - runeLength(text) - 1;
  return evidence.length === 0 || rest < 100
    ? text
    : `${text}\n${limitEscaped(evidence.join("\n"), rest, escapeMrkdwn)}`;
}

function fit(sections: readonly string[], limit: number, most: number): string[] {
  const kept: string[] = [];
  let size = 0;
  for (const section of sections.slice(0, most)) {
    size += runeLength(section);
    if (size > limit && kept.length > 0) break;
    kept.push(section);
  }
  const left = sections.length - kept.length;
  return left === 0 ? kept : [...kept, `… and ${left} more`];
}

/** The API answers 200 also when it refuses; a webhook answers `ok`. */
function judgeSlack(answer: ChannelAnswer, now: number): Outcome {
  const outcome = judgeByStatus(answer, now);
  if (outcome.kind !== "sent" || jsonMember(answer.body, "ok") !== false) return outcome;
  const error = String(jsonMember(answer.body, "error"));
  const message = `Slack refuses it: ${error}`;
  const isPassing =
    /^(?:ratelimited|rate_limited|internal_error|fatal_error|service_unavailable|request_timeout)$/.test(error);
  return isPassing
    ? { kind: "retry", afterMillis: retryAfterMillis(answer, now) ?? boundedWait(1000), message }
    : { kind: "permanent", message };
}
