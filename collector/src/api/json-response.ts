/** A response whose JSON is made piece by piece while it is read: none of it is held twice. */

const encoder = new TextEncoder();

/** @param pieces texts that, joined, are one JSON value */
export function jsonResponse(pieces: Iterable<string>): Response {
  const iterator = pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void iterator.return?.(),
  });
  return new Response(body, { headers: { "content-type": "application/json; charset=utf-8" } });
}
