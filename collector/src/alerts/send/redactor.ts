/** Remembers the secrets that were used for a message and takes them out of what is shown: errors and answers may repeat them. */
import { HIDDEN } from "../notify/config/secret.ts";

/** Shorter ones are no secrets, and would take letters out of every text. */
const LEAST = 6;

export class Redactor {
  readonly #secrets = new Set<string>();

  /** Hands the text on. */
  note(secret: string): string {
    for (const form of [secret, encodeURIComponent(secret), pathOf(secret)])
      if (form.length >= LEAST) this.#secrets.add(form);
    return secret;
  }

  hide(text: string): string {
    // Longest first: one may stand in another.
    const secrets = [...this.#secrets].sort((a, b) => b.length - a.length);
    return secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  }
}

/** Of an address, what follows its host: servers repeat that alone. */
function pathOf(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return "";
  const { pathname, search } = new URL(text);
  return pathname.length > 1 ? pathname + search : "";
}
