/** The content encodings `deflate` and `zlib` of HTTP -> bytes, within a bound. */
import { inflateRawSync, inflateSync } from "node:zlib";
import { DecodeError, messageOf, TooLargeError } from "../base/errors.ts";

/** `deflate` is zlib by the specification and raw deflate from some senders: both are read. @throws DecodeError, TooLargeError */
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
