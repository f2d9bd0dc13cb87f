/** When requests go out: one after the other on each connection (closed loop), or when they are due, come what may (open loop). */
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../test/kit/random.ts";
import type { RequestStream } from "./request-stream.ts";
import type { Tally } from "./tally.ts";
import type { Connection } from "./transport.ts";

const MOST_RETRIES = 200;
/** What a refused sender waits when it is not told how long. */
const RETRY_MILLIS = 250;

export interface Run {
  readonly stream: RequestStream;
  readonly connections: readonly Connection[];
  readonly tally: Tally;
  readonly seconds: number;
  /** A refused or unanswered request is sent again, as exporters do. */
  readonly retry: boolean;
  /** Set from outside: no further request goes out. */
  readonly control: { readonly stopped: boolean };
}

export async function runClosed({ stream, connections, tally, seconds, retry, control }: Run): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const loop = async (connection: Connection) => {
    while (performance.now() < end && !control.stopped) {
      const request = await stream.next();
      if (!request) return;
      for (let tries = 0; ; tries++) {
        const sent = performance.now();
        const outcome = await connection.send(request.body);
        tally.add(outcome, request.count, request.body.length, performance.now() - sent);
        if (outcome.kind === "acknowledged" || performance.now() >= end) break;
        // A server that is gone or that refuses must not be asked in a tight loop.
        await sleep(outcome.kind === "refused" ? (outcome.afterSeconds ?? 0) * 1000 || RETRY_MILLIS : RETRY_MILLIS);
        if (!retry || outcome.kind === "failed" || tries >= MOST_RETRIES) break;
      }
    }
  };
  await Promise.all(connections.map(loop));
}

/** Random gaps, as independent senders make them. A latency begins when the request was due: waiting for a free connection counts. */
export async function runOpen(run: Run, rate: number, perRequest: number, seed: number): Promise<void> {
  const { stream, connections, tally, seconds, control } = run;
  const random = new Random(seed);
  const gapMillis = (perRequest / rate) * 1000;
  const started = performance.now();
  const end = started + seconds * 1000;
  const free = [...connections];
  const due: number[] = [];
  const underWay = new Set<Promise<void>>();
  let nextDue = started;

  const send = async (connection: Connection, dueAt: number) => {
    const request = await stream.next();
    if (request) {
      const outcome = await connection.send(request.body);
      tally.add(outcome, request.count, request.body.length, performance.now() - dueAt);
    }
    free.push(connection);
    const waiting = due.shift();
    if (waiting !== undefined) dispatch(waiting);
  };
  const dispatch = (dueAt: number) => {
    const connection = free.pop();
    if (!connection) return void due.push(dueAt);
    const sending = send(connection, dueAt);
    underWay.add(sending);
    void sending.then(() => underWay.delete(sending));
  };

  while (nextDue < end && !control.stopped) {
    const now = performance.now();
    for (; nextDue <= now && nextDue < end; nextDue += gapMillis * -Math.log(1 - random.next())) dispatch(nextDue);
    await sleep(Math.max(1, Math.min(nextDue, end) - performance.now()));
  }
  tally.missed = due.length;
  due.length = 0;
  await Promise.all(underWay);
}
