/**
 * The card network, the one part of the shop that is not ours: answers after a while that varies as such networks do, and
 * says no to some cards. In: an amount and a card. Out: approved or the reason. @throws CardNetworkError when it cannot
 * be reached.
 */

import { SpanStatusCode, trace } from "@opentelemetry/api";

export class CardNetworkError extends Error {
  override name = "CardNetworkError";
}

export type CardAnswer = { approved: true; reference: string } | { approved: false; reason: string };

export interface CardNetworkOptions {
  /** True when this authorization cannot get through. */
  unreachable: () => boolean;
  random?: () => number;
}

/** Share of authorizations that fail on an ordinary day; orders' retries hide nearly all of them. */
const ORDINARY_FAILURES = 0.004;
const DECLINED: Record<string, string> = {
  "card-declined": "insufficient funds",
  "card-expired": "the card has expired",
};

export class CardNetwork {
  readonly #options: CardNetworkOptions;
  readonly #random: () => number;
  readonly #tracer = trace.getTracer("shop.payments");

  constructor(options: CardNetworkOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  async authorize(amountCents: number, card: string): Promise<CardAnswer> {
    const attributes = { "shop.amount_cents": amountCents, "shop.card": card };
    return await this.#tracer.startActiveSpan("authorize card", { attributes }, async (span): Promise<CardAnswer> => {
      try {
        await pause(latencyMillis(this.#random()));
        if (this.#options.unreachable() || this.#random() < ORDINARY_FAILURES) {
          throw new CardNetworkError("cannot reach the card network: no route to acquirer");
        }
        const reason = DECLINED[card];
        span.setAttribute("shop.approved", reason === undefined);
        if (reason !== undefined) return { approved: false, reason };
        return { approved: true, reference: this.#random().toString(36).slice(2, 10) };
      } catch (error) {
        span.recordException(error as Error);
        span.setAttribute("error.type", (error as Error).name);
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    });
  }
}

/** Median 25 ms, one in ten above 70 ms, one in a hundred above 300 ms, never more than 1.2 s. `u` is 0 to 1. */
export function latencyMillis(u: number): number {
  return Math.min(1_200, 15 + 10 / (1 - u) ** 0.75);
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
