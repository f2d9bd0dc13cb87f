/**
 * Where a test is sent and read back, and as whom: what the command line names, else what the configuration says of this machine's
 * collector. In: options and a configuration; out: addresses and headers. Asks nobody.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Factory } from "../../component/factory.ts";
import { listListeners, type Listener } from "../../config/listeners.ts";
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import type { Signal } from "../../model/signal.ts";
import { addressOf } from "../own-address.ts";
import { UsageError } from "../usage.ts";

type Headers = Readonly<Record<string, string>>;

export interface TestTarget {
  /** Without a path, for people. */
  readonly otlp: string;
  readonly urls: Readonly<Record<Signal, string>>;
  readonly otlpHeaders: Headers;
  /** Of the web port, without a slash at its end. */
  readonly web: string;
  readonly webHeaders: Headers;
  /** Not for this machine's own collector: its certificate has another name. */
  readonly checksCertificate: { readonly otlp: boolean; readonly web: boolean };
}

export interface TargetOptions {
  readonly endpoint?: string | undefined;
  readonly web?: string | undefined;
  /** NAME=VALUE, a line each. */
  readonly header?: string | undefined;
  readonly token?: string | undefined;
  /** "" = certificates are not checked. */
  readonly insecure?: string | undefined;
}

/** What the embedded store's directory holds where the web port made its token itself. */
const TOKEN_FILE = "web-token";

/** @throws UsageError */
export function findTarget(options: TargetOptions, config: () => ResolvedConfig, factories: readonly Factory[]) {
  const own = { config, listeners: () => listListeners(config(), factories) };
  const otlp = options.endpoint === undefined ? ownOtlp(own) : namedOtlp(options.endpoint);
  const web =
    options.web !== undefined
      ? checked(options.web, "--web")
      : options.endpoint === undefined
        ? ownWeb(own)
        : besideOf(options.endpoint, ownWeb(own));
  const insecure = options.insecure !== undefined;
  const token = options.token ?? ((options.web ?? options.endpoint) ? undefined : ownToken(config()));
  const target: TestTarget = {
    otlp: otlp.address,
    urls: otlp.urls,
    otlpHeaders: { ...otlp.headers, ...parseHeaders(options.header ?? "") },
    web,
    webHeaders: token === undefined ? {} : { authorization: `Bearer ${token}` },
    checksCertificate: {
      otlp: !insecure && options.endpoint !== undefined,
      web: !insecure && (options.web ?? options.endpoint) !== undefined,
    },
  };
  return target;
}

interface OwnCollector {
  readonly config: () => ResolvedConfig;
  readonly listeners: () => readonly Listener[];
}

interface Otlp {
  readonly address: string;
  readonly urls: Readonly<Record<Signal, string>>;
  readonly headers: Headers;
}

function ownOtlp({ config, listeners }: OwnCollector): Otlp {
  const found = listeners().filter(({ type, name }) => type === "otlp" && name === "http");
  const reachable = found.find((listener) => !listener.wantsCertificate && addressOf(listener) !== undefined);
  if (!reachable)
    throw new UsageError(
      found.some(({ wantsCertificate }) => wantsCertificate)
        ? "cannot send to the otlp receiver: it wants a client's certificate; name another with --endpoint"
        : "cannot tell where to send: no otlp receiver takes HTTP on a known port; name one with --endpoint URL",
    );
  const address = addressOf(reachable) as string;
  const { protocols } = config().receivers[reachable.id] as { protocols: { http: Record<string, string> } };
  const url = (signal: Signal) => address + protocols.http[`${signal}_url_path`].replace(/^\/?/, "/");
  return {
    address,
    urls: { traces: url("traces"), logs: url("logs"), metrics: url("metrics") },
    headers: headersFor(config(), reachable.authenticator),
  };
}

function namedOtlp(endpoint: string): Otlp {
  const address = checked(endpoint, "--endpoint");
  const url = (signal: Signal) => `${address}/v1/${signal}`;
  return { address, urls: { traces: url("traces"), logs: url("logs"), metrics: url("metrics") }, headers: {} };
}

function ownWeb({ listeners }: OwnCollector): string {
  const found = listeners().filter(({ type, wantsCertificate }) => type === "web" && !wantsCertificate);
  const address = found.map(addressOf).find((each) => each !== undefined);
  if (address === undefined)
    throw new UsageError(
      "cannot tell where to read it back: no web extension listens on a known port without client certificates; name one with --web URL",
    );
  // It is shown to people.
  return address.replace("//127.0.0.1:", "//localhost:");
}

/** The web port of a collector of the same configuration on another host. */
function besideOf(endpoint: string, web: string): string {
  const url = new URL(web);
  url.hostname = new URL(checked(endpoint, "--endpoint")).hostname;
  return url.href.replace(/\/$/, "");
}

function checked(text: string, option: string): string {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text))
    throw new UsageError(`cannot use ${option} ${text}: write an address that begins with http:// or https://`);
  return text.replace(/\/+$/, "");
}

/** As the SDKs read OTEL_EXPORTER_OTLP_HEADERS, one a line. */
function parseHeaders(text: string): Headers {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)=(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new UsageError(`cannot use --header ${line}: write --header name=value`);
      return [name.toLowerCase(), value.trim()];
    }),
  );
}

interface BearerConfig {
  readonly scheme: string;
  readonly token: string;
  readonly tokens: readonly string[];
  readonly filename: string;
  readonly header: string;
}

/** What a receiver's authenticator lets in, as far as the configuration says it. */
function headersFor({ extensions }: ResolvedConfig, authenticator: string): Headers {
  const { scheme, token, tokens, filename, header } = (extensions[authenticator] ?? {}) as Partial<BearerConfig>;
  if (header === undefined) return {};
  const read = filename ? firstLine(filename) : token || tokens?.[0];
  return read === undefined ? {} : { [header.toLowerCase()]: scheme ? `${scheme} ${read}` : read };
}

/** What this machine's own web port wants: the configured token, or the one that it made. */
function ownToken({ extensions, service }: ResolvedConfig): string | undefined {
  const of = (type: string) => service.extensions.filter((id) => id === type || id.startsWith(`${type}/`));
  for (const id of of("web")) {
    const { auth } = extensions[id] as { auth?: string | { token?: string } };
    if (auth === "none") return undefined;
    if (typeof auth === "object" && auth.token) return auth.token;
  }
  const directories = of("storage").map((id) => (extensions[id] as { directory: string }).directory);
  return directories.map((directory) => firstLine(join(directory, TOKEN_FILE))).find((token) => token !== undefined);
}

function firstLine(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n", 1)[0] || undefined : undefined;
  } catch {
    // Who may not read it is asked for it by the collector, which says how to give one.
    return undefined;
  }
}
