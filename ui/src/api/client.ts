/**
 * The only fetch of the UI. In: a path under /api/v1 (or Prometheus' API) and its parameters; out: the decoded JSON, or an ApiError. An aborted
 * request rejects with the DOM's AbortError, which callers ignore. Knows no page and keeps nothing but whether the collector answers, and answers us.
 */
import type { WireError } from "goldspan/contract";
import { Signal, type ReadonlySignal } from "../base/signal.ts";
import { ApiError, decodeApiError, decodePrometheusError } from "./api-error.ts";
import { readEvents, readLines, type ServerEvent } from "./read-lines.ts";

/** Longer requests go in the body. */
const LONGEST_ADDRESS = 4000;
/** So much of a file is kept in memory at most. */
const PART_BYTES = 8 << 20;

const answering = new Signal(true);
/** False from a request on that found nobody, until one is answered. */
export const isAnswering: ReadonlySignal<boolean> = answering;

const signedOut = new Signal(false);
/** True from an answer on that says that the web port wants its token; nothing more is to be had until somebody signs in. */
export const isSignedOut: ReadonlySignal<boolean> = signedOut;

export type RequestParams = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Addresses are built here too, so that "open as JSON" links and requests agree. Undefined and "" are left out; a list is repeated. */
export function formatApiPath(path: string, params: RequestParams = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    for (const one of [value].flat())
      if (one !== undefined && one !== "" && one !== false) query.append(key, String(one));
  }
  const text = query.toString();
  return `/api/v1/${path}${text === "" ? "" : `?${text}`}`;
}

export async function fetchJson<T>(path: string, params: RequestParams, signal: AbortSignal): Promise<T> {
  return decodeJson<T>(await send(formatApiPath(path, params), signal));
}

/**
 * An answer that comes line by line while the search runs; each line is told at once. A last line { error } rejects.
 * @param sent posted as JSON; absent = it is asked for by the address alone
 */
export async function fetchLines<T>(
  path: string,
  params: RequestParams,
  signal: AbortSignal,
  onLine: (line: T) => void,
  sent?: unknown,
): Promise<void> {
  const { body } = await open(formatApiPath(path, params), signal, "application/x-ndjson", sent);
  for await (const text of readLines(body)) {
    if (signal.aborted) return;
    if (text.trim() === "") continue;
    const line = JSON.parse(text) as T & Partial<WireError>;
    if (line.error) throw new ApiError(line.error.code, line.error);
    onLine(line);
  }
}

/** Server-sent events until the signal aborts or the server ends them. */
export async function fetchEvents(
  path: string,
  params: RequestParams,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const { body } = await open(formatApiPath(path, params), signal, "text/event-stream");
  for await (const event of readEvents(body)) onEvent(event);
}

export interface FileProgress {
  readonly bytes: number;
  /** Of its records, 0 to 1; undefined where the server doesn't know how many there will be. */
  readonly share?: number;
}

const LINE_FEED = 10;

/** A file of lines as it comes, told with how much has come so far; the browser keeps large ones on its disk. */
export async function fetchFile(
  path: string,
  params: RequestParams,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<Blob> {
  const { body, total } = await open(formatApiPath(path, params), signal, "*/*");
  const reader = body.getReader();
  let file = new Blob();
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let lines = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    waiting.push(part.value as Uint8Array<ArrayBuffer>);
    bytes += part.value.byteLength;
    for (const byte of part.value) if (byte === LINE_FEED) lines += 1;
    onProgress({ bytes, ...(total > 0 ? { share: Math.min(1, lines / total) } : {}) });
    if (bytes - file.size < PART_BYTES) continue;
    file = new Blob([file, ...waiting]);
    waiting = [];
  }
  return new Blob([file, ...waiting]);
}

/** `total`: records in it, as far as the server says; else 0. */
async function open(
  address: string,
  signal: AbortSignal,
  accept: string,
  sent?: unknown,
): Promise<{ readonly body: ReadableStream<Uint8Array>; readonly total: number }> {
  const posted = {
    method: "POST",
    body: JSON.stringify(sent),
    headers: { accept, "content-type": "application/json" },
  };
  const response = await send(address, signal, sent === undefined ? { headers: { accept } } : posted);
  if (!response.ok || !response.body) throw decodeApiError(response.status, await response.text());
  return { body: response.body, total: Number(response.headers.get("x-total") ?? 0) || 0 };
}

/** Prometheus' API: its parameters as a form, so that a query may be as long as it likes, and its envelope unpacked. */
export async function fetchPrometheus<T>(
  path: string,
  params: Readonly<Record<string, string | readonly string[]>>,
  signal: AbortSignal,
): Promise<PrometheusAnswer<T>> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) for (const one of [value].flat()) form.append(name, one);
  const address = `/prometheus/api/v1/${path}`;
  const short = form.toString().length < LONGEST_ADDRESS;
  const response = short
    ? await send(`${address}?${form.toString()}`, signal)
    : await send(address, signal, { method: "POST", body: form });
  if (!response.ok) throw decodePrometheusError(response.status, await response.text());
  return decodeJson<PrometheusAnswer<T>>(response);
}

export interface PrometheusAnswer<T> {
  readonly data: T;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

async function decodeJson<T>(response: Response): Promise<T> {
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
export async function sendJson(method: "PUT" | "POST" | "DELETE", path: string, body?: unknown): Promise<void> {
  await change(method, path, body);
}

/** Changes something and tells what it is then. */
export async function sendForJson<T>(method: "PUT" | "POST", path: string, body: unknown): Promise<T> {
  return decodeJson<T>(await change(method, path, body));
}

async function change(method: "PUT" | "POST" | "DELETE", path: string, body?: unknown): Promise<Response> {
  const { signal } = new AbortController();
  const init = {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { accept: "application/json", "content-type": "application/json" } }),
  };
  const response = await send(formatApiPath(path), signal, init);
  if (!response.ok) throw decodeApiError(response.status, await response.text());
  return response;
}

async function send(address: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
  try {
    const response = await fetch(address, {
      signal,
      headers: { accept: "application/json" },
      credentials: "same-origin",
      ...init,
    });
    answering.value = true;
    // A proxy may ask for something of its own, which is not our matter.
    if (response.status === 401 && /\brealm="Goldspan"/.test(response.headers.get("www-authenticate") ?? ""))
      signedOut.value = true;
    return response;
  } catch (cause) {
    if (signal.aborted) throw cause;
    answering.value = false;
    const hint = "is it running, and can this machine reach it?";
    throw new ApiError(0, { message: "no answer from the collector", hint }, cause);
  }
}
