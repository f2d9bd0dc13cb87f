/** Access tokens by OAuth 2.0's client credentials grant (RFC 6749, 4.4), kept until shortly before they expire. */
import { jsonMember, type ChannelAnswer, type ChannelRequest } from "../../channels/channel.ts";
import type { SecretTools } from "../secret-tools.ts";
import type { HttpConfig } from "./http-config.ts";

type OAuth2Config = NonNullable<HttpConfig["oauth2"]>;
type Exchange = (request: ChannelRequest, signal: AbortSignal) => Promise<ChannelAnswer>;

/** Before its end a token is no longer used: the request takes time, and clocks differ. */
const EARLY_MILLIS = 10_000;
const USUAL_SECONDS = 3600;

export class OAuth2Tokens {
  readonly #config: OAuth2Config;
  readonly #tools: SecretTools;
  readonly #exchange: Exchange;
  #token: { readonly text: string; readonly until: number } | undefined;

  constructor(config: OAuth2Config, tools: SecretTools, exchange: Exchange) {
    this.#config = config;
    this.#tools = tools;
    this.#exchange = exchange;
  }

  /** @throws Error when there is none to be had */
  async get(signal: AbortSignal): Promise<string> {
    // How long a token lasts is a length of time: no clock that a person sets.
    if (this.#token && performance.now() < this.#token.until) return this.#token.text;
    const {
      client_id: id = "",
      client_secret: secret,
      scopes,
      endpoint_params: more,
      token_url: url = "",
    } = this.#config;
    const form = new URLSearchParams({ grant_type: "client_credentials", ...more });
    if (scopes?.length) form.set("scope", scopes.join(" "));
    if (this.#config.audience !== undefined) form.set("audience", this.#config.audience);
    const password = secret ? this.#tools.reveal(secret) : "";
    const answer = await this.#exchange(
      {
        method: "POST",
        url,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
          authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`).toString("base64")}`,
        },
        body: form.toString(),
      },
      signal,
    );
    const text = jsonMember(answer.body, "access_token");
    if (answer.status !== 200 || typeof text !== "string" || text === "") {
      const why = ["error_description", "error"]
        .map((key) => jsonMember(answer.body, key))
        .find((each) => typeof each === "string");
      throw new Error(
        `cannot get an OAuth 2.0 token of ${new URL(url).host}: HTTP ${answer.status}, ${why ?? "no access_token"}`,
      );
    }
    const seconds = Number(jsonMember(answer.body, "expires_in") ?? USUAL_SECONDS);
    const lasts = (Number.isFinite(seconds) ? seconds : USUAL_SECONDS) * 1000 - EARLY_MILLIS;
    this.#token = { text, until: performance.now() + lasts };
    return text;
  }

  /** It was refused: the next request gets a new one. */
  forget(): void {
    this.#token = undefined;
  }
}

/** The service does not know the token (any more). */
export function isBearerChallenge({ headers }: ChannelAnswer): boolean {
  const challenge = headers["www-authenticate"];
  return challenge === undefined || /^bearer/i.test(challenge);
}
