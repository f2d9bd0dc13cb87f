/**
 * Content encodings of HTTP requests: gzip and zstd go on as they are (the journal keeps them so), deflate, zlib and snappy are undone here.
 * https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/confighttp/README.md
 */
import { decompressSnappy } from "../../base/snappy.ts";
import { decompressSnappyFrames, isSnappyFramed } from "../../base/snappy-frames.ts";
import type { BodyCompression, BodyEncoding, ReceivedBody } from "../../model/signal.ts";
import { inflateLegacy } from "../../wire/inflate.ts";

export type HttpEncoding = "none" | "gzip" | "zstd" | "deflate" | "snappy";

/** What is told to who sends another one. */
export const SUPPORTED = "gzip, zstd, deflate, snappy";

const KNOWN: Readonly<Record<string, HttpEncoding>> = {
  "": "none",
  identity: "none",
  none: "none",
  gzip: "gzip",
  "x-gzip": "gzip",
  zstd: "zstd",
  deflate: "deflate",
  zlib: "deflate",
  snappy: "snappy",
  "x-snappy-framed": "snappy",
};

/** Undefined = not supported, or not allowed by `compression_algorithms`. */
export function parseContentEncoding(header: string | undefined, allowed: readonly string[]): HttpEncoding | undefined {
  const name = (header ?? "").trim().toLowerCase();
  const encoding = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (encoding === undefined || encoding === "none") return encoding;
  const names = encoding === "deflate" ? ["deflate", "zlib"] : [encoding, name];
  return names.some((each) => allowed.includes(each)) ? encoding : undefined;
}

/** A body as the journal can keep it. @throws DecodeError, TooLargeError */
export function receivedBody(
  bytes: Uint8Array,
  encoding: BodyEncoding,
  compression: HttpEncoding,
  maxBytes: number,
): ReceivedBody {
  if (compression === "deflate") return { bytes: inflateLegacy(bytes, maxBytes), encoding, compression: "none" };
  // Older Collectors send streams under the name of blocks.
  const unpack = isSnappyFramed(bytes) ? decompressSnappyFrames : decompressSnappy;
  if (compression === "snappy") return { bytes: unpack(bytes, maxBytes), encoding, compression: "none" };
  return { bytes, encoding, compression: compression satisfies BodyCompression };
}
