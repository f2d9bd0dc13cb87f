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
  type ChannelRequest,
  type Outcome,
} from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { limitEscaped, limitRunes, runeLength } from "./limit-text.ts";
import { escapeMrkdwn, escapeUrl } from "./markup.ts";
import { isAllResolved, type Notification } from "./notification.ts";

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
  /** Beside the attachment: what a screen reader says. */
  readonly messageText?: string;
  readonly linkNames?: boolean;
  /** What only Slack's older attachments have; with any of it the message is one of them. */
  readonly attachment?: SlackAttachment;
  /** A bot's message is changed instead of answered in its thread. */
  readonly updateMessage?: boolean;
}

export interface SlackAttachment {
  readonly pretext?: string;
  readonly fallback?: string;
  readonly callbackId?: string;
  readonly footer?: string;
  readonly imageUrl?: string;
  readonly thumbUrl?: string;
  readonly fields?: readonly { readonly title?: string; readonly value?: string; readonly short?: boolean }[];
  readonly actions?: readonly Readonly<Record<string, unknown>>[];
  readonly mrkdwnIn?: readonly string[];
}

const MOST_BLOCKS = 50;
const MOST_SECTION = 3000;
const MOST_HEADER = 150;
const MOST_TOTAL = 12_000;
const MOST_FALLBACK = 4000;
const MOST_URL = 500;
/** Of an older attachment. */
const MOST_TITLE = 1024;
const MOST_FIELDS = 20;
const MOST_ACTIONS = 5;
const PICTURE = "alert.png";

