/** Where an integration sends to, without any secret: `hooks.slack.com #alerts`, `ops@example.com`. */
import type { Integration } from "../notify/config/receiver-config.ts";
import type { Secret } from "../notify/config/secret.ts";

const ADDRESSES = ["webhook_url", "url", "api_url", "app_url", "server_url"];
const PLACES = ["channel", "topic", "chat_id", "to", "room_id"];
const MOST = 200;

/** @param reveal may throw: then the address is not told */
export function targetOf({ kind, config }: Integration, reveal: (secret: Secret) => string): string {
  const values = config as Readonly<Record<string, unknown>>;
  const host =
    kind === "email"
      ? ""
      : ADDRESSES.map((key) => hostOf(values[key], reveal)).find((text) => text !== "") ||
        (kind === "ntfy" ? "ntfy.sh" : "");
  const place = PLACES.map((key) => values[key])
    .filter((value) => (typeof value === "string" && !value.includes("{{")) || typeof value === "number")
    .map(String)[0];
  return [host, place].filter(Boolean).join(" ").slice(0, MOST) || kind;
}

function hostOf(value: unknown, reveal: (secret: Secret) => string): string {
  try {
    const text = typeof value === "string" ? value : value === undefined ? "" : reveal(value as Secret);
    return URL.canParse(text) ? new URL(text).host : "";
  } catch {
    return "";
  }
}
