/**
 * E-mail: a notification -> a message with a text and an HTML part, the picture inside it, and headers that put the mails of a group into
 * one thread. Pure; who sends it is `send/smtp`.
 */
import { createHash } from "node:crypto";
import type { TLS } from "../notify/config/receiver-shapes.ts";
import type { Read } from "../notify/config/shape.ts";
import { alertsUrlOf, describeAlerts, plainParts, titleOf, type AlertText } from "./describe.ts";
import { limitRunes } from "./limit-text.ts";
import { escapeHtml, escapeUrl } from "./markup.ts";
import { isAllResolved, type Notification } from "./notification.ts";

export interface EmailSettings {
  readonly to: string;
  readonly from: string;
  /** Of the user's own, `Subject` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject?: string;
  /** In place of Goldspan's; "" = no such part. */
  readonly html?: string;
  readonly text?: string;
  readonly threading?: { readonly isEnabled: boolean; readonly byDate: "none" | "daily" };
}

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly isImplicitTls: boolean;
  /** Without TLS nothing is sent, a password least of all. */
  readonly requiresTls: boolean;
  readonly hello: string;
  readonly user: string;
  readonly password: string | undefined;
  /** For CRAM-MD5, in place of the password. */
  readonly cramSecret: string | undefined;
  readonly tls: Read<typeof TLS> | undefined;
}

export interface MailMessage {
  readonly from: string;
  /** Who gets it. */
  readonly to: readonly string[];
  /** What is shown as such. */
  readonly shownTo: string;
  readonly shownCc: string | undefined;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The thread it belongs to. */
  readonly references: readonly string[] | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly pictures: readonly { readonly cid: string; readonly fileName: string; readonly bytes: Uint8Array }[];
}

const PICTURE = "picture@goldspan";
const MOST_SUBJECT = 250;
/** A mail of more is read by nobody. */
const MOST_ALERTS = 100;
const MOST_TEXT = 200_000;
/** Set by what sends the mail, or by Goldspan itself. */
const OWN_HEADERS = new Set([
  "to",
  "from",
  "subject",
  "cc",
  "bcc",
  "message-id",
  "references",
  "in-reply-to",
  "date",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
]);

export function buildMail(
  notification: Notification,
  settings: EmailSettings,
  { picture, now }: { readonly picture?: Uint8Array; readonly now: number },
): MailMessage {
  const headerOf = (name: string) => Object.entries(settings.headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const from = headerOf("from") ?? settings.from;
  const subject = limitRunes(oneLine(headerOf("subject") ?? settings.subject ?? titleOf(notification)), MOST_SUBJECT);
  const html = settings.html ?? ownHtml(notification, picture !== undefined);
  const text = settings.text ?? (settings.html === undefined ? ownText(notification) : undefined);
  const thread = settings.threading?.isEnabled
    ? threadId(notification, settings.threading.byDate, from, now)
    : undefined;
  return {
    from: oneLine(from),
    to: addresses(settings.to),
    shownTo: oneLine(headerOf("to") ?? settings.to),
    shownCc: headerOf("cc"),
    subject,
    headers: Object.fromEntries(
      Object.entries(settings.headers)
        .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()))
        .map(([name, value]) => [name, oneLine(value)]),
    ),
    references: thread === undefined ? undefined : [thread],
    text: text === "" ? undefined : text,
    html: html === "" ? undefined : html,
    pictures: picture === undefined || html === "" ? [] : [{ cid: PICTURE, fileName: "alert.png", bytes: picture }],
  };
}

/** `a@b.c, "D, E" <d@e.f>`: commas in quotes divide nothing. */
function addresses(text: string): string[] {
  return (oneLine(text).match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((each) => each.trim()).filter(Boolean);
}

/** Nothing in a header begins another one. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** All mails of a group refer to one message that was never sent: mail programs show them as a thread. */
function threadId({ groupKey }: Notification, byDate: "none" | "daily", from: string, now: number): string {
  const day = byDate === "daily" ? new Date(now).toISOString().slice(0, 10) : "";
  const digest = createHash("sha256").update(`${groupKey}\n${day}`).digest("hex").slice(0, 32);
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? "goldspan";
  return `<alert-${digest}@${domain}>`;
}

function ownText(notification: Notification): string {
  const parts = plainParts(notification);
  const url = alertsUrlOf(notification);
  const rest = parts.length > MOST_ALERTS ? [`… and ${parts.length - MOST_ALERTS} more`] : [];
  return limitRunes(
    [titleOf(notification), ...parts.slice(0, MOST_ALERTS), ...rest, ...(url === "" ? [] : [url])].join("\n\n"),
    MOST_TEXT,
  );
}

/** Tables and styles in place: mail programs know no others. */
function ownHtml(notification: Notification, hasPicture: boolean): string {
  const color = isAllResolved(notification) ? "#2e9e5b" : "#d03b3b";
  const alerts = describeAlerts(notification);
  const url = alertsUrlOf(notification);
  const image = hasPicture
    ? `<p><img src="cid:${PICTURE}" alt="Chart and trace of the alert" style="max-width:100%;border:1px solid #ddd"></p>`
    : "";
  return [
    '<!doctype html><html><head><meta charset="utf-8"></head><body style="margin:0;padding:16px;font:14px/1.45 sans-serif;color:#222">',
    `<table role="presentation" style="width:100%;max-width:720px;border-collapse:collapse"><tr><td style="background:${color};color:#fff;padding:12px 16px;font-size:17px">${escapeHtml(limitRunes(titleOf(notification), 500))}</td></tr>`,
    '<tr><td style="padding:12px 16px;border:1px solid #ddd;border-top:0">',
    image,
    ...alerts.slice(0, MOST_ALERTS).map(alertHtml),
    alerts.length > MOST_ALERTS ? `<p>… and ${alerts.length - MOST_ALERTS} more</p>` : "",
    url === "" ? "" : `<p><a href="${attribute(url)}">Open in Goldspan</a></p>`,
    "</td></tr></table></body></html>",
  ].join("\n");
}

function alertHtml({ title, isResolved, summary, labels, evidence, links }: AlertText): string {
  const lines = (text: string) => escapeHtml(limitRunes(text, 4000)).replaceAll("\n", "<br>");
  return [
    `<h3 style="margin:12px 0 4px">${isResolved ? "✅" : "🔴"} ${escapeHtml(limitRunes(title, 300))}</h3>`,
    summary === "" ? "" : `<p style="margin:4px 0">${lines(summary)}</p>`,
    labels.length === 0
      ? ""
      : `<p style="margin:4px 0;color:#666">${lines(labels.map(([name, value]) => `${name}=${value}`).join(", "))}</p>`,
    evidence.length === 0
      ? ""
      : `<pre style="margin:8px 0;padding:8px;background:#f5f5f5;white-space:pre-wrap;font:12px/1.5 monospace">${escapeHtml(limitRunes(evidence.join("\n"), 8000))}</pre>`,
    links.length === 0
      ? ""
      : `<p style="margin:4px 0">${links.map(([name, url]) => `<a href="${attribute(url)}">${escapeHtml(name)}</a>`).join(" · ")}</p>`,
  ].join("");
}

function attribute(url: string): string {
  return escapeHtml(escapeUrl(url));
}
