/**
 * What every request to the web port passes first: is it asked by a name of ours, does a page of another site write, who is it? Answers what
 * is refused, and the sign-in. Knows nothing of what lies behind it.
 *
 *   GET /sign-in?to=PATH · POST /sign-in (form: token, to) · GET /PAGE?token=… -> /PAGE · GET, DELETE /api/v1/session
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { messageOf } from "../../base/errors.ts";
import { finish } from "../../component/early-answer.ts";
import { isOfOtherOrigin, isWrite, isWriteOfOtherSite } from "../../component/other-site.ts";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { PAGE_POLICY, signInPage, signInPath, stepPage } from "./sign-in-page.ts";
import type { Denied, SignIn } from "./sign-in.ts";

/** What probes read, by whatever name, and the icon of the sign-in page. They tell nothing. */
const OPEN: ReadonlySet<string> = new Set([
  "/healthz",
  "/readyz",
  "/prometheus/-/healthy",
  "/prometheus/-/ready",
  "/favicon.svg",
]);
/**
 * The UI's code, the same for everybody: a page whose cookie has ended loads the rest of it and says so by itself. One name and nothing that
 * a URL parser would make another path of.
 */
const ASSET = /^\/assets\/[\w-]+\.[\w.-]+$/;
const SIGN_IN = "/sign-in";
const SESSION = "/api/v1/session";
const MOST_FORM_BYTES = 8192;

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GateParts {
  readonly hosts: AllowedHosts;
  /** Undefined = nobody is asked. */
  readonly signIn: SignIn | undefined;
  /** A receiver takes this path and checks its senders itself. */
  readonly checksSenders: (path: string) => boolean;
}

export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Why a request is not let in; undefined = it is. Answers nothing. */
  refusalOf(request: IncomingMessage): Refusal | undefined {
    const path = pathOf(request);
    return isOpen(request, path) ? undefined : (this.#foreign(request) ?? this.#unknown(request, path));
  }

  /** Whether the request was answered here; else it goes on. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    if (isOpen(request, path)) return false;
    const foreign = this.#foreign(request);
    if (foreign) return refuse(request, response, foreign);
    if (path === SIGN_IN) return this.#answerSignIn(request, response);
    if (path === SESSION && request.method === "DELETE") return this.#end(request, response);
    const { signIn } = this.#parts;
    if (signIn && request.method === "GET" && wantsPage(request) && this.#followLink(signIn, request, response))
      return true;
    const unknown = this.#unknown(request, path, response);
    if (unknown && signIn && wantsPage(request) && unknown.status === 401)
      return write(response, 401, stepPage(targetOf(request)), { ...PAGE_HEADERS, ...unknown.headers });
    if (unknown) return refuse(request, response, unknown);
    if (path !== SESSION) return false;
    if (request.method === "GET") return writeJson(response, 200, { auth: signIn ? "token" : "none" });
    return refuse(request, response, {
      status: 405,
      message: `cannot ${request.method} ${path}: it takes GET and DELETE`,
    });
  }

  /** By a name that nobody vouched for, or from a page of another site. */
  #foreign(request: IncomingMessage): Refusal | undefined {
    const { hosts } = this.#parts;
    const { host } = request.headers;
    if (!hosts.allows(host)) {
      const name = JSON.stringify(String(host).slice(0, 100));
      return {
        status: 403,
        message: `cannot answer for the host ${name}: when it is a name of this collector, list it in extensions.web.allowed_hosts (or GOLDSPAN_ALLOWED_HOSTS)`,
      };
    }
    const isForeign = isWriteOfOtherSite(request) || isOfOtherOrigin(request.headers, (each) => hosts.isNamed(each));
    if (!isWrite(request) || !isForeign) return undefined;
    const message = "cannot take what a page of another site sends: open Goldspan at its own address";
    return { status: 403, message, headers: { connection: "close" } };
  }

  /** @param response gets the cookie of who comes back, where it is time for a new one */
  #unknown(request: IncomingMessage, path: string, response?: ServerResponse): Refusal | undefined {
    const { signIn, checksSenders } = this.#parts;
    if (!signIn || ASSET.test(path) || checksSenders(path)) return undefined;
    const checked = signIn.check(request);
    if ("status" in checked) return refusalFor(checked);
    if (checked.cookie !== undefined) response?.appendHeader("set-cookie", checked.cookie);
    return undefined;
  }

  /** The link that was printed at the start: the token goes into a cookie and out of the address. */
  #followLink(signIn: SignIn, request: IncomingMessage, response: ServerResponse): boolean {
    const { to, token } = splitToken(request);
    if (token === undefined) return false;
    const exchanged = signIn.exchange(token, request);
    if ("cookie" in exchanged) return redirect(response, to, exchanged.cookie);
    // Whoever is signed in already is not asked again because of an old link.
    if (!("status" in signIn.check(request))) return redirect(response, to);
    return this.#page(signIn, response, to, exchanged);
  }

  #answerSignIn(request: IncomingMessage, response: ServerResponse): boolean {
    const { signIn } = this.#parts;
    const { method } = request;
    if (method === "GET" || method === "HEAD") {
      const to = harmlessTarget(new URLSearchParams(request.url?.split("?")[1]).get("to"));
      if (!signIn || !("status" in signIn.check(request))) return redirect(response, to);
      return this.#page(signIn, response, to);
    }
    if (method !== "POST")
      return refuse(request, response, { status: 405, message: `cannot ${method} ${SIGN_IN}: it takes GET and POST` });
    void readForm(request).then(
      (form) => {
        const to = harmlessTarget(form.get("to"));
        if (!signIn) return redirect(response, to);
        const exchanged = signIn.exchange(form.get("token")?.trim() ?? "", request);
        return "cookie" in exchanged
          ? redirect(response, to, exchanged.cookie)
          : this.#page(signIn, response, to, exchanged);
      },
      (error: unknown) => refuse(request, response, { status: 400, message: messageOf(error) }),
    );
    return true;
  }

  #end(request: IncomingMessage, response: ServerResponse): boolean {
    const ended = this.#parts.signIn?.end(request);
    return write(response, 204, "", ended === undefined ? {} : { "set-cookie": ended });
  }

  #page(signIn: SignIn, response: ServerResponse, to: string, denied?: Denied): boolean {
    const page = signInPage({ to, isMade: signIn.isMade, ...(denied && { problem: problemOf(denied) }) });
    // A page that asks is an answer as good as any; only a wrong token is an error.
    const { status, headers } = denied ? refusalFor(denied) : { status: 200, headers: {} };
    return write(response, status, page, { ...PAGE_HEADERS, ...headers });
  }
}

