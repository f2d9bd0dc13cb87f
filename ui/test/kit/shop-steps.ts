/**
 * What the generated shop does, as trees of steps: the requests people make, the services they pass through, what may go wrong
 * and what is logged on the way. Data only; trace-generator.ts makes spans of it.
 */
import type { PlainAttributes } from "./otlp-values.ts";
import { http, job, query, rpc, work, consume, publish, type Step } from "./step.ts";

const card: PlainAttributes = { "payment.provider": "stripe-eu", "payment.method": "card", "payment.currency": "EUR" };

const DECLINED_STACK = `com.shop.payments.ChargeDeclinedException: card declined by issuer (code 51: insufficient funds)
\tat com.shop.payments.StripeGateway.charge(StripeGateway.java:141)
\tat com.shop.payments.ChargeService.charge(ChargeService.java:88)
\tat com.shop.payments.ChargeController.post(ChargeController.java:47)
\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)
\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)
\tat java.base/java.lang.Thread.run(Thread.java:1583)
Caused by: java.net.SocketTimeoutException: Read timed out after 800 ms
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\t... 14 more`;

const INSERT_ORDER =
  "INSERT INTO orders (id, user_id, cart_id, total_cents, currency, status) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, created_at";

const SELECT_PRODUCTS =
  "SELECT p.id, p.name, p.description, i.url, c.name AS category FROM products p LEFT JOIN images i ON i.product_id = p.id AND i.rank = 1 INNER JOIN categories c ON c.id = p.category_id WHERE c.slug = $1 AND p.visible = true ORDER BY p.rank DESC LIMIT 24 OFFSET $2";

/** A purchase. `declines` is how likely the payment fails. */
export function checkout(declines: number): Step {
  const charge = http("payments", "POST", "/charge", 60, [
    rpc("fraud-check", "fraud.FraudCheck/Score", 35, [query("fraud-check", "redis", "HGETALL", "risk", 1.2)]),
    work("payments", "stripe.charge", 160, { ...card, "server.address": "api.stripe.com", "peer.service": "stripe" }),
    query("payments", "postgresql", "INSERT", "charges", 4),
  ]);
  charge.fails = {
    chance: declines,
    type: "com.shop.payments.ChargeDeclinedException",
    message: "card declined by issuer (code 51: insufficient funds)",
    stack: DECLINED_STACK,
    status: 502,
    slow: 6,
  };
  charge.logs = [
    { at: 0.08, severity: 9, body: "charging card", attributes: { "payment.amount": 129.9, ...card } },
    { at: 0.55, severity: 13, body: "stripe-eu answered after 812 ms, retrying once", onlyFailed: true },
    {
      at: 0.93,
      severity: 17,
      body: "charge failed: card declined by issuer (code 51: insufficient funds)",
      onlyFailed: true,
    },
  ];
  const order = http("orders", "POST", "/orders", 12, [
    query("orders", "postgresql", "SELECT", "carts", 3, "SELECT * FROM carts WHERE id = $1 FOR UPDATE"),
    rpc("inventory", "inventory.Stock/Reserve", 14, [
      query(
        "inventory",
        "postgresql",
        "UPDATE",
        "stock",
        6,
        "UPDATE stock SET reserved = reserved + $1 WHERE sku = $2 AND available >= $1",
      ),
    ]),
    charge,
    query("orders", "postgresql", "INSERT", "orders", 5, INSERT_ORDER),
    publish("orders", "order-events", 2, [
      consume("notifications", "order-events", 9, [
        http("email-worker", "POST", "/render", 22, [work("email-worker", "render order-confirmation.mjml", 15)]),
      ]),
      consume("shipping", "order-events", 30, [query("shipping", "postgresql", "INSERT", "shipments", 4)]),
    ]),
  ]);
  order.logs = [
    { at: 0.02, severity: 9, body: "order received", attributes: { "order.items": 3, "order.total": 129.9 } },
    { at: 0.22, severity: 5, body: "stock reserved for 3 items" },
    { at: 0.97, severity: 17, body: "order failed: payments answered 502, releasing stock", onlyFailed: true },
    { at: 0.985, severity: 9, body: "order placed", onlyOk: true },
  ];
  const root = http("gateway", "POST", "/checkout", 6, [
    http("auth", "GET", "/session", 3, [query("auth", "redis", "GET", "session", 0.6)]),
    http("cart", "GET", "/cart/{id}", 4, [query("cart", "redis", "HGETALL", "cart", 0.9)]),
    order,
  ]);
  root.logs = [{ at: 0.995, severity: 17, body: "POST /checkout 502 Bad Gateway", onlyFailed: true }];
  return root;
}

