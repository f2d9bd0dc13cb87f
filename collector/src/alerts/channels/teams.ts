/**
 * Microsoft Teams through a Workflow ("post to a channel when a webhook request is received"): an Adaptive Card 1.4 in a message. The
 * whole must stay under 28 KB, beyond which it is dropped without an error; 27 KB are used.
 */
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, titleOf, type AlertText } from "./describe.ts";
import { byteLength, limitBytes, limitJson } from "./limit-text.ts";
import { escapeMarkdown } from "./markup.ts";
import { isAllResolved, type Notification } from "./notification.ts";

export interface TeamsSettings {
  readonly url: string;
  readonly title?: string;
  /** What notifications of older connectors show. */
  readonly summary?: string;
  /** Markdown of the user's own, in place of the list of alerts. */
  readonly text?: string;
}

const MOST_BYTES = 27 * 1024;
/** Beside it there is room for the title and the actions. */
const MOST_TEXT = 15_000;
/** Of each text of an alert: a backslash becomes four in Markdown and JSON, and the first alert must fit. */
const MOST_ALERT = 1200;
const MOST_ACTIONS = 5;
const MOST_URL = 1000;

export const teams: Channel<TeamsSettings> = {
  build(notification, settings) {
    const title = limitBytes(settings.title ?? titleOf(notification), 1000);
    const heading = {
      type: "TextBlock",
      size: "Large",
      weight: "Bolder",
      wrap: true,
      color: isAllResolved(notification) ? "Good" : "Attention",
      text: escapeMarkdown(title),
    };
    const actions = actionsOf(notification);
    const cardOf = (body: readonly object[]) => messageOf([heading, ...body], actions, settings.summary);
    if (settings.text !== undefined)
      return [postJson(settings.url, cardOf([textBlock(limitJson(settings.text, MOST_TEXT))]))];
    const blocks = describeAlerts(notification).map(blocksOf);
    const kept: object[] = [];
    let size = byteLength(JSON.stringify(cardOf([textBlock(`… and ${blocks.length} more`)])));
    for (const [i, each] of blocks.entries()) {
      size += byteLength(JSON.stringify(each));
      if (size > MOST_BYTES) {
        kept.push(textBlock(`… and ${blocks.length - i} more`));
        break;
      }
      kept.push(...each);
    }
    return [postJson(settings.url, cardOf(kept))];
  },
  judge: judgeByStatus,
};

function messageOf(body: readonly object[], actions: readonly object[], summary: string | undefined) {
  return {
    type: "message",
    ...(summary !== undefined && { summary: limitBytes(summary, 500) }),
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          body,
          ...(actions.length > 0 && { actions }),
        },
      },
    ],
  };
}

function actionsOf(notification: Notification): object[] {
  const own = alertsUrlOf(notification);
  const links = new Map(
    describeAlerts(notification).flatMap(({ links }) => links.map(([title, url]) => [url, title] as const)),
  );
  if (own !== "") links.set(own, "Open in Goldspan");
  return [...links]
    .filter(([url]) => url.length <= MOST_URL)
    .slice(-MOST_ACTIONS)
    .map(([url, title]) => ({ type: "Action.OpenUrl", title: limitBytes(title, 100), url }));
}

function blocksOf({ title, isResolved, summary, labels, evidence }: AlertText): object[] {
  const list = labels.map(([name, value]) => `${name}=${value}`).join(", ");
  return [
    {
      ...textBlock(escapeMarkdown(limitBytes(`${isResolved ? "✔" : "●"} ${title}`, 500))),
      weight: "Bolder",
      separator: true,
    },
    ...[summary, list].filter(Boolean).map((text) => textBlock(escapeMarkdown(limitBytes(text, MOST_ALERT)))),
    // A line break in Markdown is an empty line.
    ...(evidence.length === 0 ? [] : [textBlock(escapeMarkdown(limitBytes(evidence.join("\n\n"), MOST_ALERT)))]),
  ];
}

function textBlock(text: string) {
  return { type: "TextBlock", wrap: true, text };
}
