/**
 * Calls another service: a time-out for every attempt, retries with jitter within a budget, metrics. In: a request.
 * Out: status and JSON body of the last attempt. Retries only what may be repeated: GET, DELETE, and whatever carries
 * an idempotency key. @throws HttpError 503 or 504 when no attempt got an answer.
 */

import { HttpError } from "./http-error.ts";
import type { Peers } from "./peers.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { ServiceMetrics } from "./service-metrics.ts";

export interface CallPolicy {
  attemptTimeoutMillis: number;
  /** 1 means no retries. */
  maxAttempts: number;
  /** The wait before retry n is random between 0 and this times 2^(n-1). */
  backoffMillis: number;
  /** False ignores the retry budget. */
  useBudget: boolean;
}

export interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: unknown;
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export interface CallResult {
  status: number;
  body: unknown;
}

export interface ServiceClientOptions {
  peer: string;
  peers: Peers;
  metrics: ServiceMetrics;
  policy: CallPolicy;
  /** What really applies now, when it differs from the policy: a fault. */
  override?: () => Partial<CallPolicy> | undefined;
  random?: () => number;
}

const PING_TIMEOUT_MILLIS = 500;
const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

export class ServiceClient {
  readonly #options: ServiceClientOptions;
  readonly #budget = new RetryBudget();

  constructor(options: ServiceClientOptions) {
    this.#options = options;
  }

  async call(call: Call): Promise<CallResult> {
    const { peer, metrics, random = Math.random } = this.#options;
    const policy = { ...this.#options.policy, ...this.#options.override?.() };
    const repeatable = call.method !== "POST" || call.idempotencyKey !== undefined;
    this.#budget.recordFirstAttempt();
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(call, policy.attemptTimeoutMillis);
      const failed = outcome instanceof HttpError || RETRYABLE_STATUS.has(outcome.status);
      if (!failed || !repeatable || attempt >= policy.maxAttempts || !this.#mayRetry(policy)) {
        if (outcome instanceof HttpError) throw outcome;
        return outcome;
      }
      metrics.clientRetries.inc({ peer });
      await pause(random() * policy.backoffMillis * 2 ** (attempt - 1));
    }
  }

  /** For readiness: whether the peer answers at all. @throws when it does not, within half a second. */
  async ping(): Promise<void> {
    const outcome = await this.#attempt({ method: "GET", path: "/livez" }, PING_TIMEOUT_MILLIS);
    if (outcome instanceof HttpError) throw outcome;
  }

  #mayRetry(policy: CallPolicy): boolean {
    if (!policy.useBudget || this.#budget.tryRetry()) return true;
    this.#options.metrics.retriesDenied.inc({ peer: this.#options.peer });
    return false;
  }

  async #attempt(call: Call, timeoutMillis: number): Promise<CallResult | HttpError> {
    const { peer, peers, metrics } = this.#options;
    const observe = metrics.clientDuration.startTimer({ peer });
    try {
      const response = await fetch(peers.urlOf(peer) + call.path, {
        method: call.method,
        headers: {
          ...call.headers,
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
          ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
        },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        signal: AbortSignal.timeout(timeoutMillis),
      });
      const result = { status: response.status, body: await response.json() };
      observe({ outcome: String(response.status) });
      return result;
    } catch (cause) {
      const timedOut = (cause as Error).name === "TimeoutError";
      observe({ outcome: timedOut ? "timeout" : "error" });
      return timedOut
        ? new HttpError(504, "timeout", `cannot get an answer from ${peer} within ${timeoutMillis} ms`, { cause })
        : new HttpError(503, "unreachable", `cannot reach ${peer}: ${describe(cause as Error)}`, { cause });
    }
  }
}

/** fetch hides the reason ("fetch failed") in the cause. */
function describe(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
