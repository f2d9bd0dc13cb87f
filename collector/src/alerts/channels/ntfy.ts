/**
 * ntfy, published as JSON (https://docs.ntfy.sh/publish/#publish-as-json): 4096 bytes a message, beyond which it becomes an attachment.
 * With a picture the body is the picture and the words are headers. The messages of a group are one sequence: the later take the place
 * of the earlier (servers before 2.16 show them beside each other).
 */
import { createHash } from "node:crypto";
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, plainParts, titleOf } from "./describe.ts";
import { byteLength, fitParts, limitBytes, limitRunes } from "./limit-text.ts";
import { isAllResolved } from "./notification.ts";

export interface NtfySettings {
  /** https://ntfy.sh */
  readonly serverUrl: string;
  readonly topic: string;
  readonly token?: string;
  readonly title?: string;
  readonly message?: string;
  /** 1 (least) to 5. */
  readonly priority?: number;
  readonly tags?: readonly string[];
}

const MOST_MESSAGE = 4096;
const MOST_ALERT = 1500;
const MOST_TITLE = 250;

export const ntfy: Channel<NtfySettings> = {
  build(notification, settings) {
    const isResolved = isAllResolved(notification);
    const isUrgent = notification.alerts.some(
      ({ labels, isResolved }) => !isResolved && /^(?:critical|page)$/.test(labels.severity ?? ""),
    );
    const parts = plainParts(notification).map((part) => limitBytes(part, MOST_ALERT));
    const body = {
      topic: settings.topic,
      title: limitRunes(settings.title ?? titleOf(notification), MOST_TITLE),
      message:
        settings.message === undefined
          ? fitParts(parts, MOST_MESSAGE, "\n\n", byteLength)
          : limitBytes(settings.message, MOST_MESSAGE),
      priority: settings.priority ?? (isResolved ? 3 : isUrgent ? 5 : 4),
      tags: settings.tags ?? [isResolved ? "white_check_mark" : "rotating_light"],
      click: alertsUrlOf(notification) || undefined,
      sequence_id: createHash("sha256").update(notification.groupKey).digest("hex").slice(0, 32),
    };
    return [postJson(settings.serverUrl, body, authorization(settings))];
  },
  judge: judgeByStatus,

  *converse(notification, settings, { picture, now }) {
    const [request] = ntfy.build(notification, settings);
    if (picture !== undefined && !isAllResolved(notification)) {
      const { topic, title, message, priority, tags, click, sequence_id } = JSON.parse(request.body);
      const answer = yield {
        method: "PUT",
        url: `${settings.serverUrl.replace(/\/$/, "")}/${encodeURIComponent(topic)}`,
        headers: {
          ...authorization(settings),
          title: encodeHeader(title),
          message: encodeHeader(message),
          priority: String(priority),
          tags: encodeHeader(tags.join(",")),
          ...(click && { click }),
          filename: "alert.png",
          "x-sequence-id": sequence_id,
        },
        body: `${title}\n\n${message}`,
        bytes: picture,
      };
      const outcome = judgeByStatus(answer, now());
      // Attachments may be switched off, or used up for today: then the words go alone. Of credentials and topics it says the same again.
      if (
        outcome.kind === "sent" ||
        (outcome.kind === "retry" && answer.status !== 429) ||
        [401, 403, 404].includes(answer.status)
      )
        return { outcome };
    }
    return { outcome: judgeByStatus(yield request, now()) };
  },
};

function authorization({ token }: NtfySettings): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** ASCII as it is, anything else as one encoded word (RFC 2047), which the server decodes. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}
