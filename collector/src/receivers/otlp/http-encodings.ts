/** Content encodings of HTTP requests: gzip and zstd go on as they are (the journal keeps them so), deflate and zlib are undone here. */
import { inflateRawSync, inflateSync } from "node:zlib";
import { DecodeError, messageOf, TooLargeError } from "../../base/errors.ts";

export type HttpEncoding = "none" | "gzip" | "zstd" | "deflate";

const KNOWN: Readonly<Record<string, HttpEncoding>> = {
  "": "none",
  identity: "none",
  none: "none",
  gzip: "gzip",
  "x-gzip": "gzip",
  zstd: "zstd",
  deflate: "deflate",
  zlib: "deflate",
};

/** Undefined = not supported, or not allowed by `compression_algorithms`. */
export function parseContentEncoding(header: string | undefined, allowed: readonly string[]): HttpEncoding | undefined {
  const name = (header ?? "").trim().toLowerCase();
  const encoding = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (encoding === undefined || encoding === "none") return encoding;
  const names = encoding === "deflate" ? ["deflate", "zlib"] : [encoding];
  return names.some((each) => allowed.includes(each)) ? encoding : undefined;
}

/** `deflate` is zlib by the specification and raw deflate from some senders: both are read. */
export function inflateLegacy(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const options = { maxOutputLength: maxBytes };
  try {
    return (bytes[0] & 0x0f) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new TooLargeError(`cannot take a request of more than ${maxBytes} bytes decompressed`);
    throw new DecodeError(`cannot decompress the deflate body: ${messageOf(error)}`);
  }
}
