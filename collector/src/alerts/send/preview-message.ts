/**
 * What an integration would send, without sending it: its conversation is held with answers that agree to everything. Secrets never get
 * that far: where one stands, `<secret>` does; of an address the host is kept.
 */
import type { ChannelAnswer, ChannelRequest, Extras } from "../channels/channel.ts";
import { converse, mailOf } from "../channels/configured-channel.ts";
import type { ChannelTools } from "../channels/integration-fields.ts";
import { plainParts, titleOf } from "../channels/describe.ts";
import type { Notification } from "../channels/notification.ts";
import type { Integration } from "../notify/config/receiver-config.ts";
import { HIDDEN } from "../notify/config/secret.ts";
import type { Preview } from "./sending.ts";
import { showMail, showMessage } from "./shown/show-message.ts";

const MOST_REQUESTS = 10;
/** As every vendor says that it is done, so that what follows from it is shown as well. */
const AGREES: ChannelAnswer = {
  status: 200,
  headers: {},
  body: JSON.stringify({
    ok: true,
    id: "1",
    channel: "C0",
    ts: "1.000000",
    upload_url: "https://files.slack.com/upload/v1/preview",
    file_id: "F0",
    result: { message_id: 1 },
  }),
};

/** @param tools whose `reveal` hides: see `hiddenSecret` */
export function previewMessage(
  integration: Integration,
  notification: Notification,
  tools: ChannelTools,
  extras: Extras,
): Preview {
  const text = [titleOf(notification), ...plainParts(notification)].join("\n\n");
  if (integration.kind === "email") {
    const { message, server } = mailOf(integration, notification, tools, extras);
    const headers = { From: message.from, To: message.shownTo, Subject: message.subject, ...message.headers };
    const body = message.html ?? message.text ?? "";
    const hasPicture = message.pictures.length > 0;
    return {
      requests: [
        {
          method: "SMTP",
          url: `smtp${server.isImplicitTls ? "s" : ""}://${server.host}:${server.port}`,
          headers,
          body,
        },
      ],
      text: message.text ?? text,
      hasPicture,
      shown: showMail(message.subject, message.html, message.text ?? "", hasPicture),
    };
  }
  const requests: ChannelRequest[] = [];
  const end = hold(converse(integration, notification, tools, extras), requests);
  if (end?.afterwards) hold(end.afterwards(), requests);
  const hasPicture = requests.some(({ bytes }) => bytes !== undefined);
  return {
    requests: requests.map(({ method, url, headers, body }) => ({
      method,
      url: url.replaceAll(encodeURIComponent(HIDDEN), HIDDEN),
      headers,
      body: indented(body),
    })),
    text,
    hasPicture,
    shown: showMessage(integration.kind, requests, hasPicture),
  };
}

/** Adds its requests; undefined when they are too many. */
function hold<End>(
  conversation: Generator<ChannelRequest, End, ChannelAnswer>,
  requests: ChannelRequest[],
): End | undefined {
  let step = conversation.next();
  while (!step.done && requests.length < MOST_REQUESTS) {
    requests.push(step.value);
    step = conversation.next(AGREES);
  }
  return step.done ? step.value : undefined;
}

/** What stands for a secret: of an address its host and nothing more. */
export function hiddenSecret(text: string): string {
  return /^https?:\/\//.test(text) && URL.canParse(text)
    ? `${new URL(text).origin}/${encodeURIComponent(HIDDEN)}`
    : HIDDEN;
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
