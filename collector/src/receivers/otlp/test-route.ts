/**
 * A test trace on demand, at the web port: its spans, logs and metrics go through this receiver's pipelines as what a program sends does.
 * In: POST without a body; out: which trace it is, once all of it is acknowledged. Who may ask is the web port's matter.
 */
import { randomBytes } from "node:crypto";
import { postRoute } from "../../component/post-route.ts";
import type { Logger } from "../../component/logger.ts";
import type { RouteAnswer, WebRoute } from "../../component/web-route.ts";
import { encodeMessage } from "../../wire/otlp/json-to-protobuf.ts";
import { REQUESTS } from "../../wire/otlp/schema.ts";
import { makeTestData } from "../../wire/test-data/make-test-data.ts";
import { take, type Intake } from "./intake.ts";
import { refusalOf } from "./refusal.ts";

const TEST_PATH = "/api/v1/test-trace";
/** A body says nothing here, and may be an empty document. */
const MOST_BODY_BYTES = 1024;
/** Traces last: when they can be read, so can what belongs to them. */
const ORDER = ["logs", "metrics", "traces"] as const;

/** @param intake one that has a traces pipeline behind it */
export function testRoute(intake: Intake, logger: Logger): WebRoute {
  return postRoute({
    path: TEST_PATH,
    admission: intake.admission,
    maxBytes: MOST_BODY_BYTES,
    check: () => undefined,
    isCompressed: () => false,
    async handle() {
      const { traceId, services, instance, requests, ...counts } = makeTestData(Date.now(), randomBytes);
      const sent = { spans: counts.spans, logs: 0, points: 0 };
      for (const signal of ORDER) {
        if (!intake.next[signal]) continue;
        const bytes = encodeMessage(requests[signal], REQUESTS[signal]);
        const partial = await take(intake, signal, { bytes, encoding: "protobuf", compression: "none" });
        if (partial && partial.rejected > 0) return failure(400, `a pipeline refused ${signal}: ${partial.message}`);
        if (signal === "logs") sent.logs = counts.logs;
        if (signal === "metrics") sent.points = counts.points;
      }
      return answer(200, { traceId, services, instance, sent });
    },
    refuse(error) {
      const { httpStatus, status } = refusalOf(error, logger);
      return failure(httpStatus, status.message, status.retryAfterMillis);
    },
  });
}

function failure(code: number, reason: string, retryAfterMillis?: number): RouteAnswer {
  const headers: Record<string, string> =
    retryAfterMillis === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMillis / 1000))) };
  return answer(code, { error: { code, message: `cannot take the test trace: ${reason}` } }, headers);
}

function answer(status: number, body: object, headers: Record<string, string> = {}): RouteAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
