/**
 * What happens in the test trace, as data: an order in a made-up shop of three services, in which the first charge fails and the second one
 * succeeds. Milliseconds since its begin. Names and attributes are OpenTelemetry's semantic conventions.
 */

export type Attribute = string | number | boolean;

export interface Step {
  /** Names it for `parent` and for lines. */
  readonly key: string;
  readonly parent?: string;
  readonly service: string;
  readonly name: string;
  readonly kind: "server" | "client";
  /** Begin and end. */
  readonly at: readonly [number, number];
  /** Says what went wrong. */
  readonly error?: string;
  readonly exception?: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Line {
  /** The span it was written in. */
  readonly step: string;
  readonly at: number;
  readonly level: "INFO" | "WARN" | "ERROR";
  readonly body: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export const FRONTEND = "test-frontend";
const CHECKOUT = "test-checkout";
const PAYMENTS = "test-payments";

const GATEWAY_ERROR = {
  "exception.type": "GatewayTimeoutError",
  "exception.message": "the card gateway did not answer within 120 ms",
  "exception.stacktrace": [
    "GatewayTimeoutError: the card gateway did not answer within 120 ms",
    "    at CardGateway.charge (/app/src/card-gateway.js:48:11)",
    "    at chargeCard (/app/src/charge-card.js:21:18)",
    "    at handleCharge (/app/src/routes/charge.js:9:24)",
  ].join("\n"),
};

/** In the order of their begin. */
export const STEPS: readonly Step[] = [
  {
    key: "page",
    service: FRONTEND,
    name: "POST /checkout",
    kind: "server",
    at: [0, 312],
    attributes: {
      "http.request.method": "POST",
      "http.route": "/checkout",
      "url.path": "/checkout",
      "http.response.status_code": 200,
    },
  },
  {
    key: "order",
    parent: "page",
    service: FRONTEND,
    name: "POST",
    kind: "client",
    at: [4, 308],
    attributes: {
      "http.request.method": "POST",
      "server.address": CHECKOUT,
      "url.full": `http://${CHECKOUT}/orders`,
      "http.response.status_code": 201,
    },
  },
  {
    key: "checkout",
    parent: "order",
    service: CHECKOUT,
    name: "POST /orders",
    kind: "server",
    at: [6, 305],
    attributes: { "http.request.method": "POST", "http.route": "/orders", "http.response.status_code": 201 },
  },
  {
    key: "read",
    parent: "checkout",
    service: CHECKOUT,
    name: "SELECT carts",
    kind: "client",
    at: [9, 21],
    attributes: {
      "db.system.name": "postgresql",
      "db.namespace": "shop",
      "db.collection.name": "carts",
      "db.query.text": "SELECT product, amount FROM carts WHERE cart_id = $1",
    },
  },
  {
    key: "first charge",
    parent: "checkout",
    service: CHECKOUT,
    name: "POST",
    kind: "client",
    at: [25, 168],
    error: "503",
    attributes: {
      "http.request.method": "POST",
      "server.address": PAYMENTS,
      "url.full": `http://${PAYMENTS}/charge`,
      "http.response.status_code": 503,
      "error.type": "503",
    },
  },
  {
    key: "failure",
    parent: "first charge",
    service: PAYMENTS,
    name: "POST /charge",
    kind: "server",
    at: [27, 166],
    error: GATEWAY_ERROR["exception.message"],
    exception: GATEWAY_ERROR,
    attributes: {
      "http.request.method": "POST",
      "http.route": "/charge",
      "http.response.status_code": 503,
      "error.type": "GatewayTimeoutError",
    },
  },
  {
    key: "second charge",
    parent: "checkout",
    service: CHECKOUT,
    name: "POST",
    kind: "client",
    at: [190, 268],
    attributes: {
      "http.request.method": "POST",
      "server.address": PAYMENTS,
      "url.full": `http://${PAYMENTS}/charge`,
      "http.request.resend_count": 1,
      "http.response.status_code": 200,
    },
  },
  {
    key: "success",
    parent: "second charge",
    service: PAYMENTS,
    name: "POST /charge",
    kind: "server",
    at: [192, 266],
    attributes: { "http.request.method": "POST", "http.route": "/charge", "http.response.status_code": 200 },
  },
  {
    key: "write",
    parent: "checkout",
    service: CHECKOUT,
    name: "INSERT orders",
    kind: "client",
    at: [271, 289],
    attributes: {
      "db.system.name": "postgresql",
      "db.namespace": "shop",
      "db.collection.name": "orders",
      "db.query.text": "INSERT INTO orders (cart_id, total) VALUES ($1, $2)",
    },
  },
];

/** In the order of their times. */
export const LINES: readonly Line[] = [
  { step: "page", at: 2, level: "INFO", body: "this is a test of Goldspan: an order comes in" },
  {
    step: "failure",
    at: 165,
    level: "ERROR",
    body: GATEWAY_ERROR["exception.message"],
    attributes: GATEWAY_ERROR,
  },
  {
    step: "checkout",
    at: 169,
    level: "WARN",
    body: "the charge failed with 503, trying once more",
    attributes: { attempt: 1 },
  },
  { step: "success", at: 264, level: "INFO", body: "charged 42.00 EUR", attributes: { amount: 42, currency: "EUR" } },
  { step: "checkout", at: 290, level: "INFO", body: "the order is placed", attributes: { attempt: 2 } },
];
