/**
 * Sends a channel's requests as its `http_config` says: credentials, TLS, proxy, redirects. One client an integration; its connections
 * are kept while the settings that files hold stay the same. Only the address that is asked for is talked to: a redirect is followed on
 * the same host alone, so no secret reaches another.
 */
import type { Dispatcher } from "undici";
import type { ChannelAnswer, ChannelRequest } from "../../channels/channel.ts";
import { chooseProxy } from "./choose-proxy.ts";
import { isBearerChallenge, OAuth2Tokens } from "./oauth2-tokens.ts";
import { httpHeaders, type HttpConfig } from "./http-config.ts";
import { tlsOptions } from "./tls-options.ts";
import type { SecretTools } from "../secret-tools.ts";

export interface HttpClientSettings {
  readonly config: HttpConfig | undefined;
  readonly tools: SecretTools;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
}

const MOST_REDIRECTS = 5;
/** Of an answer that is kept: what channels read of one stands at its begin. */
const MOST_ANSWER_BYTES = 256 * 1024;
/** Connections that nobody used for so long are closed; alerts are rare. */
const KEEP_ALIVE_MILLIS = 4000;

export class HttpClient {
  readonly #settings: HttpClientSettings;
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #tokens: OAuth2Tokens | undefined;
  /** Of TLS files, as they were when the connections were made. */
  #material = "";

  constructor(settings: HttpClientSettings) {
    this.#settings = settings;
    const { config, tools } = settings;
    if (config?.oauth2)
      this.#tokens = new OAuth2Tokens(config.oauth2, tools, (request, signal) =>
        this.#exchange(request, signal, config.oauth2?.tls_config ?? config.tls_config),
      );
  }

  /** @throws Error when no answer comes: refused, unknown host, wrong certificate, timed out; the message says which and where */
  async send(request: ChannelRequest, timeoutMillis: number): Promise<ChannelAnswer> {
    // The first request of the process loads the code, which is not the channel's time.
    await import("undici");
    const signal = AbortSignal.timeout(timeoutMillis);
    const { hostname } = new URL(request.url);
    try {
      return await this.#follow(request, signal);
    } catch (error) {
      if (signal.aborted)
        throw new Error(`${hostname} gave no answer within ${timeoutMillis / 1000} s`, { cause: error });
      throw error;
    }
  }

  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }

  async #follow(request: ChannelRequest, signal: AbortSignal): Promise<ChannelAnswer> {
    const { config } = this.#settings;
    let current = await this.#withCredentials(request, signal);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#exchange(current, signal, config?.tls_config);
      if (answer.status === 401 && this.#tokens && isBearerChallenge(answer)) this.#tokens.forget();
      const target = answer.headers.location;
      // 303 says "it is done, look there"; a message must not be taken for sent because that page exists.
      if (![301, 302, 307, 308].includes(answer.status) || target === undefined || config?.follow_redirects === false)
        return answer;
      const from = new URL(current.url);
      const to = URL.canParse(target, from.href) ? new URL(target, from.href) : undefined;
      const isSame = to?.host === from.host && (to.protocol === from.protocol || to.protocol === "https:");
      if (!to || !isSame)
        return explained(
          answer,
          `it redirects to ${to?.host ?? "nowhere"}, and only redirects on the same host are followed; configure that address`,
        );
      if (redirects >= MOST_REDIRECTS) return explained(answer, `it redirects more than ${MOST_REDIRECTS} times`);
      current = { ...current, url: to.href };
    }
  }

  async #withCredentials(request: ChannelRequest, signal: AbortSignal): Promise<ChannelRequest> {
    const { config, tools, userAgent } = this.#settings;
    if (request.isForeign) return { ...request, headers: { "user-agent": userAgent, ...request.headers } };
    const token = await this.#tokens?.get(signal);
    return {
      ...request,
      headers: {
        "user-agent": userAgent,
        ...httpHeaders(config, tools),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        // What the channel itself needs counts more.
        ...request.headers,
      },
    };
  }

  async #exchange(
    { method, url, headers, body, bytes }: ChannelRequest,
    signal: AbortSignal,
    tls: HttpConfig["tls_config"],
  ): Promise<ChannelAnswer> {
    const target = new URL(url);
    const dispatcher = await this.#dispatcher(target, tls);
    const { request } = await import("undici");
    const answer = await request(target, {
      dispatcher,
      method,
      headers,
      body: method === "GET" ? null : (bytes ?? body),
      signal,
    });
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      ),
      body: await readStart(answer.body),
    };
  }

  async #dispatcher(target: URL, tls: HttpConfig["tls_config"]): Promise<Dispatcher> {
    const { config, tools, environment } = this.#settings;
    const connect = tlsOptions(tls, tools);
    const proxyUrl = chooseProxy(
      target,
      {
        proxyUrl: config?.proxy_url && tools.reveal(config.proxy_url),
        noProxy: config?.no_proxy ?? "",
        fromEnvironment: config?.proxy_from_environment ?? false,
      },
      environment,
    );
    const material = JSON.stringify(connect);
    if (material !== this.#material && tls === config?.tls_config) {
      // A renewed certificate: what goes on over the old connections may end.
      const old = [...this.#dispatchers.values()];
      this.#dispatchers.clear();
      this.#material = material;
      for (const dispatcher of old) void dispatcher.close();
    }
    const key = JSON.stringify([proxyUrl, material]);
    const known = this.#dispatchers.get(key);
    if (known) return known;
    const { Agent, ProxyAgent } = await import("undici");
    const options = { keepAliveTimeout: KEEP_ALIVE_MILLIS, connections: 2, allowH2: config?.enable_http2 === true };
    const dispatcher =
      proxyUrl === undefined
        ? new Agent({ ...options, connect })
        : new ProxyAgent({
            ...options,
            uri: proxyUrl,
            requestTls: connect,
            headers: connectHeaders(config?.proxy_connect_header),
          });
    this.#dispatchers.set(key, dispatcher);
    return dispatcher;
  }
}

function connectHeaders(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([name, each]) => [
      name,
      Array.isArray(each) ? each.join(", ") : String(each),
    ]),
  );
}

function explained(answer: ChannelAnswer, why: string): ChannelAnswer {
  return { ...answer, body: why };
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString("utf8");
}
