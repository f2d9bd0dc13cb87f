import { expect, it } from "vitest";
import { HttpResponseReader, type HttpResponse } from "./http-response.ts";

/** The answer when the text arrives in pieces of this size, and whether it was complete before the connection ended. */
function read(text: string, pieceSize: number): HttpResponse | undefined {
  const reader = new HttpResponseReader();
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const response = reader.push(bytes.subarray(at, at + pieceSize));
    if (response) return response;
  }
  return reader.end();
}

const CHUNKS = "5\r\nhello\r\n10\r\n, a longer chunk\r\n0\r\n\r\n";

it.each([
  [
    "of a given length",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    { status: 200, body: "hello", close: false },
  ],
  [
    "in chunks",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
    { status: 200, body: "hello, a longer chunk", close: false },
  ],
  ["until the end", "HTTP/1.1 200 OK\r\n\r\nhello", { status: 200, body: "hello", close: true }],
  ["without a body", "HTTP/1.1 204 No Content\r\n\r\n", { status: 204, body: "", close: false }],
  [
    "of a refusal",
    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    { status: 429, body: "", close: true, retryAfter: 2 },
  ],
])("reads a response %s, however it is cut", (_name, text, expected) => {
  for (let size = 1; size <= text.length; size++) {
    const response = read(text, size);
    expect({ ...response, body: response?.body.toString() }).toEqual({ retryAfter: undefined, ...expected });
  }
});

it("has no response from one that was cut off", () => {
  expect(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", 3)).toBeUndefined();
  expect(read("HTTP/1.1 200 O", 3)).toBeUndefined();
});
