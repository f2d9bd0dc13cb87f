/**
 * What a remote-write request is answered with (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0): 2xx only when what was sent is
 * durable, 400 with the first bad sample when some of it cannot be taken (the rest is kept), 415 for other forms, 429 and 503 when the
 * sender is to try again. In: requests; out: answers, and batches to the pipeline.
 */
import { release } from "../../base/release.ts";
import type { Admission } from "../../component/admission.ts";
import type { Authenticator } from "../../component/component.ts";
import type { Consumer, PartialSuccess } from "../../component/consumer.ts";
import type { Logger } from "../../component/logger.ts";
import { postRoute, refusedInText } from "../../component/post-route.ts";
import type { RouteAnswer, RouteHead, WebRoute } from "../../component/web-route.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { releaseBatch } from "../../model/release-batch.ts";
import { decompressSnappy } from "../../base/snappy.ts";
import { WriteRequestDecoder, type WriteRequest, type WriteVersion } from "../../wire/prometheus/write-request.ts";

const VERSIONS: ReadonlyMap<string, WriteVersion> = new Map([
  ["prometheus.WriteRequest", "1.0"],
  ["io.prometheus.write.v2.Request", "2.0"],
]);

export interface WriteRouteParts {
  readonly path: string;
  readonly maxBytes: number;
  readonly next: Consumer<MetricBatch>;
  readonly admission: Admission;
  readonly authenticator: Authenticator | undefined;
  readonly logger: Logger;
}

export function writeRoute({ path, maxBytes, next, admission, authenticator, logger }: WriteRouteParts): WebRoute {
  const decoder = new WriteRequestDecoder();
  return postRoute({
    path,
    maxBytes,
    admission,
    authenticator,
    isCompressed: () => true,
    check: (head) => {
      const version = versionOf(head);
      return typeof version === "string" ? checkEncoding(head) : version;
    },
    async handle(head, body) {
      const version = versionOf(head) as WriteVersion;
      const plain = decompressSnappy(body, maxBytes);
      release(body);
      const request = decoder.decode(version, plain);
      if (request.batch.bytes !== plain) release(plain);
      try {
        return answer(version, request, await next.consume(request.batch));
      } finally {
        releaseBatch(request.batch);
      }
    },
    refuse: (error) => refusedInText(error, logger),
  });
}

function answer(version: WriteVersion, request: WriteRequest, partial: PartialSuccess | undefined): RouteAnswer {
  const refused = partial?.rejected ?? 0;
  const headers = version === "2.0" ? writtenHeaders(request, refused) : {};
  if (request.rejected + refused === 0) return { status: 204, headers };
  const messages = [request.message, partial?.message ?? ""].filter((message) => message !== "");
  return { status: 400, headers, body: `${request.rejected + refused} not taken: ${messages.join("; ")}\n` };
}

/** The pipeline says how many it refused, not of which kind: samples first. */
function writtenHeaders({ samples, histograms, exemplars }: WriteRequest, refused: number): Record<string, string> {
  const refusedSamples = Math.min(samples, refused);
  const refusedHistograms = Math.min(histograms, refused - refusedSamples);
  return {
    "x-prometheus-remote-write-samples-written": String(samples - refusedSamples),
    "x-prometheus-remote-write-histograms-written": String(histograms - refusedHistograms),
    "x-prometheus-remote-write-exemplars-written": String(exemplars),
  };
}

/** By Content-Type; without one it is 1.0, which is older than that rule. */
function versionOf({ headers }: RouteHead): WriteVersion | RouteAnswer {
  const [type, ...parameters] = String(headers["content-type"] || "application/x-protobuf").split(";");
  const proto = parameters.map((each) => each.trim()).find((each) => each.toLowerCase().startsWith("proto="));
  const version = VERSIONS.get(proto === undefined ? "prometheus.WriteRequest" : proto.slice("proto=".length).trim());
  if (type.trim().toLowerCase() === "application/x-protobuf" && version) return version;
  return unsupported(
    `cannot read ${String(headers["content-type"])}; supported: ${[...VERSIONS.keys()].map((name) => `application/x-protobuf;proto=${name}`).join(", ")}`,
  );
}

function checkEncoding({ headers }: RouteHead): RouteAnswer | undefined {
  const encoding = String(headers["content-encoding"] || "snappy")
    .trim()
    .toLowerCase();
  return encoding === "snappy"
    ? undefined
    : unsupported(`cannot decompress ${encoding}; remote write is sent as snappy`);
}

function unsupported(message: string): RouteAnswer {
  return { status: 415, body: `${message}\n` };
}
