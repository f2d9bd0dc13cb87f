/**
 * Who may use the web port: programs that send the token, browsers with the cookie that it was exchanged for, by a link or the sign-in page.
 * In: requests of node:http; out: pass, or why not. Tokens and cookies are never logged.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Logger } from "../../component/logger.ts";
import { Guesses, isGuessable } from "./guesses.ts";
import { SessionCookie } from "./session-cookie.ts";

/** Let in; `cookie` = give it a new one. */
export interface Passed {
  readonly cookie?: string;
}

/** Not let in. */
export interface Denied {
  readonly status: 401 | 429;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export class SignIn {
  /** It was made here, and is not in the configuration. */
  readonly isMade: boolean;
  readonly #expected: Buffer;
  readonly #isGuessable: boolean;
  readonly #cookie: SessionCookie;
  readonly #guesses = new Guesses();
  readonly #logger: Logger;

  constructor(token: string, isMade: boolean, logger: Logger) {
    this.isMade = isMade;
    this.#expected = digest(token);
    this.#isGuessable = isGuessable(token);
    this.#cookie = new SessionCookie(token);
    this.#logger = logger;
  }

  /** By cookie, else by the header Authorization. */
  check(request: IncomingMessage): Passed | Denied {
    const { headers } = request;
    const { isValid, isOld } = this.#cookie.check(headers.cookie);
    if (isValid) return isOld ? { cookie: this.#cookie.issue(isSecure(request)) } : {};
    const [, token] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
    if (token === undefined)
      return {
        status: 401,
        message: "cannot answer without the token: send it as Authorization: Bearer …, or sign in",
      };
    return this.#try(token, request) ?? {};
  }

  /** The token for a cookie. */
  exchange(token: string, request: IncomingMessage): Required<Passed> | Denied {
    return this.#try(token, request) ?? { cookie: this.#cookie.issue(isSecure(request)) };
  }

  /** A Set-Cookie that ends the request's one. */
  end(request: IncomingMessage): string | undefined {
    return this.#cookie.clear(request.headers.cookie, isSecure(request));
  }

  /** Undefined = it is the token. */
  #try(token: string, { socket }: IncomingMessage): Denied | undefined {
    const got = digest(token);
    const isRight = timingSafeEqual(got, this.#expected);
    // Whatever others at its address have tried.
    if (isRight && !this.#isGuessable) return undefined;
    const from = socket.remoteAddress ?? "";
    const wait = this.#guesses.waitSeconds(from, got);
    if (wait > 0)
      return {
        status: 429,
        message: `cannot look at another token so soon: try again in ${wait} s`,
        retryAfterSeconds: wait,
      };
    if (isRight) return undefined;
    if (this.#guesses.addWrong(from, got))
      this.#logger.warn("somebody tries one token after the other and has to wait", { from });
    return { status: 401, message: "this is not the token" };
  }
}

/** A proxy in front of it may speak HTTPS with the browser. */
function isSecure({ socket, headers }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true || headers["x-forwarded-proto"] === "https";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
