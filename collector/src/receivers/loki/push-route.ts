/**
 * What a push is answered with (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs): 204 only when all of it is
 * durable, 400 with the first reason when some of it cannot be taken (the rest is kept), 429 and 503 when the sender is to try again.
 */
import { decompressSnappy } from "../../base/snappy.ts";
import type { Admission } from "../../component/admission.ts";
import type { Authenticator } from "../../component/component.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Logger } from "../../component/logger.ts";
import { postRoute, refusedInText } from "../../component/post-route.ts";
import type { RouteAnswer, RouteHead, WebRoute } from "../../component/web-route.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { releaseBatch } from "../../model/release-batch.ts";
import { decompress } from "../../wire/decode-body.ts";
import { inflateLegacy } from "../../wire/inflate.ts";
import { decodePushJson } from "../../wire/loki/push-json.ts";
import { decodePushProtobuf } from "../../wire/loki/push-protobuf.ts";

export interface PushRouteParts {
  readonly path: string;
  readonly maxBytes: number;
  readonly useEntryTime: boolean;
  readonly next: Consumer<LogBatch>;
  readonly admission: Admission;
  readonly authenticator: Authenticator | undefined;
  readonly logger: Logger;
}

const ENCODINGS = ["", "identity", "gzip", "deflate", "snappy"];

export function pushRoute(parts: PushRouteParts): WebRoute {
  const { path, maxBytes, useEntryTime, next, admission, authenticator, logger } = parts;
  return postRoute({
    path,
    maxBytes,
    admission,
    authenticator,
    isCompressed: (head) => !isJson(head) || !["", "identity"].includes(encodingOf(head)),
    check(head) {
      if (ENCODINGS.includes(encodingOf(head))) return undefined;
      return text(415, `Content-Encoding "${encodingOf(head)}" not supported; send gzip, deflate or snappy`);
    },
    async handle(head, body) {
      const plain = plainBody(head, body, maxBytes);
      const decode = isJson(head) ? decodePushJson : decodePushProtobuf;
      const { batch, rejected, message } = decode(plain, { now: BigInt(Date.now()) * 1_000_000n, useEntryTime });
      try {
        const partial = await next.consume(batch);
        const refused = rejected + (partial?.rejected ?? 0);
        if (refused === 0) return { status: 204 };
        const reasons = [message, partial?.message ?? ""].filter((each) => each !== "");
        return text(400, `${refused} entries not taken: ${reasons.join("; ")}`);
      } finally {
        releaseBatch(batch);
      }
    },
    refuse: (error) => refusedInText(error, logger),
  });
}

/** Everything that is not said to be JSON is protobuf, and then a snappy block, whatever it is packed in besides: as in Loki. */
function plainBody(head: RouteHead, body: Uint8Array, maxBytes: number): Uint8Array {
  const encoding = encodingOf(head);
  const unpacked =
    encoding === "gzip"
      ? decompress({ bytes: body, encoding: "json", compression: "gzip" }, maxBytes)
      : encoding === "deflate"
        ? inflateLegacy(body, maxBytes)
        : body;
  return isJson(head) && encoding !== "snappy" ? unpacked : decompressSnappy(unpacked, maxBytes);
}

function encodingOf({ headers }: RouteHead): string {
  return String(headers["content-encoding"] ?? "")
    .trim()
    .toLowerCase();
}

function isJson({ headers }: RouteHead): boolean {
  const [type] = String(headers["content-type"] ?? "").split(";");
  return type.trim().toLowerCase() === "application/json";
}

function text(status: number, message: string): RouteAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${message}\n` };
}
