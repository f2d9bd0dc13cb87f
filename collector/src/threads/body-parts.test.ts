import { describe, expect, it } from "vitest";
import { bodyParts, OpenBodies } from "./body-parts.ts";

function response(pieces: number, size: number, onCancel = () => {}): Response {
  let sent = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (sent++ < pieces) controller.enqueue(new Uint8Array(size).fill(sent));
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
  return new Response(stream);
}

describe("a body in parts", () => {
  it("comes whole, in order, about a megabyte at a time", async () => {
    const parts = bodyParts(response(10, 400_000));
    const sizes: number[] = [];
    const firsts: number[] = [];
    for (let done = false; !done;) {
      const next = await parts.next();
      ({ done } = next);
      sizes.push(next.pieces.reduce((sum, { length }) => sum + length, 0));
      firsts.push(...next.pieces.map(([first]) => first));
    }
    expect(sizes).toEqual([1_200_000, 1_200_000, 1_200_000, 400_000]);
    expect(firsts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("goes out as far as it is there when the rest takes its time", async () => {
    let more = (_: Uint8Array | undefined) => {};
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
        more = (piece) => (piece ? controller.enqueue(piece as Uint8Array<ArrayBuffer>) : controller.close());
      },
    });
    const parts = bodyParts(new Response(stream));
    expect(await parts.next()).toMatchObject({ pieces: [{ length: 10 }], done: false });
    const next = parts.next();
    more(new Uint8Array(20));
    expect(await next).toMatchObject({ pieces: [{ length: 20 }], done: false });
    more(undefined);
    expect(await parts.next()).toEqual({ pieces: [], done: true });
  });

  it("is done at once when there is none", async () => {
    expect(await bodyParts(new Response(null)).next()).toEqual({ pieces: [], done: true });
  });

  it("stays open for as long as somebody listens, however many others there are", async () => {
    const bodies = new OpenBodies();
    let cancelled = 0;
    const live = response(100, 400_000, () => cancelled++);
    live.headers.set("content-type", "text/event-stream");
    const id = bodies.add(bodyParts(live));
    for (let i = 0; i < 200; i++) bodies.add(bodyParts(response(100, 10)));
    expect((await bodies.next(id)).done).toBe(false);
    expect(cancelled).toBe(0);
  });

  it("is given up when asked to, and when too many are open", async () => {
    const bodies = new OpenBodies();
    let cancelled = 0;
    const open = () => bodies.add(bodyParts(response(100, 400_000, () => cancelled++)));
    const first = open();
    await bodies.next(first);
    await bodies.cancel(first);
    expect(cancelled).toBe(1);
    await expect(bodies.next(first)).rejects.toThrow(/given up/);
    for (let i = 0; i < 65; i++) open();
    expect(cancelled).toBe(2);
  });
});
