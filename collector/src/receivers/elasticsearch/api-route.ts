/**
 * The part of Elasticsearch's API that shippers of logs use. A bulk request is answered when all of it is durable, item by item; when the
 * pipeline cannot take it now, nothing of it is kept and the sender is told when to come again.
 */
import { randomBytes } from "node:crypto";
import type { Admission } from "../../component/admission.ts";
import type { Authenticator } from "../../component/component.ts";
import type { Consumer } from "../../component/consumer.ts";
import { UnauthenticatedError } from "../../component/errors.ts";
import type { Logger } from "../../component/logger.ts";
import { postRoute } from "../../component/post-route.ts";
import type { RouteAnswer, RouteHead, WebRoute } from "../../component/web-route.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { releaseBatch } from "../../model/release-batch.ts";
import { decompress } from "../../wire/decode-body.ts";
import { decodeBulk, type BulkError, type BulkItem } from "../../wire/elasticsearch/bulk.ts";
import { errorAnswer, jsonAnswer, refusedAsElasticsearch } from "./answers.ts";
import { probeAnswer } from "./probes.ts";

export interface ApiRouteParts {
  readonly version: string;
  readonly maxBytes: number;
  readonly maxDocumentBytes: number;
  readonly next: Consumer<LogBatch>;
  readonly admission: Admission;
  readonly authenticator: Authenticator | undefined;
  readonly logger: Logger;
}

const FORM_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

/** `/_bulk`, `/INDEX/_bulk`, and `/INDEX/TYPE/_bulk` of old shippers. */
const BULK_PATH = /^\/(?:([^/]+)\/(?:[^/]+\/)?)?_bulk\/?$/;

/** One route for everything. */
export function apiRoute(parts: ApiRouteParts): WebRoute {
  const { version, authenticator, logger } = parts;
  const bulk = bulkRoute(parts);
  return {
    path: "/",
    async open(head, signal) {
      const { method, path } = head;
      if (BULK_PATH.test(path) && (method === "POST" || method === "PUT"))
        return bulk.open({ ...head, method: "POST" }, signal);
      const denied = authenticator?.authenticate(head.headers);
      if (denied !== undefined) return refusedAsElasticsearch(new UnauthenticatedError(denied), logger);
      return probeAnswer(method, path === "/" ? path : path.replace(/\/+$/, ""), version) ?? unknown(method, path);
    },
  };
}

function unknown(method: string, path: string): RouteAnswer {
  const reason = `no handler found for uri [${path}] and method [${method}]: logs are taken at /_bulk`;
  return errorAnswer(404, "illegal_argument_exception", reason);
}

function bulkRoute({ maxBytes, maxDocumentBytes, next, admission, authenticator, logger }: ApiRouteParts): WebRoute {
  return postRoute({
    path: "/_bulk",
    maxBytes,
    admission,
    authenticator,
    isCompressed: (head) => encodingOf(head) === "gzip",
    check(head) {
      // Types that a page of any site can send without asking; Elasticsearch takes none of them either.
      const type = String(head.headers["content-type"] ?? "")
        .split(";", 1)[0]
        .trim()
        .toLowerCase();
      if (FORM_TYPES.includes(type))
        return errorAnswer(
          406,
          "media_type_header_exception",
          `Content-Type header [${type}] is not supported; send application/x-ndjson`,
        );
      if (["", "identity", "gzip"].includes(encodingOf(head))) return undefined;
      return errorAnswer(415, "illegal_argument_exception", `cannot decompress ${encodingOf(head)}; send gzip`);
    },
    async handle(head, body) {
      const started = performance.now();
      const compression = encodingOf(head) === "gzip" ? "gzip" : "none";
      const plain = decompress({ bytes: body, encoding: "json", compression }, maxBytes);
      const now = BigInt(Date.now()) * 1_000_000n;
      const { batch, items } = decodeBulk(plain, { index: indexOf(head), now, maxDocumentBytes });
      try {
        const partial = await next.consume(batch);
        const judged = partial ? refuseSome(items, partial.rejected, partial.message) : items;
        return bulkAnswer(judged, Math.round(performance.now() - started));
      } finally {
        releaseBatch(batch);
      }
    },
    refuse: (error) => refusedAsElasticsearch(error, logger),
  });
}

function bulkAnswer(items: readonly BulkItem[], took: number): RouteAnswer {
  const answers = items.map(({ action, index, id, error }) => {
    const place = { _index: index, _id: id ?? randomBytes(15).toString("base64url") };
    if (error) return { [action]: { ...place, status: 400, error } };
    const done = { _version: 1, result: "created", _shards: SHARDS, _seq_no: 0, _primary_term: 1, status: 201 };
    return { [action]: { ...place, ...done } };
  });
  return jsonAnswer(200, { took, errors: items.some(({ error }) => error), items: answers });
}

const SHARDS = { total: 1, successful: 1, failed: 0 };

/** The pipeline says how many it refused, not which: the last ones. */
function refuseSome(items: readonly BulkItem[], rejected: number, reason: string): readonly BulkItem[] {
  const error: BulkError = { type: "illegal_argument_exception", reason };
  let left = rejected;
  return items
    .toReversed()
    .map((item) => (item.error || left-- <= 0 ? item : { ...item, error }))
    .toReversed();
}

function indexOf({ path }: RouteHead): string {
  const index = BULK_PATH.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(index);
  } catch {
    return index;
  }
}

function encodingOf({ headers }: RouteHead): string {
  return String(headers["content-encoding"] ?? "")
    .trim()
    .toLowerCase();
}
