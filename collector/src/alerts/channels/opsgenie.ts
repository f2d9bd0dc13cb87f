/** Opsgenie's Alert API (https://docs.opsgenie.com/docs/alert-api): one alert a group, closed when all are resolved. */
import { createHash } from "node:crypto";
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, plainParts, titleOf } from "./describe.ts";
import { fitParts, limitRunes } from "./limit-text.ts";
import { isAllResolved } from "./notification.ts";

export interface OpsgenieSettings {
  /** https://api.opsgenie.com/ */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly message?: string;
  readonly description?: string;
  readonly source?: string;
  readonly entity?: string;
  readonly note?: string;
  /** P1 to P5. */
  readonly priority?: string;
  readonly tags?: readonly string[];
  readonly actions?: readonly string[];
  readonly details?: Readonly<Record<string, string>>;
  readonly responders?: readonly {
    readonly id?: string;
    readonly name?: string;
    readonly username?: string;
    readonly type: string;
  }[];
  /** Also the message and description of an alert that is open already. */
  readonly updateAlerts?: boolean;
}

const MOST_MESSAGE = 130;
const MOST_DESCRIPTION = 15_000;
const MOST_ALERT = 4000;
const MOST_SOURCE = 100;
const MOST_ENTITY = 512;
const MOST_NOTE = 25_000;
const MOST_TAGS = 20;
const MOST_TAG = 50;
/** Of all keys and values together. */
const MOST_DETAILS = 8000;

export const opsgenie: Channel<OpsgenieSettings> = {
  build(notification, settings) {
    const alias = createHash("sha256").update(notification.groupKey).digest("hex");
    const base = `${settings.apiUrl.replace(/\/$/, "")}/v2/alerts`;
    const headers = { authorization: `GenieKey ${settings.apiKey}` };
    const source = limitRunes(settings.source ?? (alertsUrlOf(notification) || "Goldspan"), MOST_SOURCE);
    const note = settings.note === undefined ? undefined : limitRunes(settings.note, MOST_NOTE);
    if (isAllResolved(notification))
      return [postJson(`${base}/${alias}/close?identifierType=alias`, { source, note }, headers)];
    const message = limitRunes(settings.message ?? titleOf(notification), MOST_MESSAGE);
    const parts = plainParts(notification).map((part) => limitRunes(part, MOST_ALERT));
    const description =
      settings.description === undefined
        ? fitParts(parts, MOST_DESCRIPTION, "\n\n")
        : limitRunes(settings.description, MOST_DESCRIPTION);
    const create = {
      alias,
      message,
      description,
      source,
      note,
      entity: settings.entity === undefined ? undefined : limitRunes(settings.entity, MOST_ENTITY),
      priority: /^P[1-5]$/.test(settings.priority ?? "") ? settings.priority : undefined,
      tags: settings.tags?.slice(0, MOST_TAGS).map((tag) => limitRunes(tag, MOST_TAG)),
      actions: settings.actions?.slice(0, 10).map((action) => limitRunes(action, MOST_TAG)),
      responders: settings.responders,
      details: limitDetails({ ...notification.commonLabels, ...settings.details }),
    };
    const update = (field: "message" | "description", text: string) => ({
      ...postJson(`${base}/${alias}/${field}?identifierType=alias`, { [field]: text }, headers),
      method: "PUT" as const,
    });
    const updates = settings.updateAlerts ? [update("message", message), update("description", description)] : [];
    return [postJson(base, create, headers), ...updates];
  },
  judge: judgeByStatus,
};

function limitDetails(details: Readonly<Record<string, string>>): Record<string, string> {
  let room = MOST_DETAILS;
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => {
      const text = limitRunes(value, Math.min(1000, Math.max(room - name.length, 0)));
      room -= name.length + text.length;
      return room < 0 || text === "" ? [] : [[name, text]];
    }),
  );
}