export function browse(): Step {
  return http("gateway", "GET", "/products", 4, [
    http("catalog", "GET", "/products", 6, [
      query("catalog", "postgresql", "SELECT", "products", 12, SELECT_PRODUCTS),
      rpc("pricing", "pricing.Prices/Batch", 5, [query("pricing", "redis", "MGET", "price", 0.8)]),
    ]),
    http("recommendations", "GET", "/for/{user}", 18, [work("recommendations", "rank candidates", 22)]),
  ]);
}

export function productPage(): Step {
  const page = http("gateway", "GET", "/products/{id}", 3, [
    http("catalog", "GET", "/products/{id}", 3, [query("catalog", "postgresql", "SELECT", "products", 2)]),
    rpc("pricing", "pricing.Prices/Get", 2, [query("pricing", "redis", "GET", "price", 0.5)]),
    rpc("inventory", "inventory.Stock/Get", 2, [query("inventory", "postgresql", "SELECT", "stock", 1.4)]),
  ]);
  page.parallel = true;
  return page;
}

export function searchShop(): Step {
  const search = http("search", "GET", "/search", 14, [
    work("search", "elasticsearch.search", 40, {
      "db.system.name": "elasticsearch",
      "db.operation.name": "search",
      "db.collection.name": "products-v7",
      "db.query.text": '{"query":{"multi_match":{"query":"?","fields":["name^3","description"]}},"size":24}',
    }),
  ]);
  search.logs = [{ at: 0.9, severity: 13, body: "slow query: 3 of 5 shards answered late", chance: 0.15 }];
  return http("gateway", "GET", "/search", 4, [search, http("catalog", "GET", "/products", 5, [])]);
}

export function addToCart(): Step {
  const cart = http("cart", "POST", "/cart/{id}/items", 5, [
    rpc("inventory", "inventory.Stock/Get", 2, [query("inventory", "postgresql", "SELECT", "stock", 1.4)]),
    query("cart", "redis", "HSET", "cart", 0.8),
  ]);
  cart.fails = {
    chance: 0.015,
    type: "OutOfStock",
    message: "SKU 88-1213 is out of stock",
    status: 409,
    stack: CART_STACK,
  };
  return http("gateway", "POST", "/cart/items", 3, [http("auth", "GET", "/session", 3, []), cart]);
}

const CART_STACK = `OutOfStock: SKU 88-1213 is out of stock
    at Cart.add (/app/src/cart.ts:61:13)
    at async postItem (/app/src/routes/items.ts:22:3)
    at async Layer.handle (/app/node_modules/hono/dist/hono-base.js:181:21)
    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)`;

export function login(): Step {
  return http("gateway", "POST", "/login", 2, [
    http("auth", "POST", "/token", 8, [
      http("users", "GET", "/users/{id}", 4, [query("users", "postgresql", "SELECT", "users", 2)]),
      work("auth", "argon2.verify", 70),
    ]),
  ]);
}

/** A nightly job that asks for each product by itself: the N+1 everyone has once. */
export function syncStock(products: number): Step {
  const each = query(
    "catalog",
    "postgresql",
    "SELECT",
    "products",
    1.1,
    "SELECT stock, reserved FROM products WHERE id = $1",
  );
  each.times = products;
  return job("catalog", "sync-stock", 30, [
    query("catalog", "postgresql", "SELECT", "warehouses", 3),
    each,
    rpc("inventory", "inventory.Stock/Replace", 40, [query("inventory", "postgresql", "COPY", "stock", 25)]),
  ]);
}
