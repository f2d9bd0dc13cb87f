/**
 * Requests that a page of another site makes a browser send: its user is not asked, so nothing may be written by them. Programs say nothing
 * of a site, and are let through.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

export function isWrite({ method = "GET" }: IncomingMessage): boolean {
  return !READING.has(method);
}

/** Whether it would write something. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header */
export function isWriteOfOtherSite(request: IncomingMessage): boolean {
  return isWrite(request) && request.headers["sec-fetch-site"] === "cross-site";
}

/**
 * Browsers name a page's origin when it writes, and when it opens a websocket. A proxy may tell under which name it is asked.
 * @param isNamed whether pages of a host are ours although the request came by another name
 */
export function isOfOtherOrigin(
  headers: IncomingHttpHeaders,
  isNamed: (host: string) => boolean = () => false,
): boolean {
  if (headers.origin === undefined) return false;
  const origin = originHost(headers.origin);
  if (origin === undefined) return true;
  return ![headers.host, headers["x-forwarded-host"]].includes(origin) && !isNamed(origin);
}

/**
 * For ports that have no pages: one whose page comes from this very address has let its own name point here (DNS rebinding), since nobody
 * else could have sent that page. Pages behind a proxy have the proxy's port.
 */
export function isOfReboundName({ headers, socket }: IncomingMessage): boolean {
  const origin = headers.origin === undefined ? undefined : originHost(headers.origin);
  if (origin === undefined || origin !== headers.host) return false;
  const { hostname, port } = new URL(`http://${origin}`);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) > 0;
  return !isAddress && hostname !== "localhost" && Number(port || 80) === socket.localPort;
}

/** HOST:PORT; undefined when it is none, as in `null`. */
function originHost(origin: string): string | undefined {
  try {
    const { host } = new URL(origin);
    return host === "" ? undefined : host;
  } catch {
    return undefined;
  }
}
