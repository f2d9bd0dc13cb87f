import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import type { OpenRequest, RouteAnswer, WebRoute } from "../component/web-route.ts";
import { deskHandlers, relayTo, RouteDesk } from "./route-desk.ts";
import { Rpc } from "./rpc.ts";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

function join(desk: RouteDesk) {
  const { port1, port2 } = new MessageChannel();
  void new Rpc(
    port1,
    deskHandlers(() => desk),
  );
  closing.push(() => port1.close());
  return relayTo(new Rpc(port2));
}

const HEAD = { method: "POST", path: "/a", headers: {}, remoteAddress: "x", length: undefined };
const signal = () => new AbortController().signal;

/** Answers with the body's length and notes what happens. */
function route(events: string[], slow?: Promise<void>): WebRoute {
  const opened: OpenRequest = {
    maxBytes: 10,
    hold: async (bytes) => (bytes > 10 ? { status: 413 } : undefined),
    async handle(body) {
      await slow;
      return { status: 200, body: `${body.length} bytes` };
    },
    leave: () => void events.push("left"),
  };
  return { path: "/a", open: async ({ method }) => (method === "POST" ? opened : { status: 405 }) };
}

describe("a request by way of another thread", () => {
  it("is let in, handed over and left", async () => {
    const events: string[] = [];
    const open = join(new RouteDesk([route(events)]));
    const opened = (await open(HEAD, signal())) as OpenRequest;
    expect([opened.maxBytes, await opened.hold(11), await opened.hold(9)]).toEqual([10, { status: 413 }, undefined]);
    const body = new Uint8Array(9);
    expect(await opened.handle(body)).toEqual({ status: 200, body: "9 bytes" });
    expect(body.buffer.detached).toBe(true);
    opened.leave();
    await expect.poll(() => events).toEqual(["left"]);
    expect(await opened.handle(new Uint8Array(1))).toMatchObject({ status: 503 });
  });

  it("may be refused before its body is asked for", async () => {
    const open = join(new RouteDesk([route([])]));
    expect(await open({ ...HEAD, method: "GET" }, signal())).toEqual({ status: 405 });
    expect(await open({ ...HEAD, path: "/b" }, signal())).toMatchObject({ status: 503 });
  });

  it("is left when its sender goes while it waits", async () => {
    const events: string[] = [];
    let enter = () => {};
    const waiting = new Promise<void>((resolve) => (enter = resolve));
    const inner = route(events);
    const open = join(
      new RouteDesk([{ path: "/a", open: async (head, gone) => waiting.then(() => inner.open(head, gone)) }]),
    );
    const gone = new AbortController();
    const opening = open(HEAD, gone.signal);
    gone.abort(new Error("gone"));
    await expect(opening).rejects.toThrow("gone");
    setTimeout(enter, 20);
    await expect.poll(() => events).toEqual(["left"]);
  });

  it("that is being handled has its answer before the desk is closed; later ones are told to come again", async () => {
    let go = () => {};
    const desk = new RouteDesk([route([], new Promise<void>((resolve) => (go = resolve)))]);
    const open = join(desk);
    const opened = (await open(HEAD, signal())) as OpenRequest;
    const answer = opened.handle(new Uint8Array(1));
    await expect.poll(() => desk.busy).toBe(1);
    let closed = false;
    const closingDesk = desk.close().then(() => (closed = true));
    expect(((await open(HEAD, signal())) as RouteAnswer).status).toBe(503);
    expect(closed).toBe(false);
    go();
    expect(await answer).toMatchObject({ status: 200 });
    await closingDesk;
  });
});
