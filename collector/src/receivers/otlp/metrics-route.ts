/**
 * OTLP metrics at the web port, where Prometheus takes them
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#otlp-receiver): what the HTTP server answers, on another socket.
 */
import type { Authenticator } from "../../component/component.ts";
import type { Logger } from "../../component/logger.ts";
import { postRoute } from "../../component/post-route.ts";
import type { RouteAnswer, RouteHead, WebRoute } from "../../component/web-route.ts";
import type { BodyEncoding } from "../../model/signal.ts";
import {
  CODE,
  encodeExportResponse,
  encodeStatus,
  formatExportResponse,
  formatStatus,
} from "../../wire/otlp/export-response.ts";
import type { HttpConfig } from "./config.ts";
import { CONTENT_TYPES, encodingOf } from "./http-server.ts";
import { parseContentEncoding, receivedBody, SUPPORTED, type HttpEncoding } from "./http-encodings.ts";
import { take, type Intake } from "./intake.ts";
import { refusalOf } from "./refusal.ts";

const WEB_METRICS_PATH = "/prometheus/api/v1/otlp/v1/metrics";

export function metricsRoute(
  intake: Intake,
  config: HttpConfig,
  authenticator: Authenticator | undefined,
  logger: Logger,
): WebRoute {
  const compressionOf = ({ headers }: RouteHead) =>
    parseContentEncoding(headers["content-encoding"] as string | undefined, config.compression_algorithms);
  const bodyEncoding = ({ headers }: RouteHead) => encodingOf(headers["content-type"] as string | undefined);
  return postRoute({
    path: WEB_METRICS_PATH,
    admission: intake.admission,
    maxBytes: intake.maxBytes,
    authenticator,
    isCompressed: (head) => compressionOf(head) !== "none",
    check(head) {
      const encoding = bodyEncoding(head);
      if (encoding === undefined)
        return {
          status: 415,
          headers: { "accept-post": Object.keys(CONTENT_TYPES).join(", ") },
          body: "415 unsupported media type, supported: [application/json, application/x-protobuf]\n",
        };
      if (compressionOf(head) !== undefined) return undefined;
      const message = `cannot decompress ${String(head.headers["content-encoding"])}; supported: ${SUPPORTED}`;
      const status = { code: CODE.INVALID_ARGUMENT, message };
      const body = encoding === "json" ? formatStatus(status) : encodeStatus(status);
      return answer(415, encoding, body, { "accept-encoding": SUPPORTED });
    },
    async handle(head, bytes) {
      const encoding = bodyEncoding(head) as BodyEncoding;
      const body = receivedBody(bytes, encoding, compressionOf(head) as HttpEncoding, intake.maxBytes);
      const partial = await take(intake, "metrics", body);
      return answer(
        200,
        encoding,
        encoding === "json" ? formatExportResponse("metrics", partial) : encodeExportResponse(partial),
      );
    },
    refuse(error, head) {
      const encoding = bodyEncoding(head) ?? "protobuf";
      const { httpStatus, status } = refusalOf(error, logger);
      const headers: Record<string, string> = httpStatus === 401 ? { "www-authenticate": "Bearer" } : {};
      if (status.retryAfterMillis !== undefined)
        headers["retry-after"] = String(Math.max(1, Math.ceil(status.retryAfterMillis / 1000)));
      return answer(httpStatus, encoding, encoding === "json" ? formatStatus(status) : encodeStatus(status), headers);
    },
  });
}

function answer(
  status: number,
  encoding: BodyEncoding,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): RouteAnswer {
  const type = encoding === "json" ? "application/json" : "application/x-protobuf";
  return { status, headers: { "content-type": type, ...headers }, body };
}
