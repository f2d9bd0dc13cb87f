/**
 * Live tail: entries as they arrive, as server-sent events whose data are the messages of Loki's websocket. Who keeps the socket (the web
 * extension) sends each as a frame. https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs
 */
import { Hono } from "hono";
import { newCounts, parseQuery, runLogQuery } from "../../../query/logql/engine.ts";
import { tailEntries } from "../../../query/logql/run/tail-logs.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { failureOf } from "../../errors.ts";
import * as parameters from "./parameters.ts";
import { wantsCategories } from "./query-routes.ts";
import { TailFeed } from "./tail-feed.ts";

const HOUR_NANOS = 3_600_000_000_000n;
const MOST_DELAY_SECONDS = 5;

export function tailRoutes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/tail", async (c) => {
    const form = await parameters.formOf(c);
    const query = parseQuery(parameters.text(form, "query"));
    if (query.kind !== "logs")
      throw new parameters.ParameterError(
        'cannot follow a metric query: leave out what counts, as in {service_name="…"}',
      );
    const { logs } = query;
    const limit = parameters.whole(form, ["limit"], 100, parameters.MOST_ENTRIES);
    const now = parameters.nowNanos();
    const start = parameters.time(form, "start", now - HOUR_NANOS);
    const delay = parameters.text(form, "delay_for");
    if (!/^\d{0,3}$/.test(delay) || Number(delay) > MOST_DELAY_SECONDS)
      throw new parameters.ParameterError(`delay_for can't be greater than ${MOST_DELAY_SECONDS}`);

    const gone = new AbortController();
    const feed = new TailFeed(Number(delay) * 1000, wantsCategories(c));
    // Followed first and searched then, so that nothing falls between; what is met twice is sent once.
    await new Promise<void>((resolve, reject) => {
      tailEntries(reader, logs, gone.signal, (entries, missed) => feed.add(entries, missed), resolve).then(
        () => feed.end(),
        (error: unknown) => {
          feed.end(new Error(failureOf(error, reportError).error.message));
          reject(error);
        },
      );
    });
    try {
      const range = { start, end: now > start ? now : start };
      const { signal } = c.req.raw;
      feed.begin(await runLogQuery({ reader, logs, range, direction: "backward", limit, signal }, newCounts()));
    } catch (error) {
      gone.abort();
      throw error;
    }
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      // The answer begins at once, whenever the first entry comes.
      start: (controller) => controller.enqueue(encoder.encode(":\n\n")),
      async pull(controller) {
        const message = await feed.next();
        if (message === undefined) controller.close();
        else controller.enqueue(encoder.encode(message === "" ? ":\n\n" : `data: ${message}\n\n`));
      },
      cancel() {
        gone.abort();
        feed.end();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
}
