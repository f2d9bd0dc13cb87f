/**
 * Asks a target for its metrics: credentials, TLS, compression, redirects, and bounds on time and size. In: a URL; out: text and the form it
 * is in. Throws ScrapeError with a sentence for /targets.
 */
import { readFileSync } from "node:fs";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { messageOf } from "../../base/errors.ts";
import { untilAborted } from "../../base/until-aborted.ts";
import type { OwnMetrics } from "../../component/component.ts";
import type { ExpositionFormat } from "../../wire/prometheus/exposition-parser.ts";
import { PROTOCOLS } from "./config.ts";
import type { HttpConfig } from "./http-config.ts";
import type { Target } from "./target.ts";

const decompress = promisify(gunzip);
const MOST_REDIRECTS = 10;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  "OpenMetricsText1.0.0": "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
  "OpenMetricsText0.0.1": "application/openmetrics-text;version=0.0.1",
  "PrometheusText1.0.0": "text/plain;version=1.0.0;escaping=allow-utf-8",
  "PrometheusText0.0.4": "text/plain;version=0.0.4",
};

/** A scrape that failed; the message is what /targets shows. */
export class ScrapeError extends Error {
  override name = "ScrapeError";
}

export interface ScrapeClientParts extends HttpConfig {
  readonly protocols: readonly string[] | undefined;
  readonly fallbackProtocol: string | undefined;
  readonly compression: boolean;
  readonly bodyLimitBytes: number;
  readonly userAgent: string;
  /** Of this process; undefined = nobody offers them. */
  readonly own: OwnMetrics | undefined;
}

export interface Exposition {
  readonly text: string;
  readonly format: ExpositionFormat;
  readonly bytes: number;
}

export class ScrapeClient {
  readonly #parts: ScrapeClientParts;
  readonly #accept: string;
  readonly #http = new HttpAgent({ keepAlive: true });
  #https: HttpsAgent | undefined;

  constructor(parts: ScrapeClientParts) {
    this.#parts = parts;
    this.#accept = acceptOf(parts.protocols?.filter((name) => name in MEDIA_TYPES) ?? PROTOCOLS);
  }

