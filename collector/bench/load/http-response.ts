/**
 * Reads one HTTP/1.1 response from the chunks of a socket: status, the few headers that matter, and the body, whether its length is
 * given, it comes in chunks, or it ends with the connection. A tenth of the cost of node:http's client, which at small batches would
 * otherwise be measured instead of the server.
 */

export interface HttpResponse {
  readonly status: number;
  /** Seconds of Retry-After; undefined when there was none. */
  readonly retryAfter: number | undefined;
  /** The server closes the connection after this answer. */
  readonly close: boolean;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from("\r\n\r\n");

export class HttpResponseReader {
  #pending: Buffer = Buffer.alloc(0);
  #head:
    | { status: number; retryAfter: number | undefined; close: boolean; length: number; chunked: boolean }
    | undefined;
  #parts: Buffer[] = [];
  #received = 0;
  /** Bytes that are left of the current chunk and its line end; 0 = a size line comes next. */
  #chunkLeft = 0;

  /** The response when it is complete. */
  push(chunk: Buffer): HttpResponse | undefined {
    if (this.#head && !this.#head.chunked) return this.#take(chunk);
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (!this.#head) {
      const end = this.#pending.indexOf(HEAD_END);
      if (end < 0) return undefined;
      this.#head = parseHead(this.#pending.toString("latin1", 0, end));
      const rest = this.#pending.subarray(end + 4);
      this.#pending = Buffer.alloc(0);
      if (!this.#head.chunked) return this.#take(rest);
      this.#pending = rest;
    }
    return this.#readChunks();
  }

  /** The connection ended: complete when the body was to end so. */
  end(): HttpResponse | undefined {
    return this.#head && !this.#head.chunked && this.#head.length < 0 ? this.#finish() : undefined;
  }

  #take(chunk: Buffer): HttpResponse | undefined {
    if (chunk.length > 0) this.#parts.push(chunk);
    this.#received += chunk.length;
    const { length } = this.#head!;
    return length >= 0 && this.#received >= length ? this.#finish() : undefined;
  }

  #readChunks(): HttpResponse | undefined {
    for (;;) {
      if (this.#chunkLeft > 0) {
        const taken = this.#pending.subarray(0, this.#chunkLeft);
        // The last two bytes of what is left are the line end.
        const data = Math.min(taken.length, Math.max(0, this.#chunkLeft - 2));
        if (data > 0) this.#parts.push(taken.subarray(0, data));
        this.#chunkLeft -= taken.length;
        this.#pending = this.#pending.subarray(taken.length);
        if (this.#chunkLeft > 0) return undefined;
      }
      const end = this.#pending.indexOf("\r\n");
      if (end < 0) return undefined;
      const size = parseInt(this.#pending.toString("latin1", 0, end), 16);
      if (Number.isNaN(size)) throw new Error("cannot read a chunk's size");
      if (size === 0) return this.#pending.length >= end + 4 ? this.#finish() : undefined;
      this.#pending = this.#pending.subarray(end + 2);
      this.#chunkLeft = size + 2;
    }
  }

  #finish(): HttpResponse {
    const { status, retryAfter, close } = this.#head!;
    const body = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    return { status, retryAfter, close: close || this.#head!.length < 0, body };
  }
}

function parseHead(head: string) {
  const [line, ...fields] = head.split("\r\n");
  const headers = new Map(
    fields.map((field): [string, string] => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const chunked = headers.get("transfer-encoding")?.toLowerCase() === "chunked";
  const status = Number(line.split(" ")[1]);
  const length = headers.get("content-length");
  const retryAfter = headers.get("retry-after");
  return {
    status,
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    close: headers.get("connection")?.toLowerCase() === "close",
    length: chunked ? 0 : length === undefined ? (status === 204 || status === 304 ? 0 : -1) : Number(length),
    chunked,
  };
}
