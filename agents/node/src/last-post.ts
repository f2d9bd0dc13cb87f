/**
 * Sends requests while the process is ending and its event loop no longer turns: a worker thread posts them and the main
 * thread waits for it, at most `timeoutMillis`. Costs about 40 ms, once. Returns whether all were accepted.
 */

import { Worker } from "node:worker_threads";
import { requestHeaders } from "./otlp-transport.ts";
import type { OtlpTarget } from "./otlp-target.ts";

export interface LastPostData {
  /** One int32: 0 while the worker is busy, 1 when all is accepted, 2 when something failed. */
  state: SharedArrayBuffer;
  timeoutMillis: number;
  requests: { url: string; headers: Record<string, string>; gzip: boolean; tls: OtlpTarget["tls"]; body: Uint8Array }[];
}

const LAST_POST_ACCEPTED = 1;

export interface LastRequest {
  target: OtlpTarget;
  body: Uint8Array;
}

export function lastPost(requests: LastRequest[], timeoutMillis: number): boolean {
  if (requests.length === 0) return true;
  if (timeoutMillis <= 0) return false;
  const state = new SharedArrayBuffer(4);
  const data: LastPostData = {
    state,
    timeoutMillis,
    requests: requests.map(({ target, body }) => ({
      url: target.url.href,
      headers: requestHeaders(target),
      gzip: target.gzip,
      tls: target.tls,
      body,
    })),
  };
  const flag = new Int32Array(state);
  try {
    // Without the app's execArgv: the worker must not start an agent of its own.
    const worker = new Worker(new URL("last-post-worker.cjs", import.meta.url), {
      workerData: data,
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    worker.unref();
  } catch {
    return false; // no thread can be made any more: the telemetry is lost, the ending is not disturbed
  }
  Atomics.wait(flag, 0, 0, timeoutMillis);
  return Atomics.load(flag, 0) === LAST_POST_ACCEPTED;
}
