/**
 * What orders expects of payments, as data: the consumer's side of a consumer-driven contract. The tests hold both ends
 * to it: the real payments service must answer so, and the client must understand these answers. Whoever changes an
 * expectation here changes what payments has to keep.
 */

export interface Interaction {
  description: string;
  /** What must be true at the provider before: a request that was made earlier, and what must come of it. */
  given?: { charged?: boolean; cardNetworkDown?: boolean };
  request: { method: "POST"; path: string; headers?: Record<string, string>; body?: unknown };
  response: {
    status: number;
    /** Fields the consumer reads: a RegExp for the text of a field, or a nested object of the same. More may be there. */
    body: Expected;
  };
}

export type Expected = { [field: string]: RegExp | Expected };

const REQUEST = {
  method: "POST",
  path: "/charges",
  headers: { "idempotency-key": "order-o1-card-visa" },
  body: { orderId: "o1", amountCents: 12_340, card: "card-visa" },
} as const;

const DECLINED_REQUEST = {
  ...REQUEST,
  headers: { "idempotency-key": "order-o2-card-declined" },
  body: { orderId: "o2", amountCents: 5_000, card: "card-declined" },
} as const;

export const PAYMENTS_CONTRACT: Interaction[] = [
  {
    description: "a good card is charged",
    request: REQUEST,
    response: { status: 201, body: { id: /^[\w-]+$/, status: /^charged$/ } },
  },
  {
    description: "the same charge again is the same charge, not a second one",
    given: { charged: true },
    request: REQUEST,
    response: { status: 200, body: { id: /^[\w-]+$/, status: /^charged$/ } },
  },
  {
    description: "a declined card is an answer, not a failure",
    request: DECLINED_REQUEST,
    response: { status: 402, body: { error: { code: /^card_declined$/, message: /insufficient funds/ } } },
  },
  {
    description: "trouble beyond payments asks to try again",
    given: { cardNetworkDown: true },
    request: REQUEST,
    response: { status: 503, body: { error: { code: /^card_network_unreachable$/, message: /./ } } },
  },
  {
    description: "a key that was used for another charge is refused",
    given: { charged: true },
    request: { ...REQUEST, body: { ...REQUEST.body, amountCents: 1 } },
    response: { status: 422, body: { error: { code: /^key_reused$/, message: /./ } } },
  },
];
