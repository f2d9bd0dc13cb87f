/** ntfy, published as JSON (https://docs.ntfy.sh/publish/#publish-as-json): 4096 bytes a message, beyond which it becomes an attachment. */
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
    };
    return [
      postJson(
        settings.serverUrl,
        body,
        settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` },
      ),
    ];
  },
  judge: judgeByStatus,
};
