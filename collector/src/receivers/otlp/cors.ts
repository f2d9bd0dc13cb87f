/**
 * Cross-origin requests from browsers (https://fetch.spec.whatwg.org/#http-cors-protocol): off unless origins are allowed. The origin
 * is echoed, never `*`, since sendBeacon sends with credentials; the headers also go on errors, so that scripts can read them.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpConfig } from "./config.ts";

const DEFAULT_HEADERS = ["Accept", "Accept-Language", "Content-Language", "Content-Type", "Content-Encoding"];

export interface Cors {
  /** Sets the response's headers when the origin is allowed. */
  allow(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers an OPTIONS request. */
  preflight(request: IncomingMessage, response: ServerResponse): void;
}

export function createCors(config: NonNullable<HttpConfig["cors"]>): Cors {
  const patterns = config.allowed_origins.map(
    (origin) => new RegExp(`^${origin.split("*").map(escape).join(".*")}$`, "i"),
  );
  const allowed = (origin: string) => patterns.some((pattern) => pattern.test(origin));

  function allow(request: IncomingMessage, response: ServerResponse): boolean {
    response.appendHeader("vary", "Origin");
    const { origin } = request.headers;
    if (origin === undefined || !allowed(origin)) return false;
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-allow-credentials", "true");
    if (config.exposed_headers.length > 0)
      response.setHeader("access-control-expose-headers", config.exposed_headers.join(", "));
    return true;
  }

  function preflight(request: IncomingMessage, response: ServerResponse): void {
    if (response.hasHeader("access-control-allow-origin")) {
      response.setHeader("access-control-allow-methods", "POST");
      response.setHeader("access-control-allow-headers", allowedHeaders(request).join(", "));
      response.appendHeader("vary", "Access-Control-Request-Headers");
      if (config.max_age > 0) response.setHeader("access-control-max-age", config.max_age);
    }
    response.writeHead(204).end();
  }

  function allowedHeaders(request: IncomingMessage): string[] {
    const headers = [...DEFAULT_HEADERS, ...config.allowed_headers.filter((header) => header !== "*")];
    // With credentials a literal * would mean a header of that name: echo what the browser asks for instead.
    if (config.allowed_headers.includes("*"))
      headers.push(
        ...(request.headers["access-control-request-headers"] ?? "")
          .split(",")
          .map((h) => h.trim())
          .filter(Boolean),
      );
    return [...new Set(headers)];
  }

  return { allow, preflight };
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