const PAGE_HEADERS = { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY };

function refusalFor({ status, message, retryAfterSeconds }: Denied): Refusal {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": 'Bearer realm="Goldspan"' } : {};
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  return { status, message, headers };
}

function problemOf({ status, retryAfterSeconds = 0 }: Denied): string {
  return status === 429
    ? `Too many tokens that were not it. Try again in ${retryAfterSeconds} seconds.`
    : "This is not the token. It may have changed since you got it.";
}

export function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0];
}

/** A body that nobody vouches for is not read. */
function isOpen(request: IncomingMessage, path: string): boolean {
  return OPEN.has(path) && !isWrite(request);
}

/** Only browsers ask for HTML by name. */
function wantsPage({ method, headers }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && /\btext\/html\b/.test(headers.accept ?? "");
}

/** Path and parameters of a request, wherever it says that it is. */
function targetOf({ url = "/" }: IncomingMessage): string {
  return harmlessTarget(url);
}

function splitToken(request: IncomingMessage): { readonly to: string; readonly token: string | undefined } {
  const url = new URL(targetOf(request), "http://localhost");
  const token = url.searchParams.get("token") ?? undefined;
  if (token === undefined) return { to: "", token };
  url.searchParams.delete("token");
  return { to: url.pathname + url.search, token };
}

/** A path of this port and nowhere else: `//example.com` and the like lead to the start. */
function harmlessTarget(text: string | null): string {
  if (text === null || !text.startsWith("/")) return "/";
  const base = "http://localhost";
  if (!URL.canParse(text, base)) return "/";
  const { origin, pathname, search } = new URL(text, base);
  return origin !== base || pathname.startsWith("//") || pathname === SIGN_IN ? "/" : pathname + search;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? ""))
    throw new Error("cannot read the token: it comes as a form, application/x-www-form-urlencoded");
  const length = Number(request.headers["content-length"] ?? Infinity);
  if (!(length <= MOST_FORM_BYTES)) throw new Error(`cannot read a form of more than ${MOST_FORM_BYTES} bytes`);
  return new URLSearchParams(await readText(request));
}

function redirect(response: ServerResponse, to: string, cookie?: string): true {
  return write(response, 303, "", { location: to, ...(cookie !== undefined && { "set-cookie": cookie }) });
}

/** As JSON in the shape of the API's errors, which every client shows. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, message, headers }: Refusal): true {
  const all = { ...SECURITY_HEADERS, "cache-control": "no-store", "content-type": "application/json", ...headers };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  const hint = status === 401 ? { hint: `people sign in at ${signInPath("/")}` } : {};
  finish(response, request, status, JSON.stringify({ error: { code: status, message, ...hint } }));
  return true;
}

function writeJson(response: ServerResponse, status: number, value: unknown): true {
  return write(response, status, JSON.stringify(value), { "content-type": "application/json" });
}

function write(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): true {
  const length = status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...SECURITY_HEADERS, "cache-control": "no-store", ...headers, ...length });
  response.end(body);
  return true;
}
