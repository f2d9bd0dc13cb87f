/**
 * The cookie of a browser that has signed in: until when it counts, and a signature with a key made of the token. Nothing is kept here:
 * it outlives restarts, and ends for everybody when the token changes. https://www.rfc-editor.org/rfc/rfc6265
 *
 *   NAME=EXPIRY.SIGNATURE    seconds since 1970 in base 36; HMAC-SHA-256 in base64url
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const LIFE_SECONDS = 30 * 24 * 3600;
/** Who comes back is given a new one, once a day. */
const RENEW_SECONDS = 24 * 3600;
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict";

export class SessionCookie {
  readonly #key: Buffer;
  /** Its own for each token: browsers keep one set of cookies for all ports of a host. */
  readonly #name: string;

  constructor(token: string) {
    this.#key = createHash("sha256").update(`goldspan web session\n${token}`).digest();
    this.#name = `goldspan-${createHmac("sha256", this.#key).update("name").digest("hex").slice(0, 8)}`;
  }

  /** @param isSecure the browser speaks HTTPS */
  issue(isSecure: boolean): string {
    const expiry = (nowSeconds() + LIFE_SECONDS).toString(36);
    return `${this.#nameFor(isSecure)}=${expiry}.${this.#sign(expiry)}; Max-Age=${LIFE_SECONDS}; ${attributes(isSecure)}`;
  }

  /** Tells the browser to forget it; undefined where a request's header Cookie has none: its name is for those who know the token. */
  clear(header: string | undefined, isSecure: boolean): string | undefined {
    if (!header?.includes(`${this.#name}=`)) return undefined;
    return `${this.#nameFor(isSecure)}=; Max-Age=0; ${attributes(isSecure)}`;
  }

  /** Whether a request's header Cookie holds one that counts, and whether it is time for a new one. */
  check(header: string | undefined): { readonly isValid: boolean; readonly isOld: boolean } {
    for (const part of (header ?? "").split(";")) {
      const [name, value = ""] = part.trim().split("=", 2);
      if (name !== this.#name && name !== this.#nameFor(true)) continue;
      const [expiry, signature = ""] = value.split(".", 2);
      const left = parseInt(expiry, 36) - nowSeconds();
      if (!(left > 0) || !isSame(signature, this.#sign(expiry))) continue;
      return { isValid: true, isOld: left < LIFE_SECONDS - RENEW_SECONDS };
    }
    return { isValid: false, isOld: false };
  }

  /** A name that browsers take from nobody but this very host, over HTTPS. */
  #nameFor(isSecure: boolean): string {
    return isSecure ? `__Host-${this.#name}` : this.#name;
  }

  #sign(expiry: string): string {
    return createHmac("sha256", this.#key).update(expiry).digest("base64url");
  }
}

function attributes(isSecure: boolean): string {
  return isSecure ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** In constant time; all signatures have one length, in bytes. */
function isSame(got: string, expected: string): boolean {
  const [given, wanted] = [Buffer.from(got), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
