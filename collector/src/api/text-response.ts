/** A response whose text is made piece by piece as it is read: a slow client holds one piece in memory. */

import type { ApiContext } from "./context.ts";
import { failureOf } from "./errors.ts";

const encoder = new TextEncoder();

/** What goes wrong after the begin breaks the connection off: a file that lacks something must not look whole. */
export function textResponse(
  pieces: AsyncGenerator<string>,
  headers: Readonly<Record<string, string>>,
  reportError: ApiContext["reportError"],
): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          failureOf(error, reportError);
          throw error;
        }
      },
      cancel: () => void pieces.return(undefined),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers });
}
