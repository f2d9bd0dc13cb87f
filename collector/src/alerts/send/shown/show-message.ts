/**
 * The requests of a preview -> the message as the channel shows it. It reads what would really be sent, so that a preview cannot say more
 * than the message does; of kinds that people don't read, such as a webhook's, it is the body itself.
 */
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";
import { readMrkdwn } from "./read-mrkdwn.ts";
import { plain, webAddress, type ShownBlock, type ShownMessage, type TextRun } from "./shown-message.ts";

export interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Read = (text: string) => TextRun[];
/** JSON of a body; everything in it may be absent, as users write bodies too. */
type Json = Readonly<Record<string, unknown>>;

/** @param hasPicture a picture goes with it */
export function showMessage(kind: string, requests: readonly SentRequest[], hasPicture: boolean): ShownMessage {
  const [first] = requests;
  if (!first) return { blocks: [] };
  const read = READERS[kind];
  const body = parsed(first.body);
  const blocks = (body ? (read?.(body) ?? []) : read === READERS.ntfy ? ntfyWithPicture(first) : []).filter(
    isSomething,
  );
  const shown: ShownBlock[] = blocks.length > 0 ? blocks : [{ kind: "code", runs: plain(first.body) }];
  return { blocks: hasPicture ? [...shown, { kind: "picture" }] : shown };
}

export function showMail(subject: string, html: string | undefined, text: string, hasPicture: boolean): ShownMessage {
  const blocks: ShownBlock[] = [
    heading(subject),
    { kind: "text", runs: html === undefined ? plain(text) : readHtml(html, false) },
  ];
  return { blocks: hasPicture ? [...blocks, { kind: "picture" }] : blocks };
}

const readPlain: Read = (text) => [...plain(text)];
const READERS: Readonly<Record<string, (body: Json) => ShownBlock[]>> = {
  slack: (body) => [...attachments(body, readMrkdwn)],
  mattermost: (body) => [...attachments(body, readMarkdown)],
  discord: (body) => [
    text(body.content, readMarkdown),
    ...list(body.embeds).flatMap((embed) => [
      heading(string(embed.title), webAddress(embed.url)),
      text(embed.description, readMarkdown),
    ]),
  ],
  msteams: teamsCard,
  msteamsv2: teamsCard,
  googlechat: (body) => [
    text(body.text, readMrkdwn),
    ...list(body.cardsV2).flatMap(({ card }) => [
      heading(string(object(object(card).header).title)),
      ...list(object(card).sections).flatMap(({ widgets }) => list(widgets).flatMap(chatWidget)),
    ]),
  ],
  telegram: (body) => {
    const words = string(body.caption) || string(body.text);
    const mode = string(body.parse_mode);
    const read: Read = mode === "HTML" ? (html) => readHtml(html, true) : mode === "" ? readPlain : readMarkdown;
    return [text(words, read)];
  },
  ntfy: (body) => [heading(string(body.title)), text(body.message, readPlain)],
  pagerduty: (body) => {
    const { summary, severity, source, component, class: kind, custom_details: details } = object(body.payload);
    const fields = { severity, source, component, class: kind, action: body.event_action };
    const said = object(details);
    const alerts = Array.isArray(said.alerts) ? said.alerts.map(string).join("\n\n") : JSON.stringify(details, null, 2);
    return [
      heading(string(summary)),
      fieldsOf(fields),
      text(alerts, readPlain),
      linksOf(list(body.links).map((link) => [string(link.text) || string(link.href), link.href])),
    ];
  },
  opsgenie: (body) => [
    heading(string(body.message)),
    fieldsOf({ priority: body.priority, entity: body.entity, source: body.source, ...object(body.details) }),
    text(body.description ?? body.note, readPlain),
  ],
};

/** The picture is the body there, and the words are headers; a preview has them in place of the picture. */
function ntfyWithPicture({ body }: SentRequest): ShownBlock[] {
  const [title, ...rest] = body.split("\n\n");
  return [heading(title), text(rest.join("\n\n"), readPlain)];
}

/** Slack's attachments, which Mattermost has as well: with blocks, or with the keys of older ones. */
function attachments(body: Json, read: Read): ShownBlock[] {
  const own = list(body.attachments).flatMap((one): ShownBlock[] => {
    const blocks = list(one.blocks);
    if (blocks.length > 0) return blocks.map((block) => slackBlock(block, read));
    const link = webAddress(one.title_link);
    return [
      text(one.pretext, read),
      heading(string(one.title), link),
      text(one.text, read),
      fieldsOf(Object.fromEntries(list(one.fields).map((field) => [string(field.title), field.value]))),
      text(one.footer, readPlain),
    ];
  });
  // Beside attachments it is what screen readers say.
  return own.some(isSomething) ? own : [text(body.text, read)];
}

function slackBlock(block: Json, read: Read): ShownBlock {
  const { text: words, type } = object(block.text);
  if (block.type === "header") return heading(string(words));
  return text(words, type === "mrkdwn" ? read : readPlain);
}

function teamsCard(body: Json): ShownBlock[] {
  return list(body.attachments).flatMap(({ content }) => {
    const card = object(content);
    return [
      ...list(card.body).map((block): ShownBlock => {
        const runs = readMarkdown(string(block.text));
        if (block.size === "Large") return { kind: "heading", runs };
        return { kind: "text", runs: block.weight === "Bolder" ? runs.map((run) => ({ ...run, isBold: true })) : runs };
      }),
      linksOf(list(card.actions).map((action) => [string(action.title), action.url])),
    ];
  });
}

function chatWidget({ textParagraph, buttonList }: Json): ShownBlock[] {
  return [
    text(object(textParagraph).text, (html) => readHtml(html, false)),
    linksOf(
      list(object(buttonList).buttons).map((button) => [
        string(button.text),
        object(object(button.onClick).openLink).url,
      ]),
    ),
  ];
}

function heading(words: string, href?: string): ShownBlock {
  return { kind: "heading", runs: words === "" ? [] : [{ text: words, ...(href && { href }) }] };
}

function text(words: unknown, read: Read): ShownBlock {
  return { kind: "text", runs: read(string(words)) };
}

function fieldsOf(fields: Readonly<Record<string, unknown>>): ShownBlock {
  const known = Object.entries(fields).filter(([, value]) => string(value) !== "");
  return { kind: "fields", fields: known.map(([name, value]) => ({ name, value: string(value) })) };
}

function linksOf(links: readonly (readonly [string, unknown])[]): ShownBlock {
  return {
    kind: "links",
    runs: links.flatMap(([name, url]) => {
      const href = webAddress(url);
      return href === undefined || name === "" ? [] : [{ text: name, href }];
    }),
  };
}

function isSomething(block: ShownBlock): boolean {
  if (block.kind === "picture") return true;
  return block.kind === "fields" ? block.fields.length > 0 : block.runs.length > 0;
}

function parsed(body: string): Json | undefined {
  try {
    return object(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function string(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}
