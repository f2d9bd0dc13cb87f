/** Reads a request's JSON body. Out: the value, undefined for an empty body. @throws HttpError 400, 413. */

import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

const MAX_BODY_BYTES = 64 * 1024;

export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_BODY_BYTES) {
      throw new HttpError(413, "body_too_large", `cannot take a body of more than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  if (sizeBytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (cause) {
    throw new HttpError(400, "bad_json", `cannot read the body as JSON: ${(cause as Error).message}`, { cause });
  }
}
