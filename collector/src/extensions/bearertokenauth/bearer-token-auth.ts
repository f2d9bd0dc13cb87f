/**
 * Lets in who sends one of the configured tokens. All tokens are compared, each in constant time over its hash, so that neither the
 * time nor the message tells anything about them. A token file is looked at once a second at most, when somebody knocks.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { messageOf } from "../../base/errors.ts";
import type { Authenticator, ExtensionInstance, RequestHeaders, Settings } from "../../component/component.ts";
import { placeholderProblem, TOKEN_FIX } from "../../component/placeholder-token.ts";
import type { BearerTokenAuthConfig } from "./config.ts";

const RECHECK_MILLIS = 1000;

export function createBearerTokenAuth({ logger }: Settings, config: BearerTokenAuthConfig): ExtensionInstance {
  const header = config.header.toLowerCase();
  const configured = [config.token, ...config.tokens].filter((token) => token !== "");
  let accepted = config.filename === "" ? configured.map(expected) : [];
  let version = "";
  let checkedAt = -Infinity;

  function expected(token: string): Buffer {
    return digest(config.scheme === "" ? token : `${config.scheme} ${token}`);
  }

  /** Throws when the file cannot be read, or holds a placeholder. */
  function readTokens(): void {
    const { mtimeMs, size, ino } = statSync(config.filename);
    const found = `${mtimeMs} ${size} ${ino}`;
    if (found === version) return;
    const tokens = readFileSync(config.filename, "utf8")
      .split("\n")
      .map((line) => line.trim());
    const [wrong] = tokens.flatMap((token) => placeholderProblem(token) ?? []);
    if (wrong !== undefined) throw new Error(`a token in it ${wrong}; ${TOKEN_FIX}`);
    accepted = tokens.filter((token) => token !== "").map(expected);
    if (version !== "") logger.info("read the token file again", { file: config.filename, tokens: accepted.length });
    version = found;
  }

  function recheck(): void {
    if (config.filename === "" || Date.now() - checkedAt < RECHECK_MILLIS) return;
    checkedAt = Date.now();
    try {
      readTokens();
    } catch (error) {
      logger.error("cannot use the token file; the tokens read before stay", {
        file: config.filename,
        reason: messageOf(error),
      });
    }
  }

  function sentIn(headers: RequestHeaders): string {
    const value = headers[header];
    return (typeof value === "string" ? value : value?.[0]) ?? "";
  }

  const authenticator: Authenticator = {
    authenticate(headers) {
      recheck();
      const sent = sentIn(headers);
      if (sent === "") return `the header ${config.header} is missing`;
      const got = digest(normalised(sent, config.scheme));
      const right = accepted.reduce((found, each) => timingSafeEqual(each, got) || found, false);
      return right ? undefined : `the header ${config.header} holds no valid ${config.scheme || "token"}`;
    },
    /** One token that everybody sends tells nobody apart. */
    identify(headers) {
      if (accepted.length < 2) return undefined;
      return digest(normalised(sentIn(headers), config.scheme))
        .toString("hex")
        .slice(0, 16);
    },
  };

  return {
    authenticator,
    async start() {
      if (config.filename === "") return;
      try {
        readTokens();
      } catch (error) {
        throw new Error(`cannot read the token file "${config.filename}": ${messageOf(error)}`, { cause: error });
      }
      if (accepted.length === 0) throw new Error(`cannot use the token file "${config.filename}": it holds no token`);
      checkedAt = Date.now();
    },
  };
}

/** Schemes are case-insensitive (https://www.rfc-editor.org/rfc/rfc9110#section-11.1). */
function normalised(sent: string, scheme: string): string {
  const start = sent.slice(0, scheme.length);
  return start.toLowerCase() === scheme.toLowerCase() ? scheme + sent.slice(scheme.length) : sent;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