export const slack: Channel<SlackSettings> = {
  build(notification, settings) {
    const body = bodyOf(notification, settings);
    return [
      postJson(settings.url, body, settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` }),
    ];
  },
  judge: judgeSlack,

  /** A webhook gets a message. A bot knows its messages: it changes the group's, or answers in its thread, and adds the picture there. */
  *converse(notification, settings, extras) {
    const [request] = slack.build(notification, settings);
    const { previous, picture, now } = extras;
    if (!isApi(settings)) return { outcome: judgeSlack(yield request, now()) };
    const post = (more: object) => ({ ...request, body: JSON.stringify({ ...JSON.parse(request.body), ...more }) });
    const isResolved = isAllResolved(notification);
    if (previous) {
      const { channel, ts } = previous;
      const again = settings.updateMessage
        ? { ...post({ channel, ts }), url: methodUrl(settings, "chat.update") }
        : post({ channel, thread_ts: ts, reply_broadcast: true });
      const answer = yield again;
      // Somebody deleted it, or it has become too old to be changed.
      if (!/^(?:message_not_found|thread_not_found|cant_update_message|edit_window_closed)$/.test(errorOf(answer)))
        return { outcome: judgeSlack(answer, now()), ...(isResolved && { remember: null }) };
    }
    const answer = yield request;
    const outcome = judgeSlack(answer, now());
    const [channel, ts] = [jsonMember(answer.body, "channel"), jsonMember(answer.body, "ts")];
    if (outcome.kind !== "sent" || typeof channel !== "string" || typeof ts !== "string") return { outcome };
    return {
      outcome,
      remember: isResolved ? null : { channel, ts },
      ...(picture && { afterwards: () => upload(picture, settings, channel, ts, now) }),
    };
  },
};

function bodyOf(notification: Notification, settings: SlackSettings) {
  const title = settings.title ?? titleOf(notification);
  const link = settings.titleLink ?? alertsUrlOf(notification);
  const color = settings.color ?? (isAllResolved(notification) ? "good" : "danger");
  const frame = {
    channel: settings.channel,
    username: settings.username,
    icon_emoji: settings.iconEmoji,
    icon_url: settings.iconUrl,
    link_names: settings.linkNames,
    // What notifications and screen readers say.
    text: limitEscaped(settings.messageText ?? title, MOST_FALLBACK, escapeMrkdwn),
  };
  if (settings.attachment !== undefined)
    return {
      ...frame,
      attachments: [olderAttachment(notification, settings, settings.attachment, { title, link, color })],
    };
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
  return { ...frame, attachments: [{ color, fallback: limitRunes(title, MOST_FALLBACK), blocks }] };
}

/** https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments */
function olderAttachment(
  notification: Notification,
  { text }: SlackSettings,
  given: SlackAttachment,
  { title, link, color }: { readonly title: string; readonly link: string; readonly color: string },
) {
  const own = () => fit(describeAlerts(notification).map(sectionOf), MOST_TOTAL, MOST_BLOCKS).join("\n\n");
  return {
    color,
    title: limitEscaped(title, MOST_TITLE, escapeMrkdwn),
    title_link: link === "" || link.length > MOST_URL ? undefined : link,
    pretext: given.pretext === undefined ? undefined : limitRunes(given.pretext, MOST_SECTION),
    text: text === undefined ? own() : limitRunes(text, MOST_TOTAL),
    fallback: limitRunes(given.fallback ?? title, MOST_FALLBACK),
    callback_id: given.callbackId,
    footer: given.footer === undefined ? undefined : limitRunes(given.footer, 300),
    image_url: given.imageUrl,
    thumb_url: given.thumbUrl,
    fields: given.fields?.slice(0, MOST_FIELDS).map((field) => ({
      title: limitRunes(field.title ?? "", 300),
      value: limitRunes(field.value ?? "", 2000),
      short: field.short ?? false,
    })),
    actions: given.actions?.slice(0, MOST_ACTIONS),
    mrkdwn_in: given.mrkdwnIn ?? ["fallback", "pretext", "text"],
  };
}

/** https://docs.slack.dev/messaging/working-with-files#upload: an address, the bytes there, and where the file is shown. */
function* upload(
  picture: Uint8Array,
  settings: SlackSettings,
  channel: string,
  ts: string,
  now: () => number,
): Generator<ChannelRequest, Outcome, ChannelAnswer> {
  const headers: Record<string, string> =
    settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` };
  const form = new URLSearchParams({
    filename: PICTURE,
    length: String(picture.byteLength),
    alt_txt: "Chart and trace of the alert",
  });
  const begun = yield {
    method: "POST",
    url: methodUrl(settings, "files.getUploadURLExternal"),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: form.toString(),
  };
  const [url, id] = [jsonMember(begun.body, "upload_url"), jsonMember(begun.body, "file_id")];
  const refused = judgeSlack(begun, now());
  if (refused.kind !== "sent" || typeof url !== "string" || typeof id !== "string") return refused;
  if (!isOfSlack(url, settings.url))
    return { kind: "permanent", message: "Slack names an upload address that is not its own" };
  const stored = judgeByStatus(
    yield {
      method: "POST",
      url,
      headers: { "content-type": "application/octet-stream" },
      body: "(the picture)",
      bytes: picture,
      isForeign: true,
    },
    now(),
  );
  if (stored.kind !== "sent") return stored;
  const files = [{ id, title: "Alert" }];
  const shown = { files, channel_id: channel, thread_ts: ts };
  return judgeSlack(yield postJson(methodUrl(settings, "files.completeUploadExternal"), shown, headers), now());
}

function isApi({ url }: SlackSettings): boolean {
  return url.endsWith("/chat.postMessage");
}

function methodUrl({ url }: SlackSettings, method: string): string {
  return url.replace(/chat\.postMessage$/, method);
}

function isOfSlack(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, host } = new URL(url);
  const api = new URL(apiUrl);
  return (protocol === api.protocol && host === api.host) || (protocol === "https:" && hostname.endsWith(".slack.com"));
}

function errorOf({ body }: ChannelAnswer): string {
  return jsonMember(body, "ok") === false ? String(jsonMember(body, "error")) : "";
}

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
