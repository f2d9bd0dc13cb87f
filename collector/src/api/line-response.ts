/**
 * Results line by line while the search runs (newline-delimited JSON), for clients that accept application/x-ndjson. What goes wrong
 * after the first line is a last line { error }, in the shape of every error of the API.
 */
import type { ApiContext } from "./context.ts";
import { failureOf } from "./errors.ts";

const TYPE = "application/x-ndjson";
const encoder = new TextEncoder();

export function acceptsLines(accept: string | undefined): boolean {
  return accept !== undefined && accept.split(",").some((type) => type.trim().split(";")[0] === TYPE);
}

/** A client that goes away ends the search at its next step. */
export function lineResponse(lines: AsyncGenerator, reportError: ApiContext["reportError"]): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      } catch (error) {
        const { error: failure } = failureOf(error, reportError);
        controller.enqueue(encoder.encode(`${JSON.stringify({ error: failure })}\n`));
        controller.close();
      }
    },
    cancel: () => void lines.return(undefined),
  });
  return new Response(body, { headers: { "content-type": TYPE } });
}
