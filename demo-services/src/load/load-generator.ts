/**
 * Sends shoppers' requests to the gateway at random times, as many a second as asked for and as the time of day allows.
 * In: a rate, a seed, the gateway's address. Out: traffic. It waits for no answer before the next request, as people do
 * not wait for each other, but has at most 100 requests open.
 */

import type { Peers } from "../chassis/peers.ts";
import { dayFactor } from "./day-curve.ts";
import { Random } from "./random.ts";
import { type RememberedOrders, type ShopRequest, planRequest, rememberOrder } from "./shopper-plan.ts";

export interface LoadOptions {
  /** Requests a second, averaged over the day. */
  ratePerSecond: number;
  seed: number;
  peers: Peers;
  /** Share of the requests that are really sent: the fault `traffic_drop`. */
  share: () => number;
}

const MOST_OPEN_REQUESTS = 100;
const REQUEST_TIMEOUT_MILLIS = 10_000;

export class LoadGenerator {
  readonly #options: LoadOptions;
  readonly #choices: Random;
  /** Apart from the choices, so that answers do not change when requests are sent. */
  readonly #times: Random;
  readonly #orders: RememberedOrders = { placed: [], paid: [] };
  #timer: NodeJS.Timeout | undefined;
  #open = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#choices = new Random(options.seed);
    this.#times = new Random(options.seed ^ 0x9e3779b9);
  }

  start(): void {
    const meanMillis = 1000 / (this.#options.ratePerSecond * dayFactor(Date.now()));
    this.#timer = setTimeout(() => {
      this.start();
      if (this.#times.next() < this.#options.share() && this.#open < MOST_OPEN_REQUESTS) {
        void this.#send(planRequest(this.#choices, this.#orders));
      }
    }, this.#times.exponential(meanMillis));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Shoppers do not mind errors: they come again. */
  async #send({ kind, method, path, body, headers }: ShopRequest): Promise<void> {
    this.#open++;
    try {
      const response = await fetch(this.#options.peers.urlOf("gateway") + path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MILLIS),
      });
      const answer = (await response.json()) as { id?: string; status?: string };
      const changed = kind !== "view" && kind !== "cancel";
      if (changed && answer.id !== undefined) rememberOrder(this.#orders, answer.id, answer.status ?? "");
    } catch {
      // No answer, or none in time: what the shop's own traces and metrics are there to tell.
    } finally {
      this.#open--;
    }
  }
}
