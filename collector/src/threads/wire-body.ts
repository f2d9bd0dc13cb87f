/** The body of an answer from another thread, as main reads it: what came with the answer, then part by part as it is asked for. */
import type { WirePieces, WireResponse } from "./messages.ts";
import type { Rpc } from "./rpc.ts";

/** Going away tells the thread. @param onEnd called once, when no more is to be asked for; not at all where nothing was */
export function bodyOf(
  { body, rest }: WireResponse,
  rpc: Rpc,
  onEnd: () => void = () => undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let waiting = [...body];
  let more = rest;
  const finish = () => {
    if (more !== undefined) onEnd();
    more = undefined;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        if (waiting.length === 0 && more !== undefined) {
          const { pieces, done } = await rpc.call<WirePieces>("more", more);
          waiting = [...pieces];
          if (done) finish();
        }
        // A part that isn't the last one has at least a piece.
        const piece = waiting.shift();
        if (piece) controller.enqueue(piece as Uint8Array<ArrayBuffer>);
        else controller.close();
      },
      async cancel() {
        const id = more;
        finish();
        if (id !== undefined) await rpc.call("cancel", id);
      },
    },
    { highWaterMark: 1 },
  );
}
