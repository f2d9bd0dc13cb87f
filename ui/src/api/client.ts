/**
 * The only fetch of the UI. In: a path under /api/v1 and its parameters; out: the decoded JSON, or an ApiError. An aborted
 * request rejects with the DOM's AbortError, which callers ignore. Knows no page and keeps nothing.
 */
import { ApiError, decodeApiError } from "./api-error.ts";

export type RequestParams = Readonly<Record<string, string | number | boolean | undefined>>;

/** Addresses are built here too, so that "open as JSON" links and requests agree. Undefined and "" are left out. */
export function formatApiPath(path: string, params: RequestParams = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== "" && value !== false) query.set(key, String(value));
  }
  const text = query.toString();
  return `/api/v1/${path}${text === "" ? "" : `?${text}`}`;
}

export async function fetchJson<T>(path: string, params: RequestParams, signal: AbortSignal): Promise<T> {
  const response = await send(formatApiPath(path, params), signal);
  if (!response.ok) throw decodeApiError(response.status, await response.text());
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) {
    throw new ApiError(response.status, {
      message: `the answer is ${type || "untyped"} and not JSON: is this address Goldspan's?`,
    });
  }
  return (await response.json()) as T;
}

/** Changes something; what the answer holds is left. */
export async function sendJson(method: "PUT" | "DELETE", path: string, body?: unknown): Promise<void> {
  const { signal } = new AbortController();
  const init = {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { accept: "application/json", "content-type": "application/json" } }),
  };
  const response = await send(formatApiPath(path), signal, init);
  if (!response.ok) throw decodeApiError(response.status, await response.text());
}

async function send(address: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(address, {
      signal,
      headers: { accept: "application/json" },
      credentials: "same-origin",
      ...init,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const hint = "is it running, and can this machine reach it?";
    throw new ApiError(0, { message: "no answer from the collector", hint }, cause);
  }
}