  async fetch({ url, isOwn }: Pick<Target, "url" | "isOwn">, timeoutMillis: number, stop: AbortSignal) {
    const enable = this.#parts.compression;
    const timeout = AbortSignal.timeout(timeoutMillis);
    const signal = AbortSignal.any([timeout, stop]);
    try {
      if (isOwn) return await this.#readOwn(signal);
      const response = await this.#ask(url, signal, {
        accept: this.#accept,
        "user-agent": this.#parts.userAgent,
        "x-prometheus-scrape-timeout-seconds": String(timeoutMillis / 1000),
        "accept-encoding": enable ? "gzip" : "identity",
        ...this.#credentials(),
      });
      const bytes = await this.#read(response);
      const format = this.#formatOf(response.headers["content-type"]);
      return { text: decodeUtf8(bytes), format, bytes: bytes.length } satisfies Exposition;
    } catch (error) {
      if (error instanceof ScrapeError) throw error;
      if (timeout.aborted) throw new ScrapeError(`no answer within ${timeoutMillis / 1000}s`);
      throw new ScrapeError(messageOf(error) || (error as { code?: string }).code || "the connection failed");
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https?.destroy();
  }

  async #readOwn(signal: AbortSignal): Promise<Exposition> {
    const { own, bodyLimitBytes } = this.#parts;
    if (!own) throw new ScrapeError("this process offers no metrics of its own");
    const text = await untilAborted(own.text(), signal);
    const bytes = Buffer.byteLength(text);
    if (bytes > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    return { text, format: "text", bytes };
  }

  async #ask(url: string, signal: AbortSignal, headers: Record<string, string>): Promise<IncomingMessage> {
    let at = new URL(url);
    for (let redirects = 0; ; redirects++) {
      // Credentials are for the host they were written for.
      const own = at.host === new URL(url).host ? headers : { ...headers, authorization: undefined };
      const response = await this.#once(at, signal, own);
      const { statusCode = 0, headers: answered } = response;
      const { location } = answered;
      if (statusCode === 200) return response;
      response.resume();
      const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && location !== undefined;
      if (!isRedirect || !this.#parts.follow_redirects)
        throw new ScrapeError(`server returned HTTP status ${statusCode} ${response.statusMessage ?? ""}`.trim());
      if (redirects >= MOST_REDIRECTS) throw new ScrapeError(`stopped after ${MOST_REDIRECTS} redirects`);
      at = new URL(location, at);
    }
  }

  #once(url: URL, signal: AbortSignal, headers: Record<string, string | undefined>): Promise<IncomingMessage> {
    const isTls = url.protocol === "https:";
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    const agent = isTls ? (this.#https ??= this.#secure()) : this.#http;
    const options = { signal, headers: given, agent };
    return new Promise((resolve, reject) => {
      const request = (isTls ? httpsRequest : httpRequest)(url, options, resolve);
      request.once("error", reject);
      request.end();
    });
  }

  async #read(response: IncomingMessage): Promise<Uint8Array> {
    const { bodyLimitBytes } = this.#parts;
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of response as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
      pieces.push(piece);
    }
    const body = Buffer.concat(pieces, size);
    if (response.headers["content-encoding"]?.toLowerCase() !== "gzip") return body;
    try {
      return await decompress(body, { maxOutputLength: bodyLimitBytes });
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(bodyLimitBytes);
      throw new ScrapeError(`cannot decompress the answer: ${messageOf(error)}`);
    }
  }

  #formatOf(contentType = ""): ExpositionFormat {
    const type = contentType.split(";", 1)[0].trim().toLowerCase();
    if (type === "application/openmetrics-text") return "openmetrics";
    if (type === "text/plain") return "text";
    const { fallbackProtocol } = this.#parts;
    if (fallbackProtocol !== undefined) return fallbackProtocol.startsWith("Open") ? "openmetrics" : "text";
    throw new ScrapeError(
      `the answer's Content-Type "${contentType}" is no form of metrics; set fallback_scrape_protocol, or mend the target`,
    );
  }

  /** Files are read afresh: what is mounted changes. */
  #credentials(): Record<string, string> {
    const { basic_auth: basic, authorization, bearer_token, bearer_token_file } = this.#parts;
    if (basic) {
      const username = basic.username || readText(basic.username_file);
      const password = basic.password || readText(basic.password_file);
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
    }
    const type = authorization?.type ?? "Bearer";
    const own = authorization ? authorization.credentials || readText(authorization.credentials_file) : "";
    const credentials = own || bearer_token || readText(bearer_token_file);
    return credentials === "" ? {} : { authorization: `${type} ${credentials}` };
  }

  #secure(): HttpsAgent {
    const { tls_config: tls } = this.#parts;
    const options: AgentOptions = { keepAlive: true, rejectUnauthorized: !tls.insecure_skip_verify };
    const ca = tls.ca || readText(tls.ca_file);
    const cert = tls.cert || readText(tls.cert_file);
    const key = tls.key || readText(tls.key_file);
    if (ca !== "") options.ca = ca;
    if (cert !== "") options.cert = cert;
    if (key !== "") options.key = key;
    if (tls.server_name !== "") options.servername = tls.server_name;
    if (tls.min_version !== undefined) options.minVersion = tls.min_version === "TLS13" ? "TLSv1.3" : "TLSv1.2";
    return new HttpsAgent(options);
  }
}

function acceptOf(protocols: readonly string[]): string {
  const weighted = protocols.map((name, i) => `${MEDIA_TYPES[name]};q=0.${Math.max(1, protocols.length + 1 - i)}`);
  return [...weighted, "*/*;q=0.1"].join(",");
}

function readText(path: string): string {
  if (path === "") return "";
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ScrapeError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ScrapeError("the answer is no valid UTF-8");
  }
}

function tooLarge(limit: number): ScrapeError {
  return new ScrapeError(`body size limit exceeded: the answer has more than ${limit} bytes`);
}
