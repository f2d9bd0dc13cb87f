/**
 * inventory: what there is and what is set aside.
 *   GET /items?category · GET /items/:sku · POST /reservations {id, lines} · POST /reservations/:id/release
 * A reservation's id comes from the caller, so that repeating a request reserves nothing twice.
 */

import { trace } from "@opentelemetry/api";
import { HttpError } from "../chassis/http-error.ts";
import type { ServiceDefinition } from "../chassis/open-service.ts";
import { parseLines, parseObject, parseText } from "../chassis/parse-fields.ts";
import { SlowQuery } from "../faults/slow-query.ts";
import { STOCK_SCHEMA, StockStore } from "./stock-store.ts";

const RESTOCK_EVERY_MILLIS = 5_000;
const PRUNE_EVERY_MILLIS = 60_000;

export const inventoryService: ServiceDefinition = {
  name: "inventory",
  schema: STOCK_SCHEMA,
  create: ({ logger, metrics, faults, database }) => {
    const store = new StockStore(database);
    const slowQuery = new SlowQuery(database, faults, "items");
    const tracer = trace.getTracer("shop.inventory");
    const restock = (): void => {
      tracer.startActiveSpan("restock items", (span) => {
        try {
          const items = store.restock();
          if (items > 0) logger.info({ items }, "items restocked");
        } finally {
          span.end();
        }
      });
    };
    return {
      checks: {},
      jobs: [
        { everyMillis: RESTOCK_EVERY_MILLIS, run: restock },
        { everyMillis: PRUNE_EVERY_MILLIS, run: () => store.prune() },
      ],
      routes: {
        "GET /items": ({ query }) => {
          slowQuery.strike();
          return { status: 200, body: { items: store.list(query.get("category")) } };
        },
        "GET /items/:sku": ({ params }) => {
          slowQuery.strike();
          const item = store.find(params.sku);
          if (!item) throw new HttpError(404, "no_such_item", `cannot find an item ${params.sku}`);
          return { status: 200, body: item };
        },
        "POST /reservations": ({ body }) => {
          const fields = parseObject(body);
          const id = parseText(fields, "id");
          const lines = parseLines(fields);
          const before = store.status(id);
          if (before === "reserved") return { status: 200, body: { id, status: "reserved" } };
          if (before === "released")
            throw new HttpError(409, "released", `cannot reserve ${id} again: it was released`);
          const short = store.reserve(id, lines);
          if (short !== undefined) {
            metrics.events.inc({ event: "out_of_stock" });
            logger.warn({ reservation: id, sku: short }, "out of stock");
            throw new HttpError(409, "out_of_stock", `cannot reserve ${short}: there is not enough of it`);
          }
          metrics.events.inc({ event: "reserved" });
          logger.info({ reservation: id, lines: lines.length }, "stock reserved");
          return { status: 201, body: { id, status: "reserved" } };
        },
        "POST /reservations/:id/release": ({ params }) => {
          if (store.release(params.id)) {
            metrics.events.inc({ event: "released" });
            logger.info({ reservation: params.id }, "reservation released");
          }
          return { status: 200, body: { id: params.id, status: "released" } };
        },
      },
    };
  },
};
