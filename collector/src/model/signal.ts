/** The three signals, and the request body of one as it came in. */

export type Signal = "traces" | "logs" | "metrics";

export type BodyEncoding = "protobuf" | "json";
export type BodyCompression = "none" | "gzip" | "zstd";

/**
 * A request as received, kept beside the batch that was decoded from it while no processor has changed anything: the journal
 * takes these bytes (gzip stays gzip) and a replay decodes them again, with the same rejections.
 */
export interface ReceivedBody {
  readonly bytes: Uint8Array;
  readonly encoding: BodyEncoding;
  readonly compression: BodyCompression;
}
