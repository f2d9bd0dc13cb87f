/** Content encodings of HTTP requests: gzip and zstd go on as they are (the journal keeps them so), deflate and zlib are undone here. */

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
